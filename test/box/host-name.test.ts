import { expect, it } from 'vitest';
import { hostNameOf, localName } from '../../src/box/host-name.ts';

it('A host name is found with and without ".local", and goes back to it', () => {
  for (const text of ['jambox-7f3a', 'jambox-7f3a.local', 'jambox-7f3a.local.'])
    expect(hostNameOf(text)).toBe('jambox-7f3a');
  expect(localName('jambox-7f3a')).toBe('jambox-7f3a.local');
});

it.each(['', '.local', 'two words', 'evil.example', 'box/../..', 'javascript:x', 'x'.repeat(64), 'bóx'])(
  '%j is no host name',
  (text) => {
    expect(hostNameOf(text)).toBeUndefined();
  },
);
