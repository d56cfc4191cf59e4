/** Forgetting (privacy C10): what the box knows of other people, servers and its owner goes at once, here and in every file. */
import { NO_CHOICES } from './choices.ts';
import { stop } from './connection.ts';
import type { BoxEffect, Step } from './effects.ts';
import { NO_MIXES } from './initial-state.ts';
import { closeSearch } from './servers/search.ts';
import { forgetServers } from './servers/state.ts';
import { reduceSound } from './sound.ts';
import type { BoxSettings, BoxState, Forgotten } from './state.ts';
import { withFirstStep } from './system.ts';
import { reduceTransport } from './transport.ts';

/**
 * The store has forgotten; what it holds now would start the box like this. The server stays while there is a link to it.
 * "Everything" is a new start: it leaves, and the profile, the sound and the buffers are those of a new box.
 */
export function forgotten(state: BoxState, what: Forgotten, settings: BoxSettings, atMs: number): Step {
  const isIdle = state.link.kind === 'idle';
  const closed = closeSearch(state);
  const next: BoxState = {
    ...closed.state,
    mixes: what === 'everything' ? NO_MIXES : { ...state.mixes, others: [] },
    server: isIdle ? settings.server : state.server,
    afterForgetting: isIdle ? null : { server: settings.server },
    lastServer: null,
    servers: forgetServers(state.servers),
  };
  if (what === 'people-and-servers') return { state: next, effects: closed.effects };
  const fresh: BoxState = withFirstStep({
    ...next,
    shownProfile: null,
    choices: NO_CHOICES,
    system: { ...next.system, settingsRestored: false },
    firstStart: 'network',
  });
  return chain(
    { state: fresh, effects: [...closed.effects, { type: 'forgetPhones' }, { type: 'chooseCard', key: null }] },
    (one) => stop(one, atMs),
    (one) => reduceTransport(one, { type: 'setProfile', profile: settings.profile, atMs }),
    (one) => reduceSound(one, { type: 'setSound', change: settings.sound, atMs }),
    (one) => reduceTransport(one, { type: 'setJitter', jitter: settings.jitter, atMs }),
    (one) => reduceTransport(one, { type: 'setTransport', change: settings.transport, atMs }),
  );
}

/** The visit to a forgotten server is over. */
export function afterForgotten(state: BoxState): BoxState {
  const { afterForgetting } = state;
  if (afterForgetting === null || state.link.kind !== 'idle') return state;
  return { ...state, server: afterForgetting.server, afterForgetting: null };
}

function chain(first: Step, ...steps: readonly ((state: BoxState) => Step)[]): Step {
  let { state } = first;
  const effects: BoxEffect[] = [...first.effects];
  for (const step of steps) {
    const next = step(state);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}
