import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  floatToS16,
  floatToS16Bytes,
  floatToS32,
  s16BytesToFloat,
  s16ToFloat,
  s32ToFloat,
} from '../../src/audio/sample-format.ts';

function toS32(...values: number[]): number[] {
  const out = new Int32Array(values.length);
  floatToS32(Float32Array.from(values), out, values.length);
  return [...out];
}

function toS16(...values: number[]): number[] {
  const out = new Int16Array(values.length);
  floatToS16(Float32Array.from(values), out, values.length);
  return [...out];
}

test('24-bit samples in S32 survive the way through float unchanged', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 })), (values) => {
      const samples = Int32Array.from(values, (value) => value << 8);
      const floats = new Float32Array(samples.length);
      const back = new Int32Array(samples.length);
      s32ToFloat(samples, floats, samples.length);
      floatToS32(floats, back, samples.length);
      expect(back).toEqual(samples);
    }),
  );
});

test('S32 clips at full scale, rounds to the nearest and takes nonsense as 0', () => {
  expect(toS32(1, -1, 1.5, -1.5, 0.5)).toEqual([2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -(2 ** 31), 2 ** 30]);
  expect(toS32(2 ** -31, 0.75 * 2 ** -31, -0.75 * 2 ** -31, 0.25 * 2 ** -31)).toEqual([1, 1, -1, 0]);
  expect(toS32(Number.NaN, Infinity, -Infinity, 3e38)).toEqual([0, 0, 0, 2 ** 31 - 1]);
});

test('every S16 sample survives the way through float unchanged', () => {
  const samples = Int16Array.from({ length: 65536 }, (_, i) => i - 32768);
  const floats = new Float32Array(65536);
  const back = new Int16Array(65536);
  s16ToFloat(samples, floats, 65536);
  floatToS16(floats, back, 65536);
  expect(back).toEqual(samples);
});

test('S16 clips at full scale, truncates toward zero and takes nonsense as 0', () => {
  expect(toS16(1, -1, 7, -7, 0.5)).toEqual([32767, -32768, 32767, -32768, 16384]);
  expect(toS16(1.9 / 32768, -1.9 / 32768, 0.9 / 32768, -0.9 / 32768)).toEqual([1, -1, 0, 0]);
  expect(toS16(Number.NaN, Infinity, -Infinity)).toEqual([0, 0, 0]);
});

test('S16 as bytes is the same, little-endian, at odd offsets too', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -2, max: 2, noNaN: true })), fc.nat(5), (values, offset) => {
      const floats = Float32Array.from(values);
      const bytes = new Uint8Array(offset + 2 * floats.length);
      floatToS16Bytes(floats, bytes, offset, floats.length);
      const expected = toS16(...values);
      const view = new DataView(bytes.buffer);
      expect(expected.map((_, i) => view.getInt16(offset + 2 * i, true))).toEqual(expected);
      const back = new Float32Array(floats.length);
      s16BytesToFloat(bytes, offset, back, floats.length);
      expect([...back]).toEqual(expected.map((value) => value / 32768));
    }),
  );
});
