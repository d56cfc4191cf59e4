import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, percentile, percentilesUs } from '../../src/audio/percentiles.ts';

describe('Order statistics', () => {
  it('have the middle value as their median, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
  });

  it('have a percentile that was measured: the smallest that is not below that part of the values', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0.01, 0.5, 0.95, 0.99, 0.999, 1].map((q) => percentile(hundred, q))).toEqual([1, 50, 95, 99, 100, 100]);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('are the same of a histogram as of the list that it has counted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 2000 }), (values) => {
        const histogram = new Int32Array(64);
        for (const value of values) histogram[value]! += 1;
        expect(percentilesUs(histogram, Math.max(...values))).toEqual({
          p50Us: percentile(values, 0.5),
          p99Us: percentile(values, 0.99),
          p999Us: percentile(values, 0.999),
          maxUs: percentile(values, 1),
        });
      }),
    );
  });

  it('of an empty histogram are 0, and the largest is known beyond its end', () => {
    expect(percentilesUs(new Int32Array(8), 0)).toEqual({ p50Us: 0, p99Us: 0, p999Us: 0, maxUs: 0 });
    expect(percentilesUs(Int32Array.of(0, 0, 0, 4), 90)).toEqual({ p50Us: 3, p99Us: 3, p999Us: 3, maxUs: 90 });
  });
});
