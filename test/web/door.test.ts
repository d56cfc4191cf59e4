/** Who gets in: codes, PINs, cookies, and how long guessing takes. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PHONES } from '../../src/settings/machine-state.ts';
import { createDoor, type PhoneKey } from '../../src/web/access/door.ts';
import { CODE_VALID_MS, NO_PAIRING, showCode, shownCode, tryCode } from '../../src/web/access/pairing.ts';
import {
  afterTry,
  FIRST_PAUSE_MS,
  LONGEST_PAUSE_MS,
  MAX_WRONG,
  NO_TRIES,
  pauseMs,
} from '../../src/web/access/tries.ts';

const wrongOf = (code: string | null) => (code === '000000' ? '000001' : '000000');

describe('the code on the panel', () => {
  it('is six digits, lets one phone in, and is worth nothing afterwards', () => {
    const door = createDoor({ keys: [], pin: null, nowMs: () => 0 });
    door.newCode();
    const code = door.report().pairingCode!;
    expect(code).toMatch(/^\d{6}$/);
    expect(door.tryCode(code)).toMatchObject({ kind: 'right', role: 'player' });
    expect(door.report().pairingCode).toBeNull();
    expect(door.tryCode(code)).toEqual({ kind: 'no-code' });
    door.close();
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
    const door = createDoor({ keys: [], pin: null, nowMs: () => nowMs });
    door.newCode();
    const code = door.report().pairingCode;
    for (let n = 0; n < MAX_WRONG; n++) expect(door.tryCode(wrongOf(code)).kind).toBe('wrong');
    expect(door.report().pairingCode).toBeNull();
    expect(door.tryCode(code!)).toEqual({ kind: 'pause', waitMs: FIRST_PAUSE_MS });
    door.newCode();
    expect(door.report().pairingCode).toBeNull();
    nowMs = FIRST_PAUSE_MS;
    door.newCode();
    expect(door.tryCode(door.report().pairingCode!).kind).toBe('right');
    door.close();
  });

  it('cannot be used up while none is shown', () => {
    const door = createDoor({ keys: [], pin: null, nowMs: () => 0 });
    for (let n = 0; n < 100; n++) expect(door.tryCode('000000')).toEqual({ kind: 'no-code' });
    door.newCode();
    expect(door.tryCode(door.report().pairingCode!).kind).toBe('right');
    door.close();
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
    const door = createDoor({ keys: [], pin: '402913', nowMs: () => nowMs });
    for (let n = 0; n < MAX_WRONG; n++) expect(door.tryPin('402914').kind).toBe('wrong');
    expect(door.tryPin('402913')).toEqual({ kind: 'pause', waitMs: FIRST_PAUSE_MS });
    door.newCode();
    expect(door.tryCode(door.report().pairingCode!).kind).toBe('right');
    nowMs = FIRST_PAUSE_MS;
    expect(door.tryPin('402913')).toMatchObject({ kind: 'right', role: 'installer' });
    door.close();
  });

  it('without one there is nothing to guess', () => {
    expect(createDoor({ keys: [], pin: null }).tryPin('')).toEqual({ kind: 'no-code' });
  });
});

describe('phones that are known', () => {
  const letIn = (door: ReturnType<typeof createDoor>): string => {
    door.newCode();
    const result = door.tryCode(door.report().pairingCode!);
    return result.kind === 'right' ? result.token : '';
  };

  it('come back with 256 random bits, of which the box keeps the hash only', () => {
    const door = createDoor({ keys: [], pin: null });
    const token = letIn(door);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(JSON.stringify(door.keys())).not.toContain(token);
    const again = createDoor({ keys: door.keys(), pin: null });
    expect(again.roleOf(token)).toBe('player');
    expect(again.roleOf(door.keys()[0]!.hash)).toBeNull();
    door.close();
  });

  it('are twenty; the one that came first makes room', () => {
    const door = createDoor({ keys: [], pin: null });
    const tokens = Array.from({ length: MAX_PHONES + 1 }, () => letIn(door));
    expect(door.keys()).toHaveLength(MAX_PHONES);
    expect(door.roleOf(tokens[0])).toBeNull();
    expect(door.roleOf(tokens[1])).toBe('player');
    door.close();
  });

  it('are forgotten one by one and all at once, and the shown code with them', () => {
    const door = createDoor({ keys: [], pin: null });
    const told: string[] = [];
    door.onChange((what) => told.push(what));
    const [first, second] = [letIn(door), letIn(door)];
    door.leave(first);
    expect([door.roleOf(first), door.roleOf(second)]).toEqual([null, 'player']);
    door.newCode();
    door.forgetAll();
    expect(door.roleOf(second)).toBeNull();
    expect(door.report().pairingCode).toBeNull();
    expect(told).toContain('keys');
  });

  it('nobody else is known, whatever the cookie says', () => {
    const keys: PhoneKey[] = [{ hash: 'a'.repeat(64), role: 'installer' }];
    const door = createDoor({ keys, pin: null });
    fc.assert(
      fc.property(fc.string(), (token) => {
        expect(door.roleOf(token)).toBeNull();
      }),
    );
    expect(door.roleOf(undefined)).toBeNull();
  });
});
