/** The compiled inner loop of the mixer (mix.c) with memory of its own. */
import { readFileSync } from 'node:fs';

export interface MixKernel {
  /**
   * Sums up `count` planes, each with its factor. `out` and all of `from` are addresses in bytes, as are the tables
   * themselves; `frame` is a multiple of 32. Period path.
   */
  sum(out: number, from: number, factor: number, count: number, frame: number): void;
}

const PAGE_BYTES = 65536;
/** Where the mixer's own data may begin; below is the C code's stack. */
export const FIRST_BYTE = PAGE_BYTES;

/** Makes an instance with `bytes` of memory, which never moves. */
export function loadMixKernel(bytes: number): { readonly kernel: MixKernel; readonly memory: ArrayBuffer } {
  const wasm = readFileSync(new URL('../../../build/mix.wasm', import.meta.url));
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)), { env: { memory } });
  return { kernel: instance.exports as unknown as MixKernel, memory: memory.buffer };
}
