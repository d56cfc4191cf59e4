/** What the codec alone costs: stereo, high quality, one encoding and one decoding a frame, as the engine does it. */
import { readFileSync } from 'node:fs';
import { median } from '../../src/audio/percentiles.ts';
import { createDecoder, createEncoder, loadOpus } from '../../src/opus/codec.ts';
import { musicLike } from '../peers/signal.ts';

/** Coded bytes of a frame, stereo, high (audio.md §2.2). */
const FRAME_BYTES = { 64: 73, 128: 165 } as const;
const ROUNDS = 9;

export type CodecCost = { readonly encodeUs: number; readonly decodeUs: number };

/** Medians of rounds of one second of music, after three rounds in which V8 compiles. */
export function codecCost(frameSamples: 64 | 128): CodecCost {
  const library = loadOpus(readFileSync(new URL('../../build/opus.wasm', import.meta.url)), 2);
  const encoder = createEncoder(library, { frameSamples, channels: 2 });
  const decoder = createDecoder(library, { frameSamples, channels: 2 });
  encoder.setFrameBytes(FRAME_BYTES[frameSamples]);
  const sound = musicLike(1, 5);
  const frames = Math.floor(sound.length / frameSamples);
  const coded = new Uint8Array(frames * FRAME_BYTES[frameSamples]);
  const encodeUs: number[] = [];
  const decodeUs: number[] = [];
  for (let round = -3; round < ROUNDS; round++) {
    const begunMs = performance.now();
    for (let n = 0; n < frames; n++) {
      for (let i = 0; i < frameSamples; i++) {
        encoder.pcm[2 * i] = sound[n * frameSamples + i] as number;
        encoder.pcm[2 * i + 1] = 0.7 * (sound[n * frameSamples + i] as number);
      }
      encoder.encode();
      for (let i = 0; i < FRAME_BYTES[frameSamples]; i++) {
        coded[n * FRAME_BYTES[frameSamples] + i] = encoder.bytes[i] as number;
      }
    }
    const encodedMs = performance.now();
    for (let n = 0; n < frames; n++) {
      for (let i = 0; i < FRAME_BYTES[frameSamples]; i++) {
        decoder.bytes[i] = coded[n * FRAME_BYTES[frameSamples] + i] as number;
      }
      decoder.decode(FRAME_BYTES[frameSamples]);
    }
    const decodedMs = performance.now();
    if (round < 0) continue;
    encodeUs.push(((encodedMs - begunMs) * 1000) / frames);
    decodeUs.push(((decodedMs - encodedMs) * 1000) / frames);
  }
  return { encodeUs: median(encodeUs), decodeUs: median(decodeUs) };
}
