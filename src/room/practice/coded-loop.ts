/** A loop of sound as the coded frames that a client sends, made once: playing it costs next to nothing then. */
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import { createEncoder, loadOpus } from '../../opus/codec.ts';

/** Coded before the first frame that counts, so that the end of the loop goes on into its beginning. */
const LEAD_FRAMES = 64;

export interface FrameShape {
  readonly frameSamples: FrameSamples;
  readonly frameBytes: number;
}

/**
 * The frames one after the other, each of `frameBytes`.
 * @param loop mono, full scale ±1, a whole number of frames long
 * @param wasm the content of build/opus.wasm
 */
export function codeLoop(
  loop: Float32Array,
  { frameSamples, frameBytes }: FrameShape,
  wasm: Uint8Array<ArrayBuffer>,
): Uint8Array {
  const encoder = createEncoder(loadOpus(wasm, 1), { frameSamples, channels: 1 });
  encoder.setFrameBytes(frameBytes);
  const frames = loop.length / frameSamples;
  const coded = new Uint8Array(frames * frameBytes);
  for (let frame = -LEAD_FRAMES; frame < frames; frame++) {
    const from = ((frame + frames) % frames) * frameSamples;
    encoder.pcm.set(loop.subarray(from, from + frameSamples));
    encoder.encode();
    if (frame >= 0) coded.set(encoder.bytes.subarray(0, frameBytes), frame * frameBytes);
  }
  return coded;
}
