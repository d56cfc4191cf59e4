/** The Opus module for tests: built on first use, exactly as for the box. */
import { readFileSync } from 'node:fs';
import { loadOpus, type OpusLibrary } from '../../src/opus/codec.ts';
import { buildOpus } from '../../tools/build-opus.mjs';

/** Its bytes. The build takes about 15 s if it isn't there yet. */
export async function opusWasm(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(readFileSync(await buildOpus()));
}

/** A fresh instance of the module with room for `maxCodecs`. */
export async function testOpus(maxCodecs?: number): Promise<OpusLibrary> {
  return loadOpus(await opusWasm(), maxCodecs);
}
