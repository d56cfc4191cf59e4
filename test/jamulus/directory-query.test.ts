import { describe, expect, it } from 'vitest';
import { FEATURE } from '../../src/jamulus/messages/clm-server-features.ts';
import { PUBLIC_DIRECTORIES } from '../../src/jamulus/public-directories.ts';
import { parseServerAddress } from '../../src/jamulus/server-address.ts';
import { directory, fullList, listed, type Network, reducedList, server, startNetwork } from './directory-network.ts';

const TOWN = { address: '203.0.113.1', port: 22224 };
const ROCK = { address: '203.0.113.2', port: 22424 };
const CELLAR = { address: '198.51.100.7', port: 22124 };
const CELLAR_KEY = '198.51.100.7:22124';
const CELLAR_ENTRY = listed(CELLAR.address, CELLAR.port, 'Cellar', { maxClients: 8 });

function asking(...hosts: { address: string; port: number }[]): Network {
  const network = startNetwork();
  const targets = (hosts.length === 0 ? [TOWN] : hosts).map((host) => ({ id: `id of ${host.address}`, host }));
  network.take(network.query.ask(targets, network.nowMs));
  return network;
}

function listNames(network: Network): string[][] {
  return network.eventsOf('list').map(({ servers }) => servers.map(({ name }) => name));
}

