/**
 * The choice of servers at work: searches while somebody looks at the list, asks the last server what it says of itself
 * while somebody is at the controls, and else sends nothing (privacy C2, C3).
 */
import type { ServerTarget } from '../box/server-target.ts';
import type { networkInterfaces } from 'node:os';
import { asking } from '../box/servers/asking.ts';
import { rememberServer } from '../box/servers/favourites.ts';
import { serverRows } from '../box/servers/rows.ts';
import { reduceServers, type ServerSearchEvent, type ServersState, type OpenGroup, type Asking } from '../box/servers/state.ts';
import { hostOfPeer } from '../discovery/peer-host.ts';
import { createServerSearch, type ServerSearchOptions } from '../discovery/server-search.ts';
import type { PeerAddress } from '../linux/udp-socket.ts';

/** The search ends when nobody has touched the controls for so long. */
const SEARCH_MS = 60_000;
/** CONNECT names the last server for 3 s; its answer is wanted in that time. */
const LAST_SERVER_MS = 10_000;
/** A list that was opened a moment ago is not asked for again. */
const FRESH_MS = 3000;

export interface FinderPorts extends Pick<ServerSearchOptions, 'send' | 'resolve' | 'startRooms'> {
  readonly interfaces: typeof networkInterfaces;
  /** Called after every change; `listed`: there is a new list of a directory. */
  readonly onChange: (listed: boolean) => void;
}

export interface ServerFinder {
  state(): ServersState;
  /** A change by a person: favourites, recent servers, forgetting. */
  change(next: (state: ServersState) => ServersState): void;
  /** Somebody has opened a list of servers; opened again after a while, it is looked for anew. */
  list(open: OpenGroup): void;
  /** Somebody is at the controls; `last` is the server that CONNECT would go to. */
  touched(last: ServerTarget | null): void;
  /** Puts a server that has been joined first among the recent ones, by the name that is known of it. */
  joined(server: ServerTarget): void;
  networkUp(up: boolean): void;
  receive(datagram: Uint8Array, peer: PeerAddress): void;
  close(): void;
}

export function createServerFinder(first: ServersState, ports: FinderPorts): ServerFinder {
  let state = first;
  let open: 'nothing' | 'last-server' | OpenGroup = 'nothing';
  let askedAtMs = 0;
  let timer: NodeJS.Timeout | undefined;

  const search = createServerSearch({ ...ports, onEvent: take });

  function take(event: ServerSearchEvent): void {
    state = reduceServers(state, event);
    // A room or a favourite that has been found late is asked, too.
    if (typeof open === 'object' && (event.type === 'rooms' || event.type === 'list')) search.open(asking(state, open));
    ports.onChange(event.type === 'list');
  }

  function openFor(what: typeof open, asked: Asking, forMs: number): void {
    open = what;
    search.open(asked);
    closeIn(forMs);
  }

  function closeIn(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(close, ms);
  }

  function close(): void {
    clearTimeout(timer);
    if (open === 'nothing') return;
    open = 'nothing';
    search.close();
  }

  return {
    state: () => state,
    change(next) {
      state = next(state);
      ports.onChange(true);
    },
    list(group) {
      const nowMs = performance.now();
      const isSame = typeof open === 'object' && isSameGroup(open, group);
      if (isSame && nowMs - askedAtMs >= FRESH_MS) search.refresh();
      if (!isSame || nowMs - askedAtMs >= FRESH_MS) askedAtMs = nowMs;
      openFor(group, asking(state, group), SEARCH_MS);
    },
    touched(last) {
      if (typeof open === 'object') closeIn(SEARCH_MS);
      else if (last !== null) {
        openFor('last-server', { directories: [], addresses: [last.address], localNetwork: false }, LAST_SERVER_MS);
      }
    },
    joined(server) {
      close();
      const name = serverRows(state).find(({ target }) => target.address === server.address)?.name;
      const label = server.label === server.address ? (name ?? server.label) : server.label;
      state = rememberServer(state, { address: server.address, label });
      ports.onChange(false);
    },
    networkUp: search.networkUp,
    receive: (datagram, peer) => search.receive(datagram, hostOfPeer(peer)),
    close,
  };
}

function isSameGroup(a: OpenGroup, b: OpenGroup): boolean {
  return a.group === b.group && a.genre === b.genre && a.directory === b.directory;
}
