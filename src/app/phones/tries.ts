/** Guessing a secret of a few digits: five wrong tries, then a pause, longer each time. Pure. */

export interface Tries {
  /** Since the last pause. */
  readonly wrong: number;
  /** Since somebody was right. */
  readonly pauses: number;
  readonly pausedUntilMs: number;
}

export const NO_TRIES: Tries = { wrong: 0, pauses: 0, pausedUntilMs: Number.NEGATIVE_INFINITY };

/** Wrong tries before a pause; the first pause, and the longest. */
export const MAX_WRONG = 5;
export const FIRST_PAUSE_MS = 60_000;
export const LONGEST_PAUSE_MS = 60 * 60_000;

/** Milliseconds until the next try counts; 0 = now. */
export function pauseMs({ pausedUntilMs }: Tries, nowMs: number): number {
  return Math.max(0, pausedUntilMs - nowMs);
}

/** After a try that was not in a pause. */
export function afterTry(tries: Tries, isRight: boolean, nowMs: number): Tries {
  if (isRight) return NO_TRIES;
  const wrong = tries.wrong + 1;
  if (wrong < MAX_WRONG) return { ...tries, wrong };
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries.pauses);
  return { wrong: 0, pauses: Math.min(tries.pauses + 1, 30), pausedUntilMs: nowMs + pause };
}
