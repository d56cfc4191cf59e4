/** Encoder and decoder with the settings and sizes of Jamulus (protocol: audio.md §1, §2.1). */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CodecFormat,
  createDecoder,
  createEncoder,
  MAX_FRAME_BYTES,
  type OpusLibrary,
} from '../../src/opus/codec.ts';
import { testOpus } from '../support/opus.ts';
import { correlation, music } from './signals.ts';

const kinds: readonly CodecFormat[] = [
  { frameSamples: 64, channels: 1 },
  { frameSamples: 64, channels: 2 },
  { frameSamples: 128, channels: 1 },
  { frameSamples: 128, channels: 2 },
];

/** How alike decoded music is at least; 1 is identical. */
const likenessOf = { low: 0.975, normal: 0.99, high: 0.995 };

/** audio.md §2.1 */
const qualities: readonly (CodecFormat & { quality: keyof typeof likenessOf; frameBytes: number })[] = [
  { frameSamples: 128, channels: 1, quality: 'low', frameBytes: 25 },
  { frameSamples: 128, channels: 1, quality: 'normal', frameBytes: 45 },
  { frameSamples: 128, channels: 1, quality: 'high', frameBytes: 82 },
  { frameSamples: 128, channels: 2, quality: 'low', frameBytes: 47 },
  { frameSamples: 128, channels: 2, quality: 'normal', frameBytes: 71 },
  { frameSamples: 128, channels: 2, quality: 'high', frameBytes: 165 },
  { frameSamples: 64, channels: 1, quality: 'low', frameBytes: 12 },
  { frameSamples: 64, channels: 1, quality: 'normal', frameBytes: 22 },
  { frameSamples: 64, channels: 1, quality: 'high', frameBytes: 36 },
  { frameSamples: 64, channels: 2, quality: 'low', frameBytes: 24 },
  { frameSamples: 64, channels: 2, quality: 'normal', frameBytes: 35 },
  { frameSamples: 64, channels: 2, quality: 'high', frameBytes: 73 },
];

let library: OpusLibrary;
beforeAll(async () => {
  library = await testOpus(32);
}, 180_000);

/** Encodes and decodes a signal; `lost` tells the frames that the decoder does not get. */
function roundTrip(format: CodecFormat, frameBytes: number, signal: Float32Array, lost = (_frame: number) => false) {
  const encoder = createEncoder(library, format);
  const decoder = createDecoder(library, format);
  const output = new Float32Array(signal.length);
  expect(encoder.setFrameBytes(frameBytes)).toBe(true);
  const step = encoder.pcm.length;
  for (let start = 0, frame = 0; start + step <= signal.length; start += step, frame++) {
    encoder.pcm.set(signal.subarray(start, start + step));
    expect(encoder.encode()).toBe(frameBytes);
    expect(encoder.bytes[0]).toBe(format.channels === 2 ? 0x04 : 0x00);
    decoder.bytes.set(encoder.bytes);
    expect(lost(frame) ? decoder.conceal() : decoder.decode(frameBytes)).toBe(0);
    output.set(decoder.pcm, start);
  }
  encoder.destroy();
  decoder.destroy();
  return output;
}

describe('a round trip', () => {
  it.each(qualities)('of $frameSamples samples, $channels channel(s), $quality quality keeps the music', (format) => {
    const signal = music(48000, format.channels);
    const output = roundTrip(format, format.frameBytes, signal);
    const delay = format.frameSamples * format.channels;
    const likeness = correlation(signal, output, delay, 0, signal.length - 2 * delay);
    expect(likeness).toBeGreaterThan(likenessOf[format.quality]);
  });

  it.each(kinds)('delays by exactly one frame: $frameSamples samples, $channels channel(s)', (format) => {
    const signal = music(9600, format.channels);
    const output = roundTrip(format, 80, signal);
    const frame = format.frameSamples * format.channels;
    let best = { lag: -1, likeness: -1 };
    for (let lag = 0; lag <= 3 * frame; lag += format.channels) {
      const likeness = correlation(signal, output, lag, 0, signal.length - 4 * frame);
      if (likeness > best.likeness) best = { lag, likeness };
    }
    expect(best.lag).toBe(frame);
  });

  it.each(kinds)('at full scale stays within full scale: $frameSamples samples, $channels channel(s)', (format) => {
    const signal = music(9600, format.channels).map((x) => Math.sign(x));
    const output = roundTrip(format, 40, signal);
    expect(output.every((x) => Math.abs(x) <= 1)).toBe(true);
  });

  it.each(kinds)('conceals a lost frame and recovers: $frameSamples samples, $channels channel(s)', (format) => {
    const signal = music(24000, format.channels);
    const frame = format.frameSamples * format.channels;
    const output = roundTrip(format, 40 * format.channels, signal, (index) => index % 50 === 20);
    expect(correlation(signal, output, frame, 0, signal.length - 2 * frame)).toBeGreaterThan(0.96);
  });

  it.each(kinds)('concealing for long decays to faint noise: $frameSamples samples, $channels channel(s)', (format) => {
    const output = roundTrip(format, 40, music(48000, format.channels), (index) => index > 10);
    expect(Math.max(...output.subarray(0, 2000))).toBeGreaterThan(0.4);
    expect(Math.max(...output.subarray(-2000).map(Math.abs))).toBeLessThan(0.1);
  });
});

