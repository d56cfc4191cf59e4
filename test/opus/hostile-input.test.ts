/** The decoder takes bytes from the network: whatever they are, it answers with a number and goes on working. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CODEC_TRAPPED,
  type CodecFormat,
  createDecoder,
  createEncoder,
  MAX_FRAME_BYTES,
  type OpusDecoder,
  type OpusLibrary,
} from '../../src/opus/codec.ts';
import { testOpus } from '../support/opus.ts';
import { correlation, music, randomIntegers } from './signals.ts';

const kinds: readonly (CodecFormat & { frameBytes: number })[] = [
  { frameSamples: 64, channels: 1, frameBytes: 22 },
  { frameSamples: 64, channels: 2, frameBytes: 73 },
  { frameSamples: 128, channels: 1, frameBytes: 45 },
  { frameSamples: 128, channels: 2, frameBytes: 165 },
];

let library: OpusLibrary;
beforeAll(async () => {
  library = await testOpus(32);
}, 180_000);

/** The coded frames of a second of music. */
function codedMusic(format: CodecFormat & { frameBytes: number }): { signal: Float32Array; frames: Uint8Array[] } {
  const encoder = createEncoder(library, format);
  encoder.setFrameBytes(format.frameBytes);
  const signal = music(48000, format.channels);
  const step = encoder.pcm.length;
  const frames = Array.from({ length: signal.length / step }, (_, frame) => {
    encoder.pcm.set(signal.subarray(frame * step, (frame + 1) * step));
    encoder.encode();
    return encoder.bytes.slice(0, format.frameBytes);
  });
  encoder.destroy();
  return { signal, frames };
}

/** Decodes anything and checks what is promised of the result. */
function decode(decoder: OpusDecoder, bytes: Uint8Array): number {
  decoder.pcm.fill(Number.NaN);
  decoder.bytes.set(bytes.subarray(0, MAX_FRAME_BYTES));
  const result = decoder.decode(bytes.length);
  let peak = 0;
  for (const x of decoder.pcm) peak = Math.max(peak, Math.abs(x)); // NaN stays NaN
  if (!(result <= 0 && result > CODEC_TRAPPED && peak <= (result === 0 ? 1 : 0))) {
    throw new Error(`result ${result}, peak ${peak} for ${bytes.length} bytes ${Buffer.from(bytes).toString('hex')}`);
  }
  return result;
}

/** That the decoder is as good as new: half a second after the attack, it decodes music as it should. */
function expectRecovery(decoder: OpusDecoder, { signal, frames }: ReturnType<typeof codedMusic>): void {
  const output = new Float32Array(signal.length);
  frames.forEach((bytes, frame) => {
    expect(decode(decoder, bytes)).toBe(0);
    output.set(decoder.pcm, frame * decoder.pcm.length);
  });
  const delay = decoder.pcm.length;
  expect(correlation(signal, output, delay, signal.length / 2, signal.length - 2 * delay)).toBeGreaterThan(0.98);
}

describe('bytes from the network', () => {
  it.each(kinds)(
    'at random, of any length, give errors or sound: $frameSamples samples, $channels channel(s)',
    (format) => {
      const decoder = createDecoder(library, format);
      const frames = fc.array(fc.uint8Array({ maxLength: MAX_FRAME_BYTES, size: 'max' }), {
        maxLength: 20,
        size: 'max',
      });
      fc.assert(
        fc.property(frames, (sequence) => {
          for (const bytes of sequence) decode(decoder, bytes);
        }),
        { numRuns: 200 },
      );
      expectRecovery(decoder, codedMusic(format));
      expect(library.traps).toBe(0);
      decoder.destroy();
    },
  );

  it.each(kinds)(
    'that look like frames do no harm in 25000 frames: $frameSamples samples, $channels channel(s)',
    (format) => {
      const decoder = createDecoder(library, format);
      const coded = codedMusic(format);
      const random = randomIntegers(format.frameBytes);
      const memoryBytes = decoder.pcm.buffer.byteLength;
      const results = { sound: 0, errors: 0 };
      for (let i = 0; i < 25000; i++) {
        const bytes = Uint8Array.from(coded.frames[random() % coded.frames.length]!);
        let length = bytes.length;
        const attack = random() % 6;
        if (attack === 0) for (let n = random() % 8; n >= 0; n--) bytes[random() % length]! ^= 1 << (random() % 8);
        if (attack === 1) length = random() % (length + 1);
        if (attack === 2) bytes.fill(random() % 2 ? 0xff : 0x00, 1 + (random() % length));
        if (attack === 3) bytes[0] = random(); // fewer bands, the other channel count, sizes that the mode hasn't
        if (attack === 4) for (let n = 1; n < length; n++) bytes[n] = random();
        if (attack === 5) decoder.conceal();
        results[decode(decoder, bytes.subarray(0, length)) === 0 ? 'sound' : 'errors']++;
      }
      expect(results.sound).toBeGreaterThan(15000);
      expect(results.errors).toBeGreaterThan(100);
      expectRecovery(decoder, coded);
      expect(library.traps).toBe(0);
      expect(decoder.pcm.buffer.byteLength).toBe(memoryBytes);
      decoder.destroy();
    },
  );

  it('cannot have a length that no frame has', () => {
    const decoder = createDecoder(library, { frameSamples: 64, channels: 2 });
    for (const length of [0, -1, -(2 ** 31), MAX_FRAME_BYTES + 1, 1e9, Number.NaN, Number.POSITIVE_INFINITY]) {
      decoder.pcm.fill(0.5);
      expect(decoder.decode(length)).toBeLessThan(0);
      expect(decoder.pcm.every((x) => x === 0)).toBe(true);
    }
    expect(decoder.conceal()).toBe(0);
    decoder.destroy();
  });
});

describe('a trap inside the module', () => {
  it('becomes an error number, silence and a count, and leaves the other codecs alone', async () => {
    const damaged = await testOpus();
    const format = { frameSamples: 128, channels: 2 } as const;
    const control = createDecoder(damaged, format);
    const encoder = createEncoder(damaged, format);
    const decoder = createDecoder(damaged, format);
    encoder.setFrameBytes(165);
    encoder.pcm.fill(0.25);
    encoder.encode();
    const stack = damaged.shim.__stack_pointer;
    const stackTop = stack.value;
    // This decoder is last in memory. After its bytes come 24 bytes of shim.c, then libopus' state: first its mode.
    new Uint8Array(damaged.memory, decoder.bytes.byteOffset + MAX_FRAME_BYTES + 32).fill(0xff);

    for (let times = 1; times <= 1000; times++) {
      decoder.bytes.set(encoder.bytes);
      decoder.pcm.fill(0.5);
      expect(decoder.decode(165)).toBe(CODEC_TRAPPED);
      expect(decoder.pcm.every((x) => x === 0)).toBe(true);
      expect(decoder.conceal()).toBe(CODEC_TRAPPED);
      expect(stack.value).toBe(stackTop);
    }
    expect(damaged.traps).toBeGreaterThanOrEqual(2000);

    control.bytes.set(encoder.bytes);
    expect(control.decode(165)).toBe(0);
    expect(encoder.encode()).toBe(165);
  });
});
