/** When to try again after a lost connection: 1, 2, 4 … 30 s apart, for 10 minutes. */

export interface Retry {
  /** Counts the attempts from 1; 0 before the first. */
  readonly attempt: number;
  readonly firstLostAtMs: number;
}

/** A connection that has lasted this long was a success: when it is lost, a new series begins. */
export const RETRY_FRESH_MS = 30_000;

/** Pause before the first new attempt; each next one is twice as long, up to the longest. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** How long after the loss the attempts end. */
const GIVE_UP_AFTER_MS = 600_000;

/** The next attempt and its time; null when the 10 minutes are over. */
export function nextRetry(before: Retry, nowMs: number): { readonly retry: Retry; readonly atMs: number } | null {
  if (nowMs - before.firstLostAtMs >= GIVE_UP_AFTER_MS) return null;
  const attempt = before.attempt + 1;
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return { retry: { attempt, firstLostAtMs: before.firstLostAtMs }, atMs: nowMs + waitMs };
}
