import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadline, nowUs, sleepMs } from '../../src/linux/clock.ts';

test('The microsecond clock is the monotonic clock, wrapped to 32 bits', () => {
  // Between two readings of Node's own monotonic clock, whatever the scheduler does.
  for (let i = 0; i < 100; i++) {
    const before = process.hrtime.bigint() / 1000n;
    const now = nowUs();
    const after = process.hrtime.bigint() / 1000n;
    expect(now).toBe(now | 0);
    expect((now - Number(BigInt.asIntN(32, before))) | 0).toBeGreaterThanOrEqual(0);
    expect((Number(BigInt.asIntN(32, after)) - now) | 0).toBeGreaterThanOrEqual(0);
  }
});

test('Differences of wrapped times are right across the wrap', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 2_000_000_000 }), (start, span) => {
      expect((((start + span) | 0) - start) | 0).toBe(span);
    }),
  );
});

test('Sleeping until a deadline never ends early, and steps add up exactly', () => {
  const start = nowUs();
  const deadline = new Deadline(1_333_333.25);
  for (let step = 1; step <= 30; step++) {
    deadline.sleepUntilNext();
    expect((nowUs() - start) | 0).toBeGreaterThanOrEqual(Math.floor(step * 1333.33325));
    expect(deadline.lateUs()).toBeGreaterThanOrEqual(0);
  }
});

test('A deadline that has passed does not block, and starting it anew forgets the delay', () => {
  const deadline = new Deadline(1_000_000);
  sleepMs(400);
  deadline.sleepUntilNext();
  const lateUs = deadline.lateUs();
  expect(lateUs).toBeGreaterThanOrEqual(398_000);
  deadline.restart();
  expect(deadline.lateUs()).toBeLessThan(lateUs);
});
