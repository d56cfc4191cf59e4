/** "Still playing?": asked when nobody has touched a connected box for a set time; without an answer it leaves. Pure. */
import { choose, habitsOf } from './choices.ts';
import type { BoxEffect } from './effects.ts';
import type { BoxState, Idle } from './state.ts';

/** How long the question stands. */
export const QUESTION_MS = 60_000;
const MINUTE_MS = 60_000;

/** What the box has been told about the two habits: people before box.toml. */
export function habits({ setup, choices }: BoxState) {
  return habitsOf(setup.habits, choices, setup.menuLocked);
}

/** Somebody has used the controls. The question stands until it is answered, but whoever is there has time for it. */
export function touchIdle({ questionUntilMs }: Idle, atMs: number): Idle {
  return { sinceMs: atMs, questionUntilMs: questionUntilMs === null ? null : atMs + QUESTION_MS };
}

/** A new connection, its end, or "Yes": the time begins anew. */
export function restartIdle(state: BoxState, atMs: number): BoxState {
  return { ...state, idle: { sinceMs: atMs, questionUntilMs: null } };
}

/** What the timer has to wake the box for; nothing while it is not connected, or is never to ask. */
export function idleTimer(state: BoxState): readonly BoxEffect[] {
  const { sinceMs, questionUntilMs } = state.idle;
  const { idleMinutes } = habits(state);
  if (state.link.kind !== 'connected') return [{ type: 'cancelTimer', id: 'idle' }];
  if (questionUntilMs !== null) return [{ type: 'timer', id: 'idle', atMs: questionUntilMs }];
  if (idleMinutes === 0) return [{ type: 'cancelTimer', id: 'idle' }];
  return [{ type: 'timer', id: 'idle', atMs: sinceMs + idleMinutes * MINUTE_MS }];
}

/** The timer has fired, perhaps before its time: touches move the end without moving the timer. */
export function idleStep(state: BoxState, atMs: number): { readonly state: BoxState; readonly leave: boolean } {
  const { sinceMs, questionUntilMs } = state.idle;
  const limitMs = habits(state).idleMinutes * MINUTE_MS;
  if (state.link.kind !== 'connected') return { state, leave: false };
  if (questionUntilMs !== null) {
    return atMs < questionUntilMs ? { state, leave: false } : { state: restartIdle(state, atMs), leave: true };
  }
  if (limitMs === 0 || atMs - sinceMs < limitMs) return { state, leave: false };
  return { state: { ...state, idle: { sinceMs, questionUntilMs: atMs + QUESTION_MS } }, leave: false };
}

/** "Start muted", and when to ask. Whoever says when to be asked is there. */
export function setHabits(state: BoxState, change: Parameters<typeof choose>[1], atMs: number): BoxState {
  const next = { ...state, choices: choose(state.choices, change, state.setup.menuLocked) };
  return change.idleMinutes === undefined ? next : restartIdle(next, atMs);
}
