/**
 * Looking at servers: searches while somebody looks at a list, asks the last server what it says of itself while somebody is
 * at the controls, and else sends nothing (privacy C2, C3). Pure.
 */
import type { BoxEffect, Step } from '../effects.ts';
import { isServerFixed } from '../policy.ts';
import type { ServerTarget } from '../server-target.ts';
import type { BoxState } from '../state.ts';
import { asking } from './asking.ts';
import { addFavourite, favouriteFor, rememberServer, removeFavourite } from './favourites.ts';
import { serverRows } from './rows.ts';
import { isSameGroup, type OpenGroup, reduceServers, type Search, type ServerSearchEvent } from './state.ts';

/** The search ends when nobody has touched the controls for this time. */
const SEARCH_MS = 60_000;
/** CONNECT names the last server for 3 s; its answer is wanted in that time. */
const LAST_SERVER_MS = 10_000;
/** A list that was opened a moment ago is not asked for again. */
const FRESH_MS = 3000;

const CLOSE: readonly BoxEffect[] = [{ type: 'closeSearch' }, { type: 'cancelTimer', id: 'search' }];

/** Somebody has opened a list of servers; opened again after a while, it is looked for anew. Null = nobody looks. */
export function lookAt(state: BoxState, open: OpenGroup | null, atMs: number): Step {
  if (open === null) return closeSearch(state);
  if (isServerFixed(state)) return { state, effects: [] };
  const { search } = state;
  const isSame = typeof search.open === 'object' && isSameGroup(search.open, open);
  const isFresh = isSame && atMs - search.askedAtMs < FRESH_MS;
  const next: Search = { open, askedAtMs: isFresh ? search.askedAtMs : atMs };
  const refresh: readonly BoxEffect[] = isSame && !isFresh ? [{ type: 'refreshSearch' }] : [];
  return {
    state: { ...state, search: next },
    effects: [...refresh, { type: 'search', asking: asking(state.servers, open) }, closeAt(atMs + SEARCH_MS)],
  };
}

/** Somebody is at the controls. Before the first join nothing leaves the box (privacy C1). */
export function touchSearch(state: BoxState, atMs: number): Step {
  const { search, link, server, shownProfile } = state;
  if (typeof search.open === 'object') return { state, effects: [closeAt(atMs + SEARCH_MS)] };
  if (link.kind !== 'idle' || shownProfile === null || server === null) return { state, effects: [] };
  return {
    state: { ...state, search: { ...search, open: 'last-server' } },
    effects: [
      { type: 'search', asking: { directories: [], addresses: [server.address], localNetwork: false } },
      closeAt(atMs + LAST_SERVER_MS),
    ],
  };
}

export function closeSearch(state: BoxState): Step {
  if (state.search.open === 'nothing') return { state, effects: [] };
  return { state: { ...state, search: { ...state.search, open: 'nothing' } }, effects: CLOSE };
}

/** Something has been found. A room or a favourite that has been found late is asked, too. */
export function found(state: BoxState, event: ServerSearchEvent): Step {
  const servers = reduceServers(state.servers, event);
  const { open } = state.search;
  const next = { ...state, servers };
  if (typeof open !== 'object' || (event.type !== 'rooms' && event.type !== 'list'))
    return { state: next, effects: [] };
  return { state: next, effects: [{ type: 'search', asking: asking(servers, open) }] };
}

/** Puts a server that has been joined first among the recent ones, by the name that is known of it. */
export function joined(state: BoxState, { address, label }: ServerTarget): BoxState {
  const name = serverRows(state.servers).find(({ target }) => target.address === address)?.name;
  const target = { address, label: label === address ? (name ?? label) : label };
  return { ...state, servers: rememberServer(state.servers, target) };
}

/** @returns the same state where nothing changes */
export function setFavourite(state: BoxState, address: string, on: boolean): BoxState {
  const without = removeFavourite(state.servers, address);
  const isOne = without.favourites.length < state.servers.favourites.length;
  if (isOne === on) return state;
  if (!on) return { ...state, servers: without };
  const label = serverRows(state.servers).find(({ target }) => target.address === address)?.name || address;
  return { ...state, servers: addFavourite(state.servers, favouriteFor(state.servers, { address, label })) };
}

function closeAt(atMs: number): BoxEffect {
  return { type: 'timer', id: 'search', atMs };
}
