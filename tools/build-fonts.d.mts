/** Makes build/fonts.bin unless it is there already, and returns its path. Throws if that isn't possible. */
export function buildFonts(): Promise<string>;
