/** The search for servers at work, as the box says (box/servers/search.ts): who is asked, and what is found. */
import type { Room } from '../box/servers/state.ts';
import { browseRooms, openMdns } from '../discovery/lan-rooms.ts';
import { hostOfPeer } from '../discovery/peer-host.ts';
import { createServerSearch, type ServerSearchOptions } from '../discovery/server-search.ts';
import type { PeerAddress } from '../linux/udp-socket.ts';
import type { Runners, Store } from './store.ts';

export interface ServersOptions extends Omit<ServerSearchOptions, 'onEvent'> {
  readonly store: Pick<Store, 'state' | 'dispatch'>;
}

export interface Servers {
  readonly effects: Pick<Runners, 'search' | 'refreshSearch' | 'closeSearch' | 'networkUp'>;
  /** Every connectionless message that arrives. */
  receive(datagram: Uint8Array, peer: PeerAddress): void;
  close(): void;
}

export function runServers({ store, ...ports }: ServersOptions): Servers {
  const search = createServerSearch({ ...ports, onEvent: (found) => store.dispatch({ type: 'serversFound', found }) });
  search.networkUp(store.state().system.carrier);
  return {
    effects: {
      search: ({ asking }) => search.open(asking),
      refreshSearch: search.refresh,
      closeSearch: search.close,
      networkUp: ({ up }) => search.networkUp(up),
    },
    receive: (datagram, peer) => search.receive(datagram, hostOfPeer(peer)),
    close: search.close,
  };
}

/**
 * Listens to mDNS for the rooms of the local network.
 * @param among puts the own room first, once: that one needs no searching
 */
export function listenForRooms(
  onRooms: (rooms: readonly Room[]) => void,
  onLog: (line: string) => void,
  among: (rooms: readonly Room[]) => readonly Room[] = (rooms) => rooms,
): { readonly stop: () => void } {
  const mdns = openMdns((text) => onLog(`rooms: ${text}`));
  const onRoomsFound = (rooms: readonly Room[]): void => onRooms(among(rooms));
  const { stop } = browseRooms(mdns, onRoomsFound);
  const first = setImmediate(onRoomsFound, []);
  return {
    stop() {
      clearImmediate(first);
      stop();
      mdns.destroy();
    },
  };
}
