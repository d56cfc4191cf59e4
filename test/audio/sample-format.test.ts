import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floatToS16Bytes, s16BytesToFloat, toF32, toS16, toS24, toS32 } from '../../src/audio/sample-format.ts';

test('S32 clips at full scale, rounds to the nearest and takes nonsense as 0', () => {
  expect([1, -1, 1.5, -1.5, 0.5].map(toS32)).toEqual([2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -(2 ** 31), 2 ** 30]);
  expect([1, 0.75, -0.75, -0.25].map((part) => toS32(part * 2 ** -31) + 0)).toEqual([1, 1, -1, 0]);
  expect([Number.NaN, Infinity, -Infinity, 3e38].map(toS32)).toEqual([0, 0, 0, 2 ** 31 - 1]);
});

test('S24 clips at full scale, rounds to the nearest and takes nonsense as 0', () => {
  expect([1, -1, 1.5, -1.5, 0.5].map(toS24)).toEqual([2 ** 23 - 1, -(2 ** 23), 2 ** 23 - 1, -(2 ** 23), 2 ** 22]);
  expect([1, 0.75, -0.75, -0.25].map((part) => toS24(part * 2 ** -23) + 0)).toEqual([1, 1, -1, 0]);
  expect([Number.NaN, Infinity, -Infinity, 3e38].map(toS24)).toEqual([0, 0, 0, 2 ** 23 - 1]);
});

test('S16 clips at full scale, truncates toward zero and takes nonsense as 0', () => {
  expect([1, -1, 7, -7, 0.5].map(toS16)).toEqual([32767, -32768, 32767, -32768, 16384]);
  expect([1.9, -1.9, 0.9, -0.9].map((part) => toS16(part / 32768))).toEqual([1, -1, 0, 0]);
  expect([Number.NaN, Infinity, -Infinity].map(toS16)).toEqual([0, 0, 0]);
});

test('floats for a card are clipped, and nonsense becomes 0', () => {
  expect([0.25, -1, 1.5, -7, Number.NaN, Infinity, -Infinity].map(toF32)).toEqual([0.25, -1, 1, -1, 0, 0, 0]);
});

test('S16 as bytes is the same, little-endian, at odd offsets too', () => {
  fc.assert(
    fc.property(fc.array(fc.float({ min: -2, max: 2, noNaN: true })), fc.nat(5), (values, offset) => {
      const floats = Float32Array.from(values);
      const bytes = new Uint8Array(offset + 2 * floats.length);
      floatToS16Bytes(floats, bytes, offset, floats.length);
      const expected = values.map(toS16);
      const view = new DataView(bytes.buffer);
      expect(expected.map((_, i) => view.getInt16(offset + 2 * i, true))).toEqual(expected);
      const back = new Float32Array(floats.length);
      s16BytesToFloat(bytes, offset, back, floats.length);
      expect([...back]).toEqual(expected.map((value) => value / 32768));
    }),
  );
});
