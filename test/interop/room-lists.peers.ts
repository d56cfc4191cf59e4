/** Lists of servers: our room at a real directory, real servers and clients at our own (sessions.md §10). */
import { describe, expect, it } from 'vitest';
import { buildFrame, parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, messageDatagram } from '../../src/jamulus/messages/message.ts';
import { startRelay } from '../peers/relay.ts';
import type { Server, ServerOptions } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { stranger } from './impostor.ts';
import { startWindow } from './room-clients.ts';
import { openHost, startGuest, type TestHost } from './room-fixture.ts';
import { NOBODY, useServerList } from './server-list.ts';
import { messagesOf, useTestBench } from './test-bench.ts';

const TOWN = { kind: 'ipv4', host: '127.0.0.1', port: 23_200, portGiven: true } as const;
const TOWN_ADDRESS = '127.0.0.1:23200';
const OPEN = { minVersion: '', whiteList: [] } as const;

const bench = useTestBench('room-lists');
const list = useServerList(TOWN_ADDRESS);

const realTown = () =>
  bench.server({ directory: 'localhost', info: { name: 'Town Directory', city: 'Bremen', country: 82 } });
const realServer = (name: string, options: Partial<ServerOptions> = {}): Promise<Server> =>
  bench.server({
    ...{ port: 23_210, directory: TOWN_ADDRESS, info: { name, city: 'Leeds', country: 224 }, maxClients: 5 },
    ...options,
  });
const ownTown = (directory: { minVersion: string; whiteList: readonly string[] } = OPEN): Promise<TestHost> =>
  openHost(bench.peers(), { port: TOWN.port, directory, place: { name: 'Own Town', city: 'Köln', countryCode: 82 } });
const registered = (host: TestHost) => until('the registration', () => host.report().registration === 'registered');

/** What a real server says of its registration. */
const statusOf = async (server: Server): Promise<string> => {
  const profile = (await server.rpc.call('jamulusserver/getServerProfile')) as { registrationStatus: string };
  return profile.registrationStatus;
};

describe('Our room at a real directory', () => {
  it('is listed with its name, place and players, and off the list as soon as it closes', async () => {
    await realTown();
    const place = { name: 'Proberaum 音楽', city: 'Łódź', countryCode: 172 };
    const host = await openHost(bench.peers(), { registerAt: TOWN, place });
    await registered(host);
    list.search().open({ ...NOBODY, directories: [TOWN_ADDRESS] });
    await list.listWith('the room', (names) => names.includes(place.name));
    expect(list.row(place.name)).toMatchObject({ city: 'Łódź', country: 'PL', maxPlayers: 10, groups: ['public'] });
    await startGuest(bench.peers(), host.port, 'ben');
    await until('its player', () => list.row(place.name)?.people.some(({ name }) => name === 'ben'));
    await until('its version', () => list.row(place.name)?.version?.startsWith('3.12.4'));
    expect(list.row(place.name)).toMatchObject({ players: 1, full: false, reachable: true });
    await host.stop();
    await list.listWith('the list without it', (names) => !names.includes(place.name));
    expect(list.names()).toEqual(['Town Directory']);
  });

  it('registers nowhere without consent; where there is no directory, five attempts fail', async () => {
    const unwanted = await openHost(bench.peers(), { place: { name: 'Nowhere', city: '', countryCode: 0 } });
    const wanted = await openHost(bench.peers(), { registerAt: TOWN });
    await until('the end of patience', () => wanted.report().registration === 'failed');
    await realTown();
    list.search().open({ ...NOBODY, directories: [TOWN_ADDRESS] });
    await list.listWith('a list', (names) => names.includes('Town Directory'));
    expect(list.names()).toEqual(['Town Directory']);
    expect(unwanted.report().registration).toBeNull();
  });
});

