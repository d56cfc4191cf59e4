import { describe, expect, it } from 'vitest';
import { createDecoder, createEncoder } from '../../src/opus/codec.ts';
import { testOpus } from '../support/opus.ts';
import { bursts, delaysOf } from './signal.ts';

const COUNT = 5;

/** What comes out of encoder and decoder, as long as what goes in, with some frames concealed. */
async function throughCodec(sound: Float32Array, frameSamples: 64 | 128, isLost: (frame: number) => boolean) {
  const library = await testOpus(2);
  const encoder = createEncoder(library, { frameSamples, channels: 1 });
  const decoder = createDecoder(library, { frameSamples, channels: 1 });
  const frameBytes = frameSamples === 64 ? 36 : 73;
  encoder.setFrameBytes(frameBytes);
  const heard = new Float32Array(sound.length);
  for (let frame = 0; (frame + 1) * frameSamples <= sound.length; frame++) {
    encoder.pcm.set(sound.subarray(frame * frameSamples, (frame + 1) * frameSamples));
    encoder.encode();
    decoder.bytes.set(encoder.bytes.subarray(0, frameBytes));
    if (isLost(frame)) decoder.conceal();
    else decoder.decode(frameBytes);
    heard.set(decoder.pcm, frame * frameSamples);
  }
  return heard;
}

describe('The bursts of the bench', () => {
  it('are found again exactly as late as they are', () => {
    const heard = new Float32Array(COUNT * 3840 + 777);
    heard.set(bursts(COUNT), 777);
    expect(delaysOf(heard, COUNT)).toEqual(Array(COUNT).fill(777));
  });

  it.each([64, 128] as const)('are found one frame late after the codec with frames of %i', async (frameSamples) => {
    const heard = await throughCodec(bursts(COUNT), frameSamples, () => false);
    expect(delaysOf(heard, COUNT)).toEqual(Array(COUNT).fill(frameSamples));
  });

  it('are left out where the frame that held them was concealed', async () => {
    const heard = await throughCodec(bursts(COUNT), 128, (frame) => frame === 30);
    expect(delaysOf(heard, COUNT)).toEqual(Array(COUNT - 1).fill(128));
  });

  it('are not found in silence, nor as a whisper', () => {
    expect(delaysOf(new Float32Array(COUNT * 3840), COUNT)).toEqual([]);
    expect(
      delaysOf(
        bursts(COUNT).map((sample) => sample / 10),
        COUNT,
      ),
    ).toEqual([]);
  });
});
