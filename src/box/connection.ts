/** Connecting, reconnecting and leaving: which server the box is with, and on its way to what. */

import type { SessionEndReason } from '../jamulus/session-types.ts';
import { type BoxEffect, type Step, unchanged } from './effects.ts';
import type { BoxEvent } from './events.ts';
import { connect, giveUp, goIdle, leave, retryLater } from './link.ts';
import { isUpdating } from './policy.ts';
import type { LinkProblem } from './problems.ts';
import { RETRY_FRESH_MS } from './retry.ts';
import type { ServerTarget } from './server-target.ts';
import { closeSearch } from './servers/search.ts';
import { type AfterEnd, type BoxState, hasSession } from './state.ts';
import { withFirstStep } from './system.ts';
import { jitterSettings, transportSettings } from './transport.ts';

const CLOSE_SESSION: readonly BoxEffect[] = [
  { type: 'closeSession' },
  { type: 'cancelTimer', id: 'recorder' },
  { type: 'cancelTimer', id: 'leave' },
];

type ConnectionEvent = Extract<
  BoxEvent,
  { type: 'started' | 'connectPressed' | 'leavePressed' | 'resolved' | 'resolveFailed' | 'sessionFailed' | 'quit' }
>;

export function reduceConnection(state: BoxState, event: ConnectionEvent): Step {
  const { link } = state;
  switch (event.type) {
    case 'started':
      return started(state, event.server, event.atMs);
    case 'connectPressed':
      return connectPressed(state, event.server, event.atMs);
    case 'leavePressed':
      return stop(state, event.atMs);
    case 'resolved': {
      if (link.kind !== 'resolving' || event.attemptId !== state.attemptId) return unchanged(state);
      const { profile, transport } = state;
      return {
        state: { ...state, link: { kind: 'connecting', retry: link.retry, noAnswer: false, serverFull: false } },
        effects: [
          {
            type: 'openSession',
            endpoint: event.endpoint,
            profile,
            transport: transportSettings(state),
            jitter: jitterSettings(state.jitter, transport),
          },
        ],
      };
    }
    case 'resolveFailed': {
      if (link.kind !== 'resolving' || event.attemptId !== state.attemptId) return unchanged(state);
      const problem = event.kind === 'not-found' ? 'unknown-server' : 'no-network';
      return link.retry === null ? giveUp(state, problem) : retryLater(state, link.retry, problem, event.atMs);
    }
    case 'sessionFailed': {
      if (link.kind === 'leaving') return ended(state, 'left', event.atMs);
      if (!hasSession(state)) return unchanged(state);
      const next =
        link.kind === 'connecting' && link.retry === null
          ? giveUp(state, event.kind)
          : lost(state, event.kind, event.atMs);
      return { state: next.state, effects: [...CLOSE_SESSION, ...next.effects] };
    }
    case 'quit': {
      const { code } = event;
      // A signal does not take back what somebody has asked for.
      const asked = state.life.kind === 'quitting' ? state.life.afterEnd : 'nothing';
      const { afterEnd = asked } = event;
      const { state: stopped, effects } = stop({ ...state, life: { kind: 'quitting', code, afterEnd } }, event.atMs);
      if (stopped.link.kind === 'leaving') return { state: stopped, effects };
      return exit(stopped, { code, afterEnd }, effects);
    }
  }
}

/** With a server: goes there, or as soon as an update lets it. */
function started(state: BoxState, server: ServerTarget | undefined, atMs: number): Step {
  const next = withFirstStep(state);
  if (server === undefined || next.link.kind !== 'idle') return unchanged(next);
  if (isUpdating(next)) return unchanged({ ...next, update: { ...next.update, startServer: server } });
  return connect(next, server, { attempt: 0, firstLostAtMs: atMs });
}

/** The server has given us a channel, or, having started anew, another one. */
export function connected(state: BoxState, atMs: number): BoxState {
  const { link } = state;
  if (link.kind !== 'connecting') return state;
  return { ...state, link: { kind: 'connected', sinceMs: atMs, retry: link.retry }, problem: null };
}

