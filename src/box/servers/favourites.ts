/** Favourites and recent servers: keeping them, and where they are now. */
import { type FoundServer, hostKey } from '../../jamulus/directory-types.ts';
import type { ServerTarget } from '../server-target.ts';
import { type Favourite, keyOfAddress, listedName, type ServersState } from './state.ts';

export const MAX_FAVOURITES = 100;
export const MAX_RECENT = 20;

/** The last added comes last; beyond MAX_FAVOURITES nothing is added. A second one for the same server replaces the first. */
export function addFavourite(state: ServersState, favourite: Favourite): ServersState {
  const others = state.favourites.filter((other) => !isSame(other, favourite));
  if (others.length >= MAX_FAVOURITES) return state;
  return { ...state, favourites: [...others, favourite] };
}

/** Removes every favourite that leads to this address. */
export function removeFavourite(state: ServersState, address: string): ServersState {
  const key = keyOfAddress(state, address) ?? address;
  const keyOf = (favourite: Favourite): string => {
    const { address: own } = targetOf(favourite);
    return keyOfAddress(state, own) ?? own;
  };
  return { ...state, favourites: state.favourites.filter((favourite) => keyOf(favourite) !== key) };
}

/** The favourite for a row's server: by directory and name where a directory lists it under a name, else by address. */
export function favouriteFor(state: ServersState, { address, label }: ServerTarget): Favourite {
  const key = keyOfAddress(state, address);
  for (const directory of state.directories) {
    const listed = directory.servers.find((server) => hostKey(server) === key);
    if (listed !== undefined && isOnlyOne(listed, directory.servers)) {
      return { kind: 'listed', directory: directory.address, name: listedName(listed), lastAddress: hostKey(listed) };
    }
  }
  return { kind: 'address', address, label };
}

/** Where to connect. Needs no list and no directory: a listed favourite is at its last known address (privacy C2). */
export function targetOf(favourite: Favourite): ServerTarget {
  if (favourite.kind === 'address') return { address: favourite.address, label: favourite.label };
  return { address: favourite.lastAddress, label: favourite.name };
}

/** Puts a server that has been joined first among the recent ones; the last 20 are kept. */
export function rememberServer(state: ServersState, { address, label }: ServerTarget): ServersState {
  const others = state.recent.filter((other) => other.address !== address);
  return { ...state, recent: [{ address, label }, ...others].slice(0, MAX_RECENT) };
}

function isOnlyOne(listed: FoundServer, servers: readonly FoundServer[]): boolean {
  const name = listedName(listed);
  return name !== '' && servers.filter((server) => listedName(server) === name).length === 1;
}

function isSame(a: Favourite, b: Favourite): boolean {
  if (a.kind === 'address') return b.kind === 'address' && a.address === b.address;
  return b.kind === 'listed' && a.directory === b.directory && a.name === b.name;
}
