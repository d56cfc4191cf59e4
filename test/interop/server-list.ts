/** The box's search for servers on a socket of its own, for tests with real directories and our own. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach } from 'vitest';
import { type ServerRow, serverRows } from '../../src/box/servers/rows.ts';
import {
  type Asking,
  initialServers,
  NO_SERVERS,
  reduceServers,
  type ServersState,
} from '../../src/box/servers/state.ts';
import { createServerSearch, type ServerSearch } from '../../src/discovery/server-search.ts';
import { parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage } from '../../src/jamulus/messages/message.ts';
import { until } from '../peers/wait.ts';

export const NOBODY: Asking = { directories: [], addresses: [], localNetwork: false };

export type ServerList = {
  readonly search: () => ServerSearch;
  readonly state: () => ServersState;
  readonly setState: (state: ServersState) => void;
  /** What has been asked, of which port. */
  readonly sent: { readonly port: number; readonly type: string }[];
  readonly names: () => string[];
  readonly row: (name: string) => ServerRow | undefined;
  /** Asks for new lists until one satisfies: servers take a moment to register. */
  readonly listWith: (what: string, accept: (names: readonly string[]) => boolean) => Promise<void>;
};

/** Call once in a test file. `directory`: address:port, which the box knows. */
export function useServerList(directory: string): ServerList {
  let socket: Socket;
  let search: ServerSearch;
  let state: ServersState;
  const sent: { port: number; type: string }[] = [];
  beforeEach(async () => {
    socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    state = initialServers(NO_SERVERS, [directory]);
    sent.length = 0;
    search = createServerSearch({
      send: ({ address, port }, datagram) => {
        const frame = parseFrame(datagram)!;
        sent.push({ port, type: decodeMessage(frame.id, frame.body).type });
        socket.send(datagram, port, address);
      },
      resolve: async ({ host, port }) => ({ address: host, port }),
      onEvent: (event) => {
        state = reduceServers(state, event);
      },
      startRooms: () => ({ stop: () => undefined }),
      interfaces: () => ({}),
    });
    socket.on('message', (datagram, { address, port }) => search.receive(datagram, { address, port }));
  });
  afterEach(() => {
    search.close();
    socket.close();
  });
  const names = () => serverRows(state).map(({ name }) => name);
  return {
    search: () => search,
    state: () => state,
    setState: (next) => {
      state = next;
    },
    sent,
    names,
    row: (name) => serverRows(state).find((candidate) => candidate.name === name),
    listWith: async (what, accept) => {
      await until(what, () => accept(names()) || void search.refresh(), { everyMs: 500 });
    },
  };
}
