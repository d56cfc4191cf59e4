/** Who gets in: codes, PINs, cookies, and how long guessing takes. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_VALID_MS, NO_PAIRING, showCode, shownCode, tryCode } from '../../src/app/phones/pairing.ts';
import { createPhoneAccess, MAX_PHONES } from '../../src/app/phones/phone-access.ts';
import {
  afterTry,
  FIRST_PAUSE_MS,
  LONGEST_PAUSE_MS,
  MAX_WRONG,
  NO_TRIES,
  pauseMs,
} from '../../src/app/phones/tries.ts';
import type { PhoneKey } from '../../src/box/state.ts';

const wrongOf = (code: string | null) => (code === '000000' ? '000001' : '000000');

describe('the code on the panel', () => {
  it('is six digits, lets one phone in, and is worth nothing afterwards', () => {
    const phones = createPhoneAccess({ keys: [], pin: null, nowMs: () => 0 });
    phones.newCode();
    const code = phones.access().pairingCode!;
    expect(code).toMatch(/^\d{6}$/);
    expect(phones.tryCode(code)).toMatchObject({ kind: 'right', role: 'player' });
    expect(phones.access().pairingCode).toBeNull();
    expect(phones.tryCode(code)).toEqual({ kind: 'no-code' });
    phones.close();
  });

  it('is valid for two minutes', () => {
    const pairing = showCode(NO_PAIRING, '123456', 0);
    expect(shownCode(pairing, CODE_VALID_MS - 1)).toBe('123456');
    expect(shownCode(pairing, CODE_VALID_MS)).toBeNull();
    expect(tryCode(pairing, '123456', CODE_VALID_MS).result).toEqual({ kind: 'no-code' });
  });

  it('gives way to the next one', () => {
    const pairing = showCode(showCode(NO_PAIRING, '111111', 0), '222222', 1000);
    expect(tryCode(pairing, '111111', 1001).result.kind).toBe('wrong');
    expect(tryCode(pairing, '222222', 1001).result.kind).toBe('right');
  });

  it('goes after five wrong tries, and a new one comes after the pause only', () => {
    let nowMs = 0;
    const phones = createPhoneAccess({ keys: [], pin: null, nowMs: () => nowMs });
    phones.newCode();
    const code = phones.access().pairingCode;
    for (let n = 0; n < MAX_WRONG; n++) expect(phones.tryCode(wrongOf(code)).kind).toBe('wrong');
    expect(phones.access().pairingCode).toBeNull();
    expect(phones.tryCode(code!)).toEqual({ kind: 'pause', waitMs: FIRST_PAUSE_MS });
    phones.newCode();
    expect(phones.access().pairingCode).toBeNull();
    nowMs = FIRST_PAUSE_MS;
    phones.newCode();
    expect(phones.tryCode(phones.access().pairingCode!).kind).toBe('right');
    phones.close();
  });

  it('cannot be used up while none is shown', () => {
    const phones = createPhoneAccess({ keys: [], pin: null, nowMs: () => 0 });
    for (let n = 0; n < 100; n++) expect(phones.tryCode('000000')).toEqual({ kind: 'no-code' });
    phones.newCode();
    expect(phones.tryCode(phones.access().pairingCode!).kind).toBe('right');
    phones.close();
  });

  it('whoever guesses as fast as they are let, however often a new code is asked for, has few tries in a day', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_600_000 }), { minLength: 1, maxLength: 300 }), (waits) => {
        let pairing = NO_PAIRING;
        let nowMs = 0;
        let wrong = 0;
        for (const wait of waits) {
          pairing = showCode(pairing, '123456', nowMs);
          for (let n = 0; n < 20; n++) {
            const tried = tryCode(pairing, '000000', nowMs);
            pairing = tried.pairing;
            if (tried.result.kind === 'wrong') wrong += 1;
          }
          nowMs += wait;
        }
        // Pauses of 1, 2, 4 … 32 minutes, then an hour each.
        const hours = nowMs / LONGEST_PAUSE_MS;
        expect(wrong).toBeLessThanOrEqual(MAX_WRONG * (7 + Math.ceil(hours)));
      }),
    );
  });

  it('pauses grow to an hour, and a right try ends the series', () => {
    let tries = NO_TRIES;
    let nowMs = 0;
    const pauses: number[] = [];
    for (let n = 0; n < 50; n++) {
      tries = afterTry(tries, false, nowMs);
      const pause = pauseMs(tries, nowMs);
      if (pause > 0) pauses.push(pause);
      nowMs += pause;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60].map((minutes) => minutes * 60_000));
    expect(afterTry(tries, true, nowMs)).toEqual(NO_TRIES);
  });
});

describe('the PIN', () => {
  it('makes an installer, and has its own tries', () => {
    let nowMs = 0;
    const phones = createPhoneAccess({ keys: [], pin: '402913', nowMs: () => nowMs });
    for (let n = 0; n < MAX_WRONG; n++) expect(phones.tryPin('402914').kind).toBe('wrong');
    expect(phones.tryPin('402913')).toEqual({ kind: 'pause', waitMs: FIRST_PAUSE_MS });
    phones.newCode();
    expect(phones.tryCode(phones.access().pairingCode!).kind).toBe('right');
    nowMs = FIRST_PAUSE_MS;
    expect(phones.tryPin('402913')).toMatchObject({ kind: 'right', role: 'installer' });
    phones.close();
  });

  it('without one there is nothing to guess', () => {
    expect(createPhoneAccess({ keys: [], pin: null }).tryPin('')).toEqual({ kind: 'no-code' });
  });
});

describe('phones that are known', () => {
  const pairPhone = (phones: ReturnType<typeof createPhoneAccess>): string => {
    phones.newCode();
    const result = phones.tryCode(phones.access().pairingCode!);
    return result.kind === 'right' ? result.token : '';
  };

  it('come back with 256 random bits, of which the box keeps the hash only', () => {
    const phones = createPhoneAccess({ keys: [], pin: null });
    const token = pairPhone(phones);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(phones.access().phones)).not.toContain(token);
    const again = createPhoneAccess({ keys: phones.access().phones, pin: null });
    expect(again.roleOf(token)).toBe('player');
    expect(again.roleOf(phones.access().phones[0]!.hash)).toBeNull();
    phones.close();
  });

  it('are twenty; the one that came first makes room', () => {
    const phones = createPhoneAccess({ keys: [], pin: null });
    const tokens = Array.from({ length: MAX_PHONES + 1 }, () => pairPhone(phones));
    expect(phones.access().phones).toHaveLength(MAX_PHONES);
    expect(phones.roleOf(tokens[0])).toBeNull();
    expect(phones.roleOf(tokens[1])).toBe('player');
    phones.close();
  });

  it('are forgotten one by one and all at once, and the shown code with them', () => {
    const phones = createPhoneAccess({ keys: [], pin: null });
    const told: number[] = [];
    phones.onChange(() => void told.push(phones.access().phones.length));
    const [first, second] = [pairPhone(phones), pairPhone(phones)];
    phones.leave(first);
    expect([phones.roleOf(first), phones.roleOf(second)]).toEqual([null, 'player']);
    phones.newCode();
    phones.forgetAll();
    expect(phones.roleOf(second)).toBeNull();
    expect(phones.access().pairingCode).toBeNull();
    expect(told).toEqual(expect.arrayContaining([1, 2, 0]));
  });

  it('nobody else is known, whatever the cookie says', () => {
    const keys: PhoneKey[] = [{ hash: 'a'.repeat(64), role: 'installer' }];
    const phones = createPhoneAccess({ keys, pin: null });
    fc.assert(
      fc.property(fc.string(), (token) => {
        expect(phones.roleOf(token)).toBeNull();
      }),
    );
    expect(phones.roleOf(undefined)).toBeNull();
  });
});
