import { expect, test } from 'vitest';
import { twoClocks } from '../../src/audio/alsa-streams.ts';

test('two hardware cards have two clocks; one card, plug-ins and files have not', () => {
  expect(twoClocks(0, 1)).toEqual({
    fault: 'two-clocks',
    error: 'two cards have two clocks (input card 0, output card 1): choose one card for both',
  });
  expect(twoClocks(1, 1)).toBeUndefined();
  expect(twoClocks(0, undefined)).toBeUndefined();
  expect(twoClocks(undefined, 0)).toBeUndefined();
});
