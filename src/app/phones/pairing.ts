/** The one-time code that pairs one phone: shown on the panel, six digits, two minutes, five tries. Pure. */
import { isSameSecret } from '../same-secret.ts';
import { afterTry, NO_TRIES, pauseMs, type Tries } from './tries.ts';

/** How long a pairing code is valid. */
export const CODE_VALID_MS = 120_000;

export interface Pairing {
  readonly code: { readonly digits: string; readonly untilMs: number } | null;
  /** Wrong tries outlive the code: a new one gives nobody more of them. */
  readonly tries: Tries;
}

export const NO_PAIRING: Pairing = { code: null, tries: NO_TRIES };

export type TryResult =
  | { readonly kind: 'right' | 'wrong' }
  /** Nobody has asked the panel for a code: there is nothing to guess. */
  | { readonly kind: 'no-code' }
  | { readonly kind: 'pause'; readonly waitMs: number };

/** Somebody at the panel wants a code; in a pause there is none. */
export function showCode(pairing: Pairing, digits: string, nowMs: number): Pairing {
  if (pauseMs(pairing.tries, nowMs) > 0) return { ...pairing, code: null };
  return { ...pairing, code: { digits, untilMs: nowMs + CODE_VALID_MS } };
}

/** Null = none is valid now. */
export function shownCode({ code }: Pairing, nowMs: number): string | null {
  return code !== null && nowMs < code.untilMs ? code.digits : null;
}

export function tryCode(
  pairing: Pairing,
  digits: string,
  nowMs: number,
): { readonly pairing: Pairing; readonly result: TryResult } {
  const waitMs = pauseMs(pairing.tries, nowMs);
  if (waitMs > 0) return { pairing, result: { kind: 'pause', waitMs } };
  const shown = shownCode(pairing, nowMs);
  if (shown === null) return { pairing: { ...pairing, code: null }, result: { kind: 'no-code' } };
  const isRight = isSameSecret(shown, digits);
  const tries = afterTry(pairing.tries, isRight, nowMs);
  const isOver = isRight || pauseMs(tries, nowMs) > 0;
  return {
    pairing: { code: isOver ? null : pairing.code, tries },
    result: { kind: isRight ? 'right' : 'wrong' },
  };
}
