/**
 * Who gets in: pairs phones by the code on the panel or by the installer's PIN, knows them again by a cookie of 256 random
 * bits, forgets them. Of each cookie only the SHA-256 is kept.
 */

import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { Access, PhoneKey, PhoneRole } from '../../box/state.ts';
import { isSameSecret } from '../same-secret.ts';
import { NO_PAIRING, type Pairing, showCode, shownCode, type TryResult, tryCode } from './pairing.ts';
import { afterTry, NO_TRIES, pauseMs, type Tries } from './tries.ts';

export const MAX_PHONES = 20;
const TOKEN_BYTES = 32;
const TOKEN_PATTERN = /^[\w-]{43}$/;

export type PairingResult =
  | { readonly kind: 'right'; readonly token: string; readonly role: PhoneRole }
  | Exclude<TryResult, { kind: 'right' | 'wrong' }>
  | { readonly kind: 'wrong' };

export interface PhoneAccess {
  /** For the box; the same object while nothing changes. */
  access(): Access;
  /** Shows another code; the one before is worth nothing any more. */
  newCode(): void;
  tryCode(digits: string): PairingResult;
  tryPin(pin: string): PairingResult;
  readonly hasPin: boolean;
  /** Null: nobody that the box knows. */
  roleOf(token: string | undefined): PhoneRole | null;
  /** This phone asks to be forgotten. */
  leave(token: string): void;
  forgetAll(): void;
  setAddress(pageAddress: string): void;
  setOtherBoxes(names: readonly string[]): void;
  /** Called after every change. Returns an unsubscribe function. */
  onChange(listener: () => void): () => void;
  close(): void;
}

export interface PhoneAccessOptions {
  readonly keys: readonly PhoneKey[];
  /** The installer's; null = none. */
  readonly pin: string | null;
  readonly nowMs?: () => number;
}

export function createPhoneAccess({
  keys: known,
  pin,
  nowMs = () => performance.now(),
}: PhoneAccessOptions): PhoneAccess {
  const listeners = new Set<() => void>();
  let pairing: Pairing = NO_PAIRING;
  let pinTries: Tries = NO_TRIES;
  let shown: Access = { pageAddress: '', pairingCode: null, otherBoxes: [], phones: known.slice(-MAX_PHONES) };
  let expiry: NodeJS.Timeout | undefined;

  function show(change: Partial<Access>): void {
    shown = { ...shown, ...change };
    for (const listener of listeners) listener();
  }

  function setPairing(next: Pairing): void {
    pairing = next;
    clearTimeout(expiry);
    const code = shownCode(pairing, nowMs());
    if (pairing.code !== null && code !== null) {
      expiry = setTimeout(() => setPairing(pairing), pairing.code.untilMs - nowMs() + 1).unref();
    }
    if (code !== shown.pairingCode) show({ pairingCode: code });
  }

  function setPhones(phones: readonly PhoneKey[]): void {
    show({ phones: phones.slice(-MAX_PHONES) });
  }

  function pairPhone(role: PhoneRole): PairingResult {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    setPhones([...shown.phones, { hash: hashOf(token), role }]);
    return { kind: 'right', token, role };
  }

  return {
    access: () => shown,
    newCode: () => setPairing(showCode(pairing, `${randomInt(1_000_000)}`.padStart(6, '0'), nowMs())),
    tryCode(digits) {
      const { pairing: next, result } = tryCode(pairing, digits, nowMs());
      setPairing(next);
      return result.kind === 'right' ? pairPhone('player') : (result as PairingResult);
    },
    tryPin(tried) {
      if (pin === null) return { kind: 'no-code' };
      const waitMs = pauseMs(pinTries, nowMs());
      if (waitMs > 0) return { kind: 'pause', waitMs };
      const isRight = isSameSecret(pin, tried);
      pinTries = afterTry(pinTries, isRight, nowMs());
      return isRight ? pairPhone('installer') : { kind: 'wrong' };
    },
    hasPin: pin !== null,
    roleOf(token) {
      if (token === undefined || !TOKEN_PATTERN.test(token)) return null;
      const hash = hashOf(token);
      return shown.phones.find((key) => key.hash === hash)?.role ?? null;
    },
    leave(token) {
      const hash = hashOf(token);
      const { phones } = shown;
      if (phones.some((key) => key.hash === hash)) setPhones(phones.filter((key) => key.hash !== hash));
    },
    forgetAll() {
      setPairing({ ...pairing, code: null });
      setPhones([]);
    },
    setAddress: (pageAddress) => show({ pageAddress }),
    setOtherBoxes: (otherBoxes) => show({ otherBoxes }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => clearTimeout(expiry),
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
