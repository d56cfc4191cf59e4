import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBucket, takeTokens } from '../../src/jamulus/token-bucket.ts';

const RATE = { burst: 5, perSecond: 10 } as const;

describe('A token bucket', () => {
  it('gives its burst at once, and then what has come back', () => {
    const bucket = fullBucket(RATE, 1000);
    expect(Array.from({ length: 6 }, () => takeTokens(bucket, RATE, 1, 1000))).toEqual([...Array(5).fill(true), false]);
    expect(takeTokens(bucket, RATE, 1, 1099)).toBe(false);
    expect(takeTokens(bucket, RATE, 1, 1100)).toBe(true);
  });

  it('takes nothing for what it refuses, so that something cheaper is still allowed', () => {
    const bucket = fullBucket(RATE, 0);
    expect(takeTokens(bucket, RATE, 6, 0)).toBe(false);
    expect(takeTokens(bucket, RATE, 5, 0)).toBe(true);
  });

  it('never gives more than burst and rate together, whatever the clock does and whatever is asked', () => {
    const asked = fc.record({ waitMs: fc.integer({ min: -2000, max: 500 }), cost: fc.nat(6) });
    fc.assert(
      fc.property(fc.array(asked, { maxLength: 300 }), (all) => {
        const bucket = fullBucket(RATE, 0);
        let nowMs = 0;
        let passedMs = 0;
        let taken = 0;
        for (const { waitMs, cost } of all) {
          nowMs += waitMs;
          passedMs += Math.max(0, waitMs);
          if (takeTokens(bucket, RATE, cost, nowMs)) taken += cost;
        }
        expect(taken).toBeLessThanOrEqual(5 + passedMs / 100 + 1e-9);
      }),
    );
  });
});