describe('the encoder', () => {
  it.each(kinds)('writes exactly N bytes for every N: $frameSamples samples, $channels channel(s)', (format) => {
    const encoder = createEncoder(library, format);
    const decoder = createDecoder(library, format);
    const signal = music(9600, format.channels);
    for (let frameBytes = 3; frameBytes <= MAX_FRAME_BYTES; frameBytes++) {
      encoder.reset();
      decoder.reset();
      expect(encoder.setFrameBytes(frameBytes)).toBe(true);
      for (let frame = 0; frame < 4; frame++) {
        encoder.pcm.set(signal.subarray(frame * encoder.pcm.length, (frame + 1) * encoder.pcm.length));
        expect(encoder.encode()).toBe(frameBytes);
        decoder.bytes.set(encoder.bytes);
        expect(decoder.decode(frameBytes)).toBe(0);
      }
    }
    encoder.destroy();
    decoder.destroy();
  });

  it.each(qualities)('encodes silence as header, ff fe, zeros: $frameSamples samples, N $frameBytes', (format) => {
    const encoder = createEncoder(library, format);
    encoder.setFrameBytes(format.frameBytes);
    for (let frame = 0; frame < 20; frame++) {
      encoder.encode();
      const expected = new Uint8Array(format.frameBytes);
      expected.set([format.channels === 2 ? 0x04 : 0x00, 0xff, 0xfe]);
      expect(encoder.bytes.slice(0, format.frameBytes)).toEqual(expected);
    }
    encoder.destroy();
  });

  it('refuses a frame size that no frame can have, and keeps the one it has', () => {
    const encoder = createEncoder(library, { frameSamples: 128, channels: 1 });
    expect(encoder.encode()).toBeLessThan(0); // none is set yet
    encoder.setFrameBytes(25);
    for (const frameBytes of [-1, 0, 1, 2, MAX_FRAME_BYTES + 1, 1e9, Number.NaN]) {
      expect(encoder.setFrameBytes(frameBytes)).toBe(false);
      expect(encoder.encode()).toBe(25);
    }
    encoder.destroy();
  });

  it('clips samples beyond full scale and takes what is not a number for silence', () => {
    const encoder = createEncoder(library, { frameSamples: 64, channels: 1 });
    encoder.setFrameBytes(22);
    encoder.pcm.fill(1e30);
    expect(encoder.encode()).toBe(22);
    expect(encoder.pcm[0]).toBe(1);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      encoder.pcm.fill(0.1);
      encoder.pcm[17] = bad;
      expect(encoder.encode()).toBe(22);
      expect(encoder.pcm.every((x) => x === 0)).toBe(true);
    }
    for (let frame = 0; frame < 10; frame++) encoder.encode();
    expect([...encoder.bytes.slice(0, 4)]).toEqual([0x00, 0xff, 0xfe, 0x00]);
    encoder.destroy();
  });

  it('begins anew after a reset, with the same settings', () => {
    const encoder = createEncoder(library, { frameSamples: 64, channels: 2 });
    encoder.setFrameBytes(35);
    const signal = music(640, 2);
    const encodeAll = () =>
      Array.from({ length: 10 }, (_, frame) => {
        encoder.pcm.set(signal.subarray(frame * 128, (frame + 1) * 128));
        expect(encoder.encode()).toBe(35);
        return encoder.bytes.slice(0, 35);
      });
    const first = encodeAll();
    expect(encodeAll()).not.toEqual(first);
    encoder.reset();
    expect(encodeAll()).toEqual(first);
    encoder.destroy();
  });
});

describe('the library', () => {
  it('has room for as many codecs as it was made for, of the largest kind, and no more than its memory', async () => {
    const small = await testOpus(20);
    const format = { frameSamples: 128, channels: 2 } as const;
    const codecs = Array.from({ length: 20 }, () => createDecoder(small, format));
    expect(new Set(codecs.map((codec) => codec.pcm.byteOffset)).size).toBe(20);
    expect(() => Array.from({ length: 100 }, () => createDecoder(small, format))).toThrow(RangeError);
  });

  it('uses the memory of destroyed codecs again', async () => {
    const small = await testOpus();
    for (let round = 0; round < 2000; round++) {
      const codecs = kinds.flatMap((format) => [createEncoder(small, format), createDecoder(small, format)]);
      for (const codec of codecs) codec.destroy();
    }
  });

  it('gives a recycled encoder no memory of its former life', () => {
    const signal = music(640, 1);
    const first = roundTrip({ frameSamples: 64, channels: 1 }, 22, signal);
    expect(roundTrip({ frameSamples: 64, channels: 1 }, 22, signal)).toEqual(first);
  });

  it('answers calls to a destroyed codec with an error', () => {
    const encoder = createEncoder(library, { frameSamples: 64, channels: 1 });
    const decoder = createDecoder(library, { frameSamples: 64, channels: 1 });
    encoder.destroy();
    decoder.destroy();
    encoder.destroy();
    expect(encoder.setFrameBytes(22)).toBe(false);
    expect(encoder.encode()).toBeLessThan(0);
    expect(decoder.decode(22)).toBeLessThan(0);
    expect(decoder.conceal()).toBeLessThan(0);
  });
});