describe('the list dialogue with a directory', () => {
  it('asks at once and every 2 s until the full list is there, and not again', () => {
    const network = asking();
    network.wait(5000);
    expect(network.sent.map(({ atMs, message }) => [atMs, message.type])).toEqual([
      [1000, 'CLM_REQ_SERVER_LIST'],
      [3000, 'CLM_REQ_SERVER_LIST'],
      [5000, 'CLM_REQ_SERVER_LIST'],
    ]);
    network.say(TOWN, reducedList(CELLAR_ENTRY));
    network.wait(2000);
    expect(network.sentTo('203.0.113.1:22224', 'CLM_REQ_SERVER_LIST')).toHaveLength(4);
    network.say(TOWN, fullList(CELLAR_ENTRY));
    network.wait(60_000);
    expect(network.sentTo('203.0.113.1:22224', 'CLM_REQ_SERVER_LIST')).toHaveLength(4);
  });

  it('takes lists from the address of the directory, whatever the port, and from nobody else', () => {
    const network = asking();
    network.say({ address: '203.0.113.99', port: 22224 }, reducedList(CELLAR_ENTRY), fullList(CELLAR_ENTRY));
    expect(network.eventsOf('list')).toEqual([]);
    expect(network.query.counters().ignored).toBe(2);
    network.say({ address: TOWN.address, port: 40_000 }, fullList(CELLAR_ENTRY));
    expect(listNames(network)).toEqual([['Directory', 'Cellar']]);
  });

  it('uses one reduced list until the full one, which stands', () => {
    const network = asking();
    network.say(TOWN, reducedList(CELLAR_ENTRY), reducedList());
    network.say(TOWN, fullList(CELLAR_ENTRY), fullList(), reducedList());
    const [first, second, ...others] = network.eventsOf('list');
    expect(first).toMatchObject({ completeness: 'reduced', directoryId: 'id of 203.0.113.1' });
    expect(first?.servers[1]).toMatchObject({ ...CELLAR, name: 'Cellar', maxClients: 0, city: '' });
    expect(second).toMatchObject({ completeness: 'full' });
    expect(second?.servers[1]).toEqual(CELLAR_ENTRY);
    expect(others).toEqual([]);
  });

  it('a full list that arrives first makes the reduced one needless', () => {
    const network = asking();
    network.say(TOWN, fullList(CELLAR_ENTRY), reducedList());
    expect(network.eventsOf('list').map(({ completeness }) => completeness)).toEqual(['full']);
  });

  it('puts the first entry at the address the list came from', () => {
    const network = asking();
    const from = { address: TOWN.address, port: 22_225 };
    network.say(from, { type: 'CLM_SERVER_LIST', servers: [listed('8.8.8.8', 53, 'Town'), CELLAR_ENTRY] });
    expect(network.eventsOf('list')[0]?.servers[0]).toMatchObject({ ...from, name: 'Town' });
  });

  it('drops entries that lead nowhere or to this machine, and keeps private addresses behind the same router', () => {
    const network = asking();
    const addresses = ['0.0.0.0', '0.1.2.3', '127.0.0.1', '224.0.0.251', '255.255.255.255', '10.0.0.5', '192.168.1.9'];
    network.say(TOWN, fullList(...addresses.map((address) => listed(address, 22124, address))));
    network.say(ROCK, fullList());
    expect(listNames(network)).toEqual([['Directory', '10.0.0.5', '192.168.1.9']]);
    const portless = asking();
    portless.say(TOWN, fullList(listed(CELLAR.address, 0, 'no port')));
    expect(listNames(portless)).toEqual([['Directory']]);
    const local = asking({ address: '127.0.0.1', port: 22124 });
    local.say({ address: '127.0.0.1', port: 22124 }, fullList(listed('127.0.0.1', 22125, 'beside it')));
    expect(listNames(local)).toEqual([['Directory', 'beside it']]);
  });

  it('an empty list is none: a directory always lists itself', () => {
    const network = asking();
    network.say(TOWN, { type: 'CLM_SERVER_LIST', servers: [] }, { type: 'CLM_RED_SERVER_LIST', servers: [] });
    expect(network.eventsOf('list')).toEqual([]);
  });

  it('takes no more than 150 entries of a list', () => {
    const network = asking();
    const many = Array.from({ length: 600 }, (_, i) => listed(`198.51.${i >> 8}.${i & 255}`, 22124, ''));
    network.say(TOWN, fullList(...many));
    expect(network.eventsOf('list')[0]?.servers).toHaveLength(150);
  });

  it('says after 10 s without any list that a directory is silent, once, and goes on asking', () => {
    const network = asking(TOWN, ROCK);
    network.say(ROCK, reducedList());
    network.wait(9999);
    expect(network.eventsOf('directorySilent')).toEqual([]);
    network.wait(30_000);
    expect(network.eventsOf('directorySilent')).toEqual([
      { type: 'directorySilent', directoryId: 'id of 203.0.113.1' },
    ]);
    expect(network.sentTo('203.0.113.1:22224')).toHaveLength(20);
    network.say(TOWN, fullList(CELLAR_ENTRY));
    expect(listNames(network).at(-1)).toEqual(['Directory', 'Cellar']);
  });

  it('while the network is down nothing is sent and nobody counts as silent', () => {
    const network = asking();
    network.wait(5000);
    const before = network.sent.length;
    network.take(network.query.networkUp(false, network.nowMs));
    expect(network.query.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
    network.wait(60_000);
    network.take(network.query.tick(network.nowMs));
    expect(network.sent).toHaveLength(before);
    network.take(network.query.networkUp(true, network.nowMs));
    expect(network.sent).toHaveLength(before + 1);
    network.wait(9999);
    expect(network.eventsOf('directorySilent')).toEqual([]);
    network.wait(1);
    expect(network.eventsOf('directorySilent')).toHaveLength(1);
  });

  it('a refresh asks again, and a server that has stopped is gone with the next list and is pinged no more', () => {
    const network = asking();
    network.hosts.set('203.0.113.1:22224', directory(CELLAR_ENTRY));
    network.hosts.set(CELLAR_KEY, server());
    network.wait(4000);
    expect(network.report(CELLAR_KEY)?.reachable).toBe(true);
    network.hosts.set('203.0.113.1:22224', directory());
    network.take(network.query.refresh(network.nowMs));
    network.wait(19);
    expect(listNames(network).at(-1)).toEqual(['Directory', 'Cellar']);
    network.wait(1000);
    expect(listNames(network).at(-1)).toEqual(['Directory']);
    const pings = network.sentTo(CELLAR_KEY).length;
    network.wait(10_000);
    expect(network.sentTo(CELLAR_KEY)).toHaveLength(pings);
  });

  it('a server of two directories is one server', () => {
    const network = asking(TOWN, ROCK);
    network.hosts.set('203.0.113.1:22224', directory(CELLAR_ENTRY));
    network.hosts.set('203.0.113.2:22424', directory(CELLAR_ENTRY));
    network.wait(2000 + 2600);
    expect(network.sentTo(CELLAR_KEY, 'CLM_PING_MS_WITHNUMCLIENTS')).toHaveLength(2);
    network.take(network.query.ask([{ id: 'rock', host: ROCK }], network.nowMs));
    network.wait(5000);
    expect(network.sentTo(CELLAR_KEY, 'CLM_PING_MS_WITHNUMCLIENTS')).toHaveLength(4);
  });

  it('two names of one directory are one dialogue, and both get its list', () => {
    const network = startNetwork();
    const targets = ['a.example', 'b.example'].map((id) => ({ id, host: TOWN }));
    network.take(network.query.ask(targets, network.nowMs));
    expect(network.sent).toHaveLength(1);
    network.say(TOWN, fullList());
    expect(network.eventsOf('list').map(({ directoryId }) => directoryId)).toEqual(['a.example', 'b.example']);
  });

  it('directories on one address are told apart by the port', () => {
    const other = { address: TOWN.address, port: 22_324 };
    const network = startNetwork();
    const targets = [TOWN, other].map((host) => ({ id: String(host.port), host }));
    network.take(network.query.ask(targets, network.nowMs));
    network.say(other, fullList(CELLAR_ENTRY));
    network.say(TOWN, fullList());
    expect(network.eventsOf('list').map(({ directoryId }) => directoryId)).toEqual(['22324', '22224']);
  });
});

describe('the public directories', () => {
  it('have addresses that can be looked up, with their ports', () => {
    expect(PUBLIC_DIRECTORIES).toHaveLength(7);
    for (const { address } of PUBLIC_DIRECTORIES) {
      expect(parseServerAddress(address)).toMatchObject({ ok: true, address: { kind: 'name', portGiven: true } });
    }
    expect(new Set(PUBLIC_DIRECTORIES.map(({ address }) => address)).size).toBe(7);
  });
});

describe('privacy C2: without directories', () => {
  it('favourites and typed addresses are observed without a packet to anybody else', () => {
    const network = startNetwork();
    network.hosts.set(CELLAR_KEY, server({ players: ['Bob'], features: FEATURE.logging, version: '4.0.0' }));
    network.take(network.query.watch([CELLAR], network.nowMs));
    network.wait(30_000);
    expect(network.report(CELLAR_KEY)).toMatchObject({ reachable: true, players: 1, features: FEATURE.logging });
    expect(new Set(network.sent.map(({ to }) => to))).toEqual(new Set([CELLAR_KEY]));
    expect(network.sent.some(({ message }) => message.type === 'CLM_REQ_SERVER_LIST')).toBe(false);
  });
});

describe('after stop', () => {
  it('nothing more is sent, whatever arrives', () => {
    const network = asking();
    network.hosts.set('203.0.113.1:22224', directory(CELLAR_ENTRY));
    network.take(network.query.probe(['192.168.1.2', '192.168.1.3', '192.168.1.4'], network.nowMs));
    network.wait(30);
    network.query.stop();
    const before = [network.sent.length, network.events.length];
    expect(network.query.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
    network.say(TOWN, fullList(CELLAR_ENTRY));
    network.say(CELLAR, { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs: 1000, clients: 3 });
    network.take(network.query.tick(network.nowMs + 100_000));
    expect([network.sent.length, network.events.length]).toEqual(before);
  });
});
