/** Makes build/page/ unless it is there already, and returns its path. Throws if that isn't possible. */
export function buildPage(): Promise<string>;