/** A first attempt goes on while the server is silent; one of a series makes room for the next, with a fresh address. */
export function noAnswerReported(state: BoxState, atMs: number): Step {
  const { link } = state;
  if (link.kind !== 'connecting') return unchanged(state);
  if (link.retry !== null) return leave(state, { kind: 'retry', retry: link.retry, problem: 'no-answer' }, atMs);
  return unchanged({ ...state, link: { ...link, noAnswer: true }, problem: 'no-answer' });
}

export function serverFullReported(state: BoxState): BoxState {
  const { link } = state;
  if (link.kind !== 'connecting') return state;
  return { ...state, link: { ...link, serverFull: true }, problem: 'server-full' };
}

/** The session is over, for whatever reason. */
export function ended(state: BoxState, reason: SessionEndReason, atMs: number): Step {
  const { link, life } = state;
  if (life.kind === 'quitting') return exit(state, life, CLOSE_SESSION);
  if (link.kind !== 'leaving' && !hasSession(state)) return unchanged(state);
  const next = afterSession(state, reason, atMs);
  return { state: next.state, effects: [...CLOSE_SESSION, ...next.effects] };
}

function afterSession(state: BoxState, reason: SessionEndReason, atMs: number): Step {
  const { link } = state;
  if (link.kind === 'leaving') {
    const { next } = link;
    switch (next.kind) {
      case 'idle':
        return unchanged(goIdle(state));
      case 'connect':
        return connect(goIdle(state), next.server, null);
      case 'retry':
        return retryLater(state, next.retry, next.problem, atMs);
    }
  }
  if (reason === 'left') return unchanged(goIdle(state));
  return lost(state, 'connection-lost', atMs);
}

/** A connection that is lost again soon belongs to the series of attempts that led to it. */
function lost(state: BoxState, problem: LinkProblem, atMs: number): Step {
  const { link } = state;
  const soon = link.kind === 'connecting' || (link.kind === 'connected' && atMs - link.sinceMs < RETRY_FRESH_MS);
  const series = soon ? link.retry : null;
  return retryLater(state, series ?? { attempt: 0, firstLostAtMs: atMs }, problem, atMs);
}

/** Time to try again. */
export function reconnect(state: BoxState): Step {
  if (state.link.kind !== 'waiting' || state.server === null) return unchanged(state);
  return connect(state, state.server, state.link.retry);
}

/** Whoever presses has been shown who sees the profile (privacy C1). Nobody begins to play while the card is written. */
function connectPressed(before: BoxState, wanted: ServerTarget | undefined, atMs: number): Step {
  if (isUpdating(before)) return unchanged(before);
  const { state, effects } = closeSearch({ ...before, shownProfile: before.profile });
  const chosen = wanted === undefined ? undefined : (state.setup.fixedServer ?? wanted);
  const next = goTo(state, chosen, atMs);
  return { state: next.state, effects: [...effects, ...next.effects] };
}

function goTo(state: BoxState, chosen: ServerTarget | undefined, atMs: number): Step {
  const { link } = state;
  if (chosen === undefined) {
    if (link.kind === 'connected') return unchanged(state);
    if (link.kind !== 'idle' && link.kind !== 'leaving') return stop(state, atMs);
  }
  const server = chosen ?? state.server;
  if (server === null) return unchanged({ ...state, problem: 'no-server' });
  if (hasSession(state)) return leave(state, { kind: 'connect', server }, atMs);
  if (link.kind === 'leaving') {
    return unchanged({ ...state, link: { kind: 'leaving', next: { kind: 'connect', server } } });
  }
  const { state: next, effects } = connect(state, server, null);
  return { state: next, effects: [{ type: 'cancelTimer', id: 'reconnect' }, ...effects] };
}

/** Ends whatever the link is doing. */
export function stop(state: BoxState, atMs: number): Step {
  if (hasSession(state)) return leave(state, { kind: 'idle' }, atMs);
  if (state.link.kind === 'leaving') {
    return unchanged({ ...state, link: { kind: 'leaving', next: { kind: 'idle' } } });
  }
  return { state: goIdle(state), effects: [{ type: 'cancelTimer', id: 'reconnect' }] };
}

function exit(
  state: BoxState,
  { code, afterEnd }: { readonly code: number; readonly afterEnd: AfterEnd },
  before: readonly BoxEffect[],
): Step {
  const life = { kind: 'ended', afterEnd, saved: false } as const;
  return { state: { ...goIdle(state), life }, effects: [...before, { type: 'exit', code }] };
}
