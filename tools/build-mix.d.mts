/** Makes build/mix.wasm unless it is there already, and returns its path. */
export function buildMix(): Promise<string>;
