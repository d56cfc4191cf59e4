/**
 * Who gets in: pairs phones by the code on the panel or by the installer's PIN, knows them again by a cookie of 256 random
 * bits, forgets them. Of each cookie only the SHA-256 is kept.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { MAX_PHONES } from '../../settings/machine-state.ts';
import { isSameSecret, NO_PAIRING, type Pairing, showCode, shownCode, type TryResult, tryCode } from './pairing.ts';
import { afterTry, NO_TRIES, pauseMs, type Tries } from './tries.ts';

/** A phone that has been let in. */
export interface PhoneKey {
  /** SHA-256 of its cookie, 64 hexadecimal digits. */
  readonly hash: string;
  readonly role: PhoneRole;
}

/** An installer changes what is locked, too. */
export type PhoneRole = 'player' | 'installer';

const TOKEN_BYTES = 32;
const TOKEN_PATTERN = /^[\w-]{43}$/;

/** For the panel. */
export interface DoorReport {
  /** Empty: there is no page. */
  readonly pageAddress: string;
  readonly pairingCode: string | null;
  readonly otherBoxes: readonly string[];
}

export type LetIn =
  | { readonly kind: 'right'; readonly token: string; readonly role: PhoneRole }
  | Exclude<TryResult, { kind: 'right' | 'wrong' }>
  | { readonly kind: 'wrong' };

export interface Door {
  /** The same object while nothing changes. */
  report(): DoorReport;
  /** Shows another code; the one before is worth nothing any more. */
  newCode(): void;
  tryCode(digits: string): LetIn;
  tryPin(pin: string): LetIn;
  readonly hasPin: boolean;
  /** Null: nobody that the box knows. */
  roleOf(token: string | undefined): PhoneRole | null;
  /** This phone asks to be forgotten. */
  leave(token: string): void;
  forgetAll(): void;
  /** Oldest first. */
  keys(): readonly PhoneKey[];
  setAddress(pageAddress: string): void;
  setOtherBoxes(names: readonly string[]): void;
  /** Called after every change; `keys`: the list of phones has changed. Returns the way out. */
  onChange(listener: (what: 'shown' | 'keys') => void): () => void;
  close(): void;
}

export interface DoorOptions {
  readonly keys: readonly PhoneKey[];
  /** The installer's; null = none. */
  readonly pin: string | null;
  readonly nowMs?: () => number;
}

export function createDoor({ keys: known, pin, nowMs = () => performance.now() }: DoorOptions): Door {
  const listeners = new Set<(what: 'shown' | 'keys') => void>();
  let keys = known.slice(-MAX_PHONES);
  let pairing: Pairing = NO_PAIRING;
  let pinTries: Tries = NO_TRIES;
  let shown: DoorReport = { pageAddress: '', pairingCode: null, otherBoxes: [] };
  let expiry: NodeJS.Timeout | undefined;

  function tell(what: 'shown' | 'keys'): void {
    for (const listener of listeners) listener(what);
  }

  function show(change: Partial<DoorReport>): void {
    shown = { ...shown, ...change };
    tell('shown');
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

  function setKeys(next: readonly PhoneKey[]): void {
    keys = next.slice(-MAX_PHONES);
    tell('keys');
  }

  function letIn(role: PhoneRole): LetIn {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    setKeys([...keys, { hash: hashOf(token), role }]);
    return { kind: 'right', token, role };
  }

  return {
    report: () => shown,
    newCode: () => setPairing(showCode(pairing, `${randomInt(1_000_000)}`.padStart(6, '0'), nowMs())),
    tryCode(digits) {
      const { pairing: next, result } = tryCode(pairing, digits, nowMs());
      setPairing(next);
      return result.kind === 'right' ? letIn('player') : (result as LetIn);
    },
    tryPin(tried) {
      if (pin === null) return { kind: 'no-code' };
      const waitMs = pauseMs(pinTries, nowMs());
      if (waitMs > 0) return { kind: 'pause', waitMs };
      const isRight = isSameSecret(pin, tried);
      pinTries = afterTry(pinTries, isRight, nowMs());
      return isRight ? letIn('installer') : { kind: 'wrong' };
    },
    hasPin: pin !== null,
    roleOf(token) {
      if (token === undefined || !TOKEN_PATTERN.test(token)) return null;
      const hash = hashOf(token);
      return keys.find((key) => key.hash === hash)?.role ?? null;
    },
    leave(token) {
      const hash = hashOf(token);
      if (keys.some((key) => key.hash === hash)) setKeys(keys.filter((key) => key.hash !== hash));
    },
    forgetAll() {
      setPairing({ ...pairing, code: null });
      setKeys([]);
    },
    keys: () => keys,
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
