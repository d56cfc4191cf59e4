/** The link to the server: its states, and the elementary ways from one to another. */

import { parseServerAddress } from '../jamulus/server-address.ts';
import { callSession, log, type Step, unchanged } from './effects.ts';
import type { LinkProblem } from './problems.ts';
import { nextRetry, type Retry } from './retry.ts';
import type { ServerTarget } from './server-target.ts';
import { type AfterLeaving, type BoxState, NEW_VISIT } from './state.ts';

/** A session says goodbye in 300 ms; whatever happens, it is over after this. */
const LEAVE_MS = 2000;

/** Looks the server up. With `retry` as one attempt of a series, whose problem stays on the screen. */
export function connect(state: BoxState, server: ServerTarget, retry: Retry | null): Step {
  const parsed = parseServerAddress(server.address);
  if (!parsed.ok) return unchanged({ ...goIdle(state), server, problem: 'bad-address' });
  const attemptId = state.attemptId + 1;
  return {
    state: {
      ...state,
      link: { kind: 'resolving', retry },
      server,
      attemptId,
      problem: retry === null ? null : state.problem,
      visit: NEW_VISIT,
    },
    effects: [log('connecting'), { type: 'resolve', attemptId, address: parsed.address }],
  };
}

/** Orderly: the session says goodbye first. Call it with a session only. */
export function leave(state: BoxState, next: AfterLeaving, atMs: number): Step {
  return {
    state: { ...state, link: { kind: 'leaving', next }, visit: NEW_VISIT },
    effects: [
      callSession({ method: 'leave' }),
      { type: 'cancelTimer', id: 'recorder' },
      { type: 'timer', id: 'leave', atMs: atMs + LEAVE_MS },
    ],
  };
}

export function goIdle(state: BoxState): BoxState {
  return { ...state, link: { kind: 'idle' }, problem: null, visit: NEW_VISIT };
}

export function giveUp(state: BoxState, problem: LinkProblem): Step {
  return { state: { ...goIdle(state), problem }, effects: [log(`not connected: ${problem}`)] };
}

/** Waits for the next attempt of the series, or gives up when its time is over. */
export function retryLater(state: BoxState, before: Retry, problem: LinkProblem, atMs: number): Step {
  const next = nextRetry(before, atMs);
  if (next === null) return giveUp(state, problem);
  return {
    state: {
      ...state,
      link: { kind: 'waiting', retry: next.retry, untilMs: next.atMs },
      problem,
      visit: NEW_VISIT,
    },
    effects: [log(`${problem}, trying again`), { type: 'timer', id: 'reconnect', atMs: next.atMs }],
  };
}
