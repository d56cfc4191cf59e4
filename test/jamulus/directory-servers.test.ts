import { describe, expect, it } from 'vitest';
import { FEATURE } from '../../src/jamulus/messages/clm-server-features.ts';
import type { Message } from '../../src/jamulus/messages/message.ts';
import { type Network, server, startNetwork } from './directory-network.ts';

const CELLAR = { address: '198.51.100.7', port: 22124 };
const KEY = '198.51.100.7:22124';

function watching(answer: ((message: Message) => readonly Message[]) | undefined): Network {
  const network = startNetwork();
  if (answer !== undefined) network.hosts.set(KEY, answer);
  network.take(network.query.watch([CELLAR], network.nowMs));
  return network;
}

function change(network: Network, answer: (message: Message) => readonly Message[]): void {
  network.hosts.set(KEY, answer);
}

describe('pings', () => {
  it('go to each server every 2.5 s, and 11 ms lie between one server and the next', () => {
    const network = startNetwork();
    const hosts = Array.from({ length: 40 }, (_, i) => ({ address: `198.51.100.${i}`, port: 22124 }));
    network.take(network.query.watch(hosts, network.nowMs));
    network.wait(10_000);
    const times = network.sent.map(({ atMs }) => atMs);
    for (const [i, atMs] of times.entries()) if (i > 0) expect(atMs - times[i - 1]!).toBeGreaterThanOrEqual(11);
    const first = network.sentTo('198.51.100.39:22124').map(({ atMs }) => atMs);
    expect(first).toEqual([1429, 3929, 6429, 8929]);
  });

  it('with more servers than fit in 2.5 s all have their turn', () => {
    const network = startNetwork();
    const hosts = Array.from({ length: 1000 }, (_, i) => ({ address: `198.51.${i >> 8}.${i & 255}`, port: 22124 }));
    network.take(network.query.watch(hosts, network.nowMs));
    network.wait(33_100);
    for (const host of hosts) expect(network.sentTo(`${host.address}:22124`).length).toBeGreaterThanOrEqual(3);
  });

  it('the best so far is kept', () => {
    const network = startNetwork();
    network.hosts.set(KEY, server());
    const pings: (number | null | undefined)[] = [];
    for (const roundTripMs of [40, 25, 60]) {
      network.roundTripMs = roundTripMs;
      network.take(network.query.watch([CELLAR], network.nowMs));
      network.wait(2400);
      pings.push(network.report(KEY)?.pingMs);
    }
    expect(pings).toEqual([40, 25, 25]);
  });

  it('only the answer to the last ping counts, once, and only from the server itself', () => {
    const network = watching(undefined);
    const [ping] = network.sent;
    const answer = { ...(ping!.message as Extract<Message, { type: 'CLM_PING_MS_WITHNUMCLIENTS' }>), clients: 5 };
    network.nowMs += 10;
    network.say({ address: '198.51.100.8', port: 22124 }, answer);
    network.say({ address: CELLAR.address, port: 22125 }, answer);
    network.say(CELLAR, { ...answer, timeMs: answer.timeMs + 1 });
    expect(network.eventsOf('report')).toEqual([]);
    network.say(CELLAR, answer, { ...answer, clients: 9 });
    expect(network.report(KEY)).toMatchObject({ pingMs: 10, players: 5 });
    expect(network.query.counters().ignored).toBe(4);
  });

  it('four pings without an answer make a server unreachable, one answer reachable again', () => {
    const network = watching(undefined);
    network.wait(9999);
    expect(network.report(KEY)).toBeUndefined();
    network.wait(1);
    expect(network.report(KEY)?.reachable).toBe(false);
    change(network, server());
    network.wait(2600);
    expect(network.report(KEY)).toMatchObject({ reachable: true, pingMs: 20 });
  });

  it('nothing new is no event', () => {
    const network = watching(server());
    network.wait(3000);
    const before = network.events.length;
    network.wait(30_000);
    expect(network.events).toHaveLength(before);
  });
});

describe('who is on', () => {
  it('is asked only when the count differs from the players known', () => {
    const network = watching(server({ players: ['Anna', 'Bob'] }));
    network.wait(10_000);
    expect(network.sentTo(KEY, 'CLM_REQ_CONN_CLIENTS_LIST')).toHaveLength(1);
    expect(network.report(KEY)?.people.map(({ name }) => name)).toEqual(['Anna', 'Bob']);
    change(network, server({ players: ['Bob'] }));
    network.wait(2600);
    expect(network.report(KEY)?.people.map(({ name }) => name)).toEqual(['Bob']);
    change(network, server());
    network.wait(2600);
    expect(network.report(KEY)).toMatchObject({ players: 0, people: [] });
    expect(network.sentTo(KEY, 'CLM_REQ_CONN_CLIENTS_LIST')).toHaveLength(2);
  });

  it('is not believed when nobody has asked, nor with more than 150', () => {
    const network = watching(server());
    network.wait(100);
    const anna = { channelId: 0, countryCode: 0, instrument: 0, skill: 'not-set', name: 'Anna', city: '' } as const;
    network.say(CELLAR, { type: 'CLM_CONN_CLIENTS_LIST', clients: [anna] });
    expect(network.report(KEY)?.people).toEqual([]);
    change(network, (message) =>
      message.type === 'CLM_REQ_CONN_CLIENTS_LIST'
        ? [{ type: 'CLM_CONN_CLIENTS_LIST', clients: Array(151).fill(anna) }]
        : server({ players: ['Anna'] })(message),
    );
    network.wait(5000);
    expect(network.report(KEY)).toMatchObject({ players: 1, people: [] });
  });
});

