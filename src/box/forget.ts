/** Forgetting (privacy C10): what the box itself knows of other people and servers. */
import { NO_MIXES } from './initial-state.ts';
import type { BoxState, ServerTarget } from './state.ts';

/** Levels of other people, and at 'everything' the own one. The server stays while there is a link to it. */
export function forget(
  state: BoxState,
  what: 'people-and-servers' | 'everything',
  startServer: ServerTarget | null,
): BoxState {
  return {
    ...state,
    mixes: what === 'everything' ? NO_MIXES : { ...state.mixes, others: [] },
    shownProfile: what === 'everything' ? null : state.shownProfile,
    server: state.link.kind === 'idle' ? startServer : state.server,
  };
}
