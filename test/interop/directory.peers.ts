/** The search for servers with a real directory (23200) and two real servers (23210, 23220) that register there. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asking, listBlocked } from '../../src/box/servers/asking.ts';
import { addFavourite, favouriteFor, targetOf } from '../../src/box/servers/favourites.ts';
import { type ServerRow, serverRows } from '../../src/box/servers/rows.ts';
import { initialServers, NO_SERVERS, reduceServers, type ServersState } from '../../src/box/servers/state.ts';
import { createServerSearch, type ServerSearch } from '../../src/discovery/server-search.ts';
import { parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage } from '../../src/jamulus/messages/message.ts';
import type { Server } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { useStage } from './stage.ts';

const TOWN = '127.0.0.1:23200';
const NOBODY: Asking = { directories: [], addresses: [], localNetwork: false };

const stage = useStage('directory');
let socket: Socket;
let search: ServerSearch;
let state: ServersState;
let sent: { readonly port: number; readonly type: string }[];

beforeEach(async () => {
  socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  state = initialServers(NO_SERVERS, [TOWN]);
  sent = [];
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

function town(): Promise<Server> {
  return stage.server({ directory: 'localhost', info: { name: 'Town Directory', city: 'Bremen', country: 82 } });
}

function registered(port: number, name: string, city: string, country: number): Promise<Server> {
  return stage.server({ port, directory: TOWN, info: { name, city, country }, maxClients: 5 });
}

function row(name: string): ServerRow | undefined {
  return serverRows(state).find((candidate) => candidate.name === name);
}

/** Asks for new lists until one satisfies: servers take a moment to register. */
async function listWith(what: string, accept: (names: readonly string[]) => boolean): Promise<void> {
  const names = () => serverRows(state).map(({ name }) => name);
  await until(what, () => accept(names()) || void search.refresh(), { everyMs: 500 });
}

describe('The public list, with the real directory and servers', () => {
  it('both servers are listed with their places, pings and players; one that stops is gone from the next list', async () => {
    const directory = await town();
    const rehearsal = await registered(23_210, 'Rehearsal Room', 'Köln', 82);
    const cellar = await registered(23_220, 'Cellar 音楽', 'Leeds', 224);
    search.open({ ...NOBODY, directories: [TOWN] });
    await listWith('both servers', (names) => names.length === 3);
    expect(state.directories[0]?.status).toBe('full');
    expect(row('Rehearsal Room')).toMatchObject({ city: 'Köln', country: 'DE', maxPlayers: 5, groups: ['public'] });
    expect(row('Cellar 音楽')).toMatchObject({ city: 'Leeds', country: 'GB', target: { address: cellar.address } });
    expect(row('Town Directory')).toMatchObject({ city: 'Bremen', target: { address: directory.address } });

    await until('all pings', () => serverRows(state).every(({ reachable, version }) => reachable && version !== null));
    for (const { pingMs, players, full, records, version } of serverRows(state)) {
      expect({ players, full, records, version }).toEqual({ players: 0, full: false, records: null, version: '3.9.1' });
      expect(pingMs).toBeLessThan(50);
    }

    const anna = await stage.anna(cellar.address, { city: 'Łódź', instrument: 21 });
    await cellar.waitForClient('anna');
    await until('anna in the list', () => row('Cellar 音楽')?.people.some(({ name }) => name === 'anna'));
    expect(row('Cellar 音楽')).toMatchObject({ players: 1, people: [{ city: 'Łódź', instrument: 21 }] });
    expect(row('Rehearsal Room')).toMatchObject({ players: 0, people: [] });
    await anna.process.stop();

    await rehearsal.process.stop();
    await listWith('the list without it', (names) => !names.includes('Rehearsal Room'));
    expect(
      serverRows(state)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Cellar 音楽', 'Town Directory']);
    const counters = search.counters();
    expect([counters.notMessages, counters.rejected]).toEqual([0, 0]);
  });

  it('a favourite moves with its server to another port, and is found again without asking the directory', async () => {
    await town();
    const before = await registered(23_210, 'Cellar', 'Leeds', 224);
    search.open({ ...NOBODY, directories: [TOWN] });
    await listWith('the Cellar', (names) => names.includes('Cellar'));
    state = addFavourite(state, favouriteFor(state, { address: before.address, label: 'Cellar' }));
    await before.process.stop();
    const after = await registered(23_220, 'Cellar', 'Leeds', 224);
    await until(
      'the move',
      () => state.favourites.map(targetOf)[0]?.address === after.address || void search.refresh(),
      {
        everyMs: 500,
      },
    );
    search.close();
    sent = [];
    search.open({ ...NOBODY, addresses: state.favourites.map((favourite) => targetOf(favourite).address) });
    await until('its answer', () => row('Cellar')?.version !== null);
    expect(new Set(sent.map(({ port }) => port))).toEqual(new Set([23_220]));
  });

  it('a server that is no directory stays silent: the list counts as blocked after 10 s', async () => {
    await stage.server();
    search.open({ ...NOBODY, directories: [TOWN] });
    await until('the end of patience', () => state.directories[0]?.status === 'silent', { timeoutMs: 15_000 });
    expect(listBlocked(state)).toBe(true);
    expect(sent.filter(({ type }) => type === 'CLM_REQ_SERVER_LIST').length).toBeGreaterThanOrEqual(5);
  });
});
