import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  floatToFloat,
  floatToS16,
  floatToS16Bytes,
  floatToS24,
  floatToS24Packed,
  floatToS32,
  s16BytesToFloat,
  s16ToFloat,
  s24PackedToFloat,
  s24ToFloat,
  s32ToFloat,
} from '../../src/audio/sample-format.ts';

interface Format {
  readonly fullScale: number;
  /** What the card gets for these floats. */
  readonly to: (values: readonly number[]) => number[];
  /** The floats of what the card gives. */
  readonly from: (samples: readonly number[]) => number[];
}

function s24Bytes(samples: readonly number[]): Uint8Array {
  return Uint8Array.from(samples.flatMap((sample) => [sample, sample >> 8, sample >> 16]));
}

const FORMATS = {
  S32: {
    fullScale: 2 ** 31,
    to: (values) => {
      const out = new Int32Array(values.length);
      floatToS32(Float32Array.from(values), 0, 1, out, 0, 1, values.length);
      return [...out];
    },
    from: (samples) => {
      const out = new Float32Array(samples.length);
      s32ToFloat(Int32Array.from(samples), 0, 1, out, 0, 1, samples.length);
      return [...out];
    },
  },
  S24: {
    fullScale: 2 ** 23,
    to: (values) => {
      const out = new Int32Array(values.length);
      floatToS24(Float32Array.from(values), 0, 1, out, 0, 1, values.length);
      return [...out];
    },
    from: (samples) => {
      const out = new Float32Array(samples.length);
      s24ToFloat(Int32Array.from(samples), 0, 1, out, 0, 1, samples.length);
      return [...out];
    },
  },
  'S24 packed': {
    fullScale: 2 ** 23,
    to: (values) => {
      const out = new Uint8Array(3 * values.length);
      floatToS24Packed(Float32Array.from(values), 0, 1, out, 0, 3, values.length);
      return values.map((_, i) => ((out[3 * i]! << 8) | (out[3 * i + 1]! << 16) | (out[3 * i + 2]! << 24)) >> 8);
    },
    from: (samples) => {
      const out = new Float32Array(samples.length);
      s24PackedToFloat(s24Bytes(samples), 0, 3, out, 0, 1, samples.length);
      return [...out];
    },
  },
  S16: {
    fullScale: 2 ** 15,
    to: (values) => {
      const out = new Int16Array(values.length);
      floatToS16(Float32Array.from(values), 0, 1, out, 0, 1, values.length);
      return [...out];
    },
    from: (samples) => {
      const out = new Float32Array(samples.length);
      s16ToFloat(Int16Array.from(samples), 0, 1, out, 0, 1, samples.length);
      return [...out];
    },
  },
} as const satisfies Readonly<Record<string, Format>>;

function floatsOf(values: readonly number[]): number[] {
  const out = new Float32Array(values.length);
  floatToFloat(Float32Array.from(values), 0, 1, out, 0, 1, values.length);
  return [...out];
}

describe.each<[string, Format]>(Object.entries(FORMATS))('%s', (_, { fullScale, to, from }) => {
  it('clips at full scale and takes nonsense as silence', () => {
    const [top, bottom] = [fullScale - 1, -fullScale];
    expect(to([1, -1, 1.5, -1.5, 3e38, -3e38, 0.5])).toEqual([top, bottom, top, bottom, top, bottom, fullScale / 2]);
    expect(to([Number.NaN, Infinity, -Infinity, 0, -0]).map((sample) => sample + 0)).toEqual([0, 0, 0, 0, 0]);
  });

  it('has its extremes and its smallest steps at the right places', () => {
    expect(from([-fullScale, 0, 1, -1])).toEqual([-1, 0, 1 / fullScale, -1 / fullScale]);
    expect(from([fullScale - 1])[0]).toBe(Math.fround(1 - 1 / fullScale));
  });

  it('gives samples back unchanged, as far as a float has bits', () => {
    const steps = Math.min(fullScale, 2 ** 23);
    const sample = fc.integer({ min: -steps, max: steps - 1 }).map((step) => step * (fullScale / steps));
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        expect(to(from(samples))).toEqual(samples);
      }),
    );
  });
});

test('S32 and S24 round to the nearest value', () => {
  for (const { fullScale, to } of [FORMATS.S32, FORMATS.S24, FORMATS['S24 packed']]) {
    const steps = [1, 0.75, -0.75, 0.25, 1.25].map((step) => step / fullScale);
    expect(to(steps)).toEqual([1, 1, -1, 0, 1]);
  }
});

test('every S16 sample survives, and S16 truncates toward zero', () => {
  const { from, to } = FORMATS.S16;
  const samples = Array.from({ length: 65536 }, (_, i) => i - 32768);
  expect(to(from(samples))).toEqual(samples);
  expect(to([1.9, -1.9, 0.9, -0.9].map((step) => step / 32768)).map((sample) => sample + 0)).toEqual([1, -1, 0, 0]);
});

test('S24 does not look at the fourth byte, and sends the sign in it', () => {
  const { from, to } = FORMATS.S24;
  expect(from([0x00ffffff, 0x7f000001, -1 << 24])).toEqual([-1 / 2 ** 23, 1 / 2 ** 23, 0]);
  expect(to([-1 / 2 ** 23])).toEqual([-1]);
});

test('a card that speaks float gets and gives what it may: within full scale, NaN is silence', () => {
  const values = [0.5, -1, 1, 2 ** -24, 1.5, -7, 3e38, Number.NaN, Infinity, -Infinity];
  expect(floatsOf(values)).toEqual([0.5, -1, 1, 2 ** -24, 1, -1, 1, 0, 0, 0]);
});

test('one channel of many is read and written, and no other touched', () => {
  const card = Int32Array.from([1, 2, 3, 4, 5, 6].map((sample) => sample << 24));
  const stereo = new Float32Array(4);
  s32ToFloat(card, 2, 3, stereo, 1, 2, 2);
  expect([...stereo]).toEqual([0, 3 / 128, 0, 6 / 128]);
  const bytes = new Uint8Array(3 * 6).fill(7);
  floatToS24Packed(Float32Array.of(0, 0.5, 0, -0.5), 1, 2, bytes, 3, 9, 2);
  expect([...bytes]).toEqual([7, 7, 7, 0, 0, 0x40, 7, 7, 7, 7, 7, 7, 0, 0, 0xc0, 7, 7, 7]);
});

test('S16 as bytes is the same, little-endian, at odd offsets too', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -2, max: 2, noNaN: true })), fc.nat(5), (values, offset) => {
      const floats = Float32Array.from(values);
      const bytes = new Uint8Array(offset + 2 * floats.length);
      floatToS16Bytes(floats, bytes, offset, floats.length);
      const expected = FORMATS.S16.to(values);
      const view = new DataView(bytes.buffer);
      expect(expected.map((_, i) => view.getInt16(offset + 2 * i, true))).toEqual(expected);
      const back = new Float32Array(floats.length);
      s16BytesToFloat(bytes, offset, back, floats.length);
      expect([...back]).toEqual(expected.map((value) => value / 32768));
    }),
  );
});
