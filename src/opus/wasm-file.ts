/** The codec as WebAssembly, as `npm` has built it (tools/build-opus.mjs). */
import { readFileSync } from 'node:fs';

export function opusWasm(): Uint8Array<ArrayBuffer> {
  return readFileSync(new URL('../../build/opus.wasm', import.meta.url));
}
