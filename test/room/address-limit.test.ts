import { expect, test } from 'vitest';
import { createAddressLimit } from '../../src/room/address-limit.ts';

test('Each address has its rate, and all together have one in bytes', () => {
  const limit = createAddressLimit({ burst: 2, perSecond: 1 }, { burst: 100, perSecond: 10 });
  expect([1, 1, 1].map((hash) => limit.allows(hash, 10, 0))).toEqual([true, true, false]);
  expect(limit.allows(1025, 10, 0)).toBe(false);
  expect(limit.allows(2, 81, 0)).toBe(false);
  expect(limit.allows(2, 80, 0)).toBe(true);
  expect(limit.allows(3, 1, 0)).toBe(false);
  expect(limit.allows(1, 10, 1000)).toBe(true);
});
