import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PcmTransfer } from '../../src/audio/pcm-transfer.ts';
import type { ChannelPair, SampleFormat } from '../../src/linux/alsa-configure.ts';

const FRAMES = 64;

function transferOf(format: SampleFormat, channels = 2, pair: ChannelPair = [1, 2]) {
  const transfer = new PcmTransfer({ format, channels, pair, periodFrames: FRAMES, bufferFrames: 2 * FRAMES });
  return { transfer, view: new DataView(transfer.bytes.buffer) };
}

/** How a sample of each format stands in memory: written here anew, byte by byte. */
const FORMATS: Readonly<
  Record<SampleFormat, { bytes: number; bits: number; put: (view: DataView, at: number, value: number) => void }>
> = {
  S32_LE: { bytes: 4, bits: 32, put: (view, at, value) => view.setInt32(at, value, true) },
  S24_3LE: {
    bytes: 3,
    bits: 24,
    put: (view, at, value) => {
      view.setUint16(at, value & 0xffff, true);
      view.setInt8(at + 2, value >> 16);
    },
  },
  S24_LE: { bytes: 4, bits: 24, put: (view, at, value) => view.setInt32(at, value, true) },
  FLOAT_LE: { bytes: 4, bits: 24, put: (view, at, value) => view.setFloat32(at, value / 2 ** 23, true) },
  S16_LE: { bytes: 2, bits: 16, put: (view, at, value) => view.setInt16(at, value, true) },
};
const NAMES = Object.keys(FORMATS) as SampleFormat[];

function extremes(bits: number): readonly number[] {
  const top = 2 ** (bits - 1);
  return [0, 1, -1, 2, top / 2, -top / 2, top - 1, 1 - top, -top];
}

describe.each(NAMES)('A card in %s', (name) => {
  const { bytes, bits, put } = FORMATS[name];
  const putAll = (view: DataView, values: readonly number[]): void => {
    for (const [i, value] of values.entries()) put(view, i * bytes, value);
  };

  it('is heard as its samples are, the extremes too', () => {
    const { transfer, view } = transferOf(name);
    const values = extremes(bits);
    putAll(view, values);
    const stereo = new Float32Array(2 * FRAMES);
    transfer.toStereo(stereo, FRAMES);
    expect([...stereo.slice(0, values.length)]).toEqual(values.map((value) => Math.fround(value / 2 ** (bits - 1))));
  });

  it('gets back bit by bit what it gave, as far as a float holds it', () => {
    const kept = Math.min(bits, 24);
    const sample = fc.oneof(
      fc.integer({ min: -(2 ** (kept - 1)), max: 2 ** (kept - 1) - 1 }),
      fc.constantFrom(...extremes(kept)),
    );
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2 * FRAMES, maxLength: 2 * FRAMES }), (values) => {
        const { transfer, view } = transferOf(name);
        putAll(
          view,
          values.map((value) => value * 2 ** (bits - kept)),
        );
        const before = transfer.bytes.slice();
        const stereo = new Float32Array(2 * FRAMES);
        transfer.toStereo(stereo, FRAMES);
        transfer.silence();
        transfer.fromStereo(stereo, FRAMES);
        expect(transfer.bytes).toEqual(before);
      }),
    );
  });

  it('gets full scale where it is too loud, and silence where there is nonsense', () => {
    const { transfer, view } = transferOf(name);
    const stereo = new Float32Array(2 * FRAMES);
    stereo.set([1, -1, 7, -7, Number.NaN, Infinity, -Infinity]);
    transfer.fromStereo(stereo, FRAMES);
    const top = 2 ** (bits - 1);
    const full = name === 'FLOAT_LE' ? top : top - 1;
    const expected = transferOf(name);
    putAll(expected.view, [full, -top, full, -top, 0, 0, 0]);
    expect(new Uint8Array(view.buffer)).toEqual(expected.transfer.bytes);
  });

  it('has any two of its channels left and right, and silence on all others', () => {
    const pair = fc.tuple(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 18 }));
    fc.assert(
      fc.property(pair, ([left, right]) => {
        fc.pre(left !== right);
        const { transfer, view } = transferOf(name, 18, [left, right]);
        const value = (frame: number, channel: number): number => (frame * 18 + channel) * 5;
        for (let i = 0; i < FRAMES * 18; i++) put(view, i * bytes, value(0, i));
        const stereo = new Float32Array(2 * FRAMES);
        transfer.toStereo(stereo, FRAMES);
        const scale = 2 ** (bits - 1);
        for (let frame = 0; frame < FRAMES; frame++) {
          expect(stereo[2 * frame]! * scale).toBe(value(frame, left - 1));
          expect(stereo[2 * frame + 1]! * scale).toBe(value(frame, right - 1));
        }
        transfer.silence();
        transfer.fromStereo(stereo, FRAMES);
        const expected = transferOf(name, 18, [left, right]);
        for (let frame = 0; frame < FRAMES; frame++) {
          for (const channel of [left - 1, right - 1]) {
            put(expected.view, (frame * 18 + channel) * bytes, value(frame, channel));
          }
        }
        expect(transfer.bytes).toEqual(expected.transfer.bytes);
      }),
      { numRuns: 30 },
    );
  });

  it('that is mono is heard on both sides, and gets the mean of both', () => {
    const { transfer, view } = transferOf(name, 1, [1, 1]);
    put(view, 0, 100);
    put(view, bytes, -100);
    const stereo = new Float32Array(2 * FRAMES);
    transfer.toStereo(stereo, FRAMES);
    const scale = 2 ** (bits - 1);
    expect([...stereo.slice(0, 4)].map((sample) => sample * scale)).toEqual([100, 100, -100, -100]);
    stereo.set([0.5, 0.25, -1, 1, Number.NaN, 0.5]);
    transfer.fromStereo(stereo, FRAMES);
    const expected = transferOf(name, 1, [1, 1]);
    putAll(expected.view, [0.375 * scale, 0, 0.25 * scale]);
    expect(transfer.bytes.slice(0, 3 * bytes)).toEqual(expected.transfer.bytes.slice(0, 3 * bytes));
  });
});

describe('What a card should not give', () => {
  it('in the fourth byte of S24_LE is not heard', () => {
    const { transfer, view } = transferOf('S24_LE');
    for (const [i, value] of [0x5a000001, 0x00ffffff, 0x7f800000].entries()) view.setInt32(4 * i, value, true);
    const stereo = new Float32Array(2 * FRAMES);
    transfer.toStereo(stereo, FRAMES);
    expect([...stereo.slice(0, 3)]).toEqual([2 ** -23, -(2 ** -23), -1]);
  });

  it('as a float that is no number is silence', () => {
    const { transfer, view } = transferOf('FLOAT_LE');
    for (const [i, value] of [Number.NaN, Infinity, -Infinity, 0.5].entries()) view.setFloat32(4 * i, value, true);
    const stereo = new Float32Array(2 * FRAMES).fill(9);
    transfer.toStereo(stereo, FRAMES);
    expect([...stereo.slice(0, 5)]).toEqual([0, 0, 0, 0.5, 0]);
  });
});
