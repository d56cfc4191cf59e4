import { describe, expect, it } from 'vitest';
import { rounded, showSpread, spread } from './numbers.ts';

describe('The figures of the bench', () => {
  it('are shown as smallest, median and largest, or a dash', () => {
    expect(showSpread([0.003, 0.001, 0.002], 1000)).toBe('1.0 / 2.0 / 3.0');
    expect(showSpread([])).toBe('-');
    expect(spread([4, 2])).toEqual({ min: 2, median: 3, max: 4, count: 2 });
  });

  it('are null in the file when they were not measured', () => {
    expect(rounded(1.23456)).toBe(1.235);
    expect(rounded(Number.NaN)).toBeNull();
    expect(rounded(undefined)).toBeNull();
  });
});
