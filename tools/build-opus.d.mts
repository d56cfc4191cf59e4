/** Makes build/opus.wasm unless it is there already, and returns its path. Throws if that isn't possible. */
export function buildOpus(): Promise<string>;