describe('version, features and welcome', () => {
  it('an older server is asked for its version once and for nothing newer', () => {
    const network = watching(server({ version: '3.12.2' }));
    network.wait(30_000);
    expect(network.report(KEY)?.version).toEqual({ text: '3.12.2', os: 'linux' });
    expect(network.sentTo(KEY, 'CLM_REQ_VERSION_AND_OS')).toHaveLength(1);
    expect(network.sentTo(KEY, 'CLM_REQ_SERVER_FEATURES')).toEqual([]);
    expect(network.sentTo(KEY, 'CLM_REQ_WELCOME_MESSAGE')).toEqual([]);
    expect(network.report(KEY)).toMatchObject({ features: null, welcome: null });
  });

  it.each(['4.0.0', '3.12.4dev-1a2b3c', '4.0.0beta2'])('a server of version %s is asked for both', (version) => {
    const features = FEATURE.welcomeMessage | FEATURE.recorderInitialised;
    const network = watching(server({ version, features, welcome: '<b>Hi</b>' }));
    network.wait(10_000);
    expect(network.report(KEY)).toMatchObject({ features, welcome: '<b>Hi</b>' });
    expect(network.sentTo(KEY, 'CLM_REQ_WELCOME_MESSAGE')).toHaveLength(1);
  });

  it('they are known in time for the notice before joining: four round trips after the server is first asked', () => {
    const features = FEATURE.welcomeMessage | FEATURE.recordingEnabled;
    const network = watching(server({ version: '4.0.0', features, welcome: 'Hi' }));
    network.wait(4 * network.roundTripMs);
    expect(network.report(KEY)).toMatchObject({ features, welcome: 'Hi' });
  });

  it('a server without a welcome text is not asked for it', () => {
    const network = watching(server({ version: '4.0.0', features: FEATURE.ipv6 }));
    network.wait(30_000);
    expect(network.sentTo(KEY, 'CLM_REQ_WELCOME_MESSAGE')).toEqual([]);
  });

  it('recording that is switched on shows within 10 s', () => {
    const network = watching(server({ version: '4.0.0', features: FEATURE.recorderInitialised }));
    network.wait(12_000);
    const features = FEATURE.recorderInitialised | FEATURE.recordingEnabled;
    change(network, server({ version: '4.0.0', features }));
    network.wait(10_000);
    expect(network.report(KEY)?.features).toBe(features);
  });

  it('what a server does not answer is asked five times', () => {
    const network = watching((message) => (message.type.startsWith('CLM_PING') ? [message] : []));
    network.wait(60_000);
    expect(network.sentTo(KEY, 'CLM_REQ_VERSION_AND_OS')).toHaveLength(5);
  });

  it('answers that nobody asked for are ignored', () => {
    const network = watching(undefined);
    network.say(CELLAR, { type: 'CLM_VERSION_AND_OS', os: 2, version: '9.9.9' });
    network.say(CELLAR, { type: 'CLM_SERVER_FEATURES', features: 255 });
    network.say(CELLAR, { type: 'CLM_WELCOME_MESSAGE', text: 'psst' });
    network.say(CELLAR, { type: 'CLM_EMPTY_MESSAGE' });
    expect(network.eventsOf('report')).toEqual([]);
    expect(network.query.counters().ignored).toBe(4);
  });
});

describe('probing the local network', () => {
  const ADDRESSES = Array.from({ length: 253 }, (_, i) => `192.168.1.${i + 2}`);

  it('asks each address once, at most 50 a second, and finds the servers', () => {
    const network = startNetwork();
    network.hosts.set('192.168.1.77:22124', server({ players: ['Anna'] }));
    network.take(network.query.probe(ADDRESSES, network.nowMs));
    network.wait(60_000);
    const probes = network.sent.filter(({ to }) => to !== '192.168.1.77:22124');
    expect(probes.map(({ to }) => to)).toEqual(
      ADDRESSES.filter((address) => address !== '192.168.1.77').map((address) => `${address}:22124`),
    );
    const times = network.sent.filter(({ atMs }) => atMs < 6000).map(({ atMs }) => atMs);
    expect(times.filter((atMs) => atMs >= 1000 && atMs < 2000).length).toBeLessThanOrEqual(50);
    expect(network.eventsOf('found')).toEqual([{ type: 'found', host: { address: '192.168.1.77', port: 22124 } }]);
    expect(network.eventsOf('probed')).toHaveLength(1);
    expect(network.report('192.168.1.77:22124')).toMatchObject({ reachable: true, players: 1 });
  });

  it('believes nobody who was not asked, and no wrong answer', () => {
    const network = startNetwork();
    network.take(network.query.probe(['192.168.1.2'], network.nowMs));
    const reply = { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs: 1000, clients: 0 } as const;
    network.say({ address: '192.168.1.3', port: 22124 }, reply);
    network.say({ address: '192.168.1.2', port: 22125 }, reply);
    network.say({ address: '192.168.1.2', port: 22124 }, { ...reply, timeMs: 999 });
    expect(network.eventsOf('found')).toEqual([]);
    network.say({ address: '192.168.1.2', port: 22124 }, reply);
    expect(network.eventsOf('found')).toHaveLength(1);
  });
});