describe('Our room as a directory', () => {
  it('lists a real server, and takes it off when that stops', async () => {
    const town = await ownTown();
    const server = await realServer('Cellar 音楽');
    await until('the registration', () => town.report().listedServers === 1);
    await until('its own opinion', async () => /^registered$/i.test(await statusOf(server)));
    list.search().open({ ...NOBODY, directories: [TOWN_ADDRESS] });
    await list.listWith('both', (names) => names.length === 2);
    expect(list.state().directories[0]?.status).toBe('full');
    expect(list.row('Cellar 音楽')).toMatchObject({ city: 'Leeds', country: 'GB', maxPlayers: 5 });
    expect(list.row('Cellar 音楽')?.target.address).toBe('127.0.0.1:23210');
    expect(list.row('Own Town')).toMatchObject({ city: 'Köln', target: { address: TOWN_ADDRESS } });
    await until('its ping', () => list.row('Cellar 音楽')?.version === '3.9.1');
    await server.process.stop();
    await list.listWith('the list without it', (names) => !names.includes('Cellar 音楽'));
    expect(town.report().listedServers).toBe(0);
  });

  it('lists another room of ours, which a real client joins, and is a room itself', async () => {
    const town = await ownTown();
    const place = { name: 'Cellar', city: '', countryCode: 0 };
    const cellar = await openHost(bench.peers(), { registerAt: TOWN, place });
    await registered(cellar);
    list.search().open({ ...NOBODY, directories: [TOWN_ADDRESS] });
    await list.listWith('the cellar', (names) => names.includes('Cellar'));
    await bench.anna(list.row('Cellar')?.target.address ?? '');
    await bench.anna(town.address, { name: 'ben', port: 23_400 });
    await until('anna', () => list.row('Cellar')?.people[0]?.name === 'anna');
    await until('ben', () => list.row('Own Town')?.people[0]?.name === 'ben');
  });

  it("gives its list to a real client's connect dialogue, which then asks who is on", async () => {
    const town = await ownTown();
    const relay = await startRelay(town.port);
    bench.peers().atEnd(relay.close);
    // A server in the list that notes what it is asked, and has one client on.
    const server = await stranger(bench.peers());
    const asked = new Set<string>();
    server.on('message', (bytes, from) => {
      const frame = parseFrame(bytes);
      if (frame === undefined || from.port === town.port) return;
      const message = decodeMessage(frame.id, frame.body);
      asked.add(message.type);
      if (message.type !== 'CLM_PING_MS_WITHNUMCLIENTS') return;
      server.send(messageDatagram({ ...message, clients: 1 }), from.port, from.address);
    });
    const registration = {
      ...{ internalAddress: '', internalPort: server.address().port, countryCode: 82, maxClients: 4, permanent: false },
      ...{ name: 'Listener', city: 'Ulm' },
    };
    const register = messageDatagram({ type: 'CLM_REGISTER_SERVER_EX', registration, os: 2, version: '3.9.1' });
    server.send(register, town.port, '127.0.0.1');
    await until('the registration', () => town.report().listedServers === 1);
    startWindow(bench.peers(), { jack: bench.jackName, port: 23_400, directory: relay.address });
    const lists = await until('the list', () => {
      const full = messagesOf(relay, 'toClient', 'CLM_SERVER_LIST');
      return full.length > 0 && full;
    });
    expect(lists[0]?.servers.map(({ name }) => name)).toEqual(['Own Town', 'Listener']);
    expect(lists[0]?.servers[1]).toMatchObject({ city: 'Ulm', port: server.address().port, address: '127.0.0.2' });
    await until('a ping of the real client', () => asked.has('CLM_PING_MS_WITHNUMCLIENTS'));
    await until('its question', () => asked.has('CLM_REQ_CONN_CLIENTS_LIST'));
    await until('its ping of the directory', () => {
      return messagesOf(relay, 'toServer', 'CLM_PING_MS_WITHNUMCLIENTS').length > 0;
    });
  });

  it('refuses a real server that is too old, and says so', async () => {
    const town = await ownTown({ minVersion: '3.10.0', whiteList: [] });
    const server = await realServer('Cellar');
    await until('the refusal', async () => /version/i.test(await statusOf(server)));
    expect(town.report().listedServers).toBe(0);
    // A room of ours is new enough.
    await registered(await openHost(bench.peers(), { registerAt: TOWN }));
    expect(town.report().listedServers).toBe(1);
  });

  it('refuses who is not on its white list, and lists who is', async () => {
    const town = await ownTown({ minVersion: '', whiteList: ['192.0.2.7'] });
    const server = await realServer('Cellar');
    await until('the refusal', async () => /requirement/i.test(await statusOf(server)));
    const room = await openHost(bench.peers(), { registerAt: TOWN });
    await until('the refusal', () => room.report().registration === 'requirements-not-met');
    expect(town.report().listedServers).toBe(0);
    await town.stop();
    await ownTown({ minVersion: '', whiteList: ['192.0.2.7', '127.0.0.1'] });
    await registered(await openHost(bench.peers(), { registerAt: TOWN }));
  });

  it('is not harmed by impossible registrations and requests', async () => {
    await ownTown();
    const outside = await stranger(bench.peers());
    for (const id of [1004, 1005, 1006, 1007, 1008, 1009, 1010, 1016, 1017]) {
      for (let length = 0; length < 60; length++) {
        outside.send(buildFrame(id, length, new Uint8Array(length).fill(255)), TOWN.port, '127.0.0.1');
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const server = await realServer('Cellar');
    await until('the registration', async () => /^registered$/i.test(await statusOf(server)));
    list.search().open({ ...NOBODY, directories: [TOWN_ADDRESS] });
    await list.listWith('the cellar', (names) => names.includes('Cellar'));
  });
});
