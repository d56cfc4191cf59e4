/** "Still playing?": after so long without a touch while connected the box asks, and without an answer it leaves. Pure. */

export interface IdleWatch {
  /** The last touch, or the begin of the connection if that was later. */
  readonly sinceMs: number;
  readonly questionUntilMs: number | null;
}

export const QUESTION_MS = 60_000;

/** Somebody has used the controls. The question stands until it is answered, but whoever is there has time for it. */
export function touchIdle(watch: IdleWatch, nowMs: number): IdleWatch {
  return { sinceMs: nowMs, questionUntilMs: watch.questionUntilMs === null ? null : nowMs + QUESTION_MS };
}

/** A new connection, its end, or "Yes": the time begins anew. */
export function restartIdle(nowMs: number): IdleWatch {
  return { sinceMs: nowMs, questionUntilMs: null };
}

/**
 * Call it every second or so while connected.
 * @param limitMs how long before it asks; 0 = never
 */
export function idleStep(
  watch: IdleWatch,
  limitMs: number,
  nowMs: number,
): { readonly watch: IdleWatch; readonly leave: boolean } {
  const { sinceMs, questionUntilMs } = watch;
  if (questionUntilMs !== null) {
    return nowMs < questionUntilMs ? { watch, leave: false } : { watch: restartIdle(nowMs), leave: true };
  }
  if (limitMs === 0 || nowMs - sinceMs < limitMs) return { watch, leave: false };
  return { watch: { sinceMs, questionUntilMs: nowMs + QUESTION_MS }, leave: false };
}
