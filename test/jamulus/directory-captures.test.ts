/** The captures of real directory traffic, played to our search: it must ask what the real clients asked. */
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, type Message } from '../../src/jamulus/messages/message.ts';
import { readCapture } from '../support/pcap.ts';
import { type Network, startNetwork } from './directory-network.ts';

const DIRECTORY_PORT = 23_200;

interface Said {
  readonly timeMs: number;
  readonly from: number;
  readonly to: number;
  readonly message: Message;
}

function connectionless(capture: string, clientPort: number): Said[] {
  return readCapture(capture).flatMap(({ timeMs, srcPort, dstPort, payload }) => {
    const frame = parseFrame(payload);
    if (frame === undefined || (srcPort !== clientPort && dstPort !== clientPort)) return [];
    const message = decodeMessage(frame.id, frame.body);
    if (message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error(`unreadable ${frame.id}`);
    return [{ timeMs, from: srcPort, to: dstPort, message }];
  });
}

/**
 * Lets what the directory and the servers said arrive when it did; they answer our pings, which are at other times than
 * the real client's, as they answered its last one.
 */
function replay(said: readonly Said[], clientPort: number, onRequest: (network: Network, isFirst: boolean) => void) {
  const network = startNetwork();
  network.nowMs = 0;
  network.roundTripMs = 1;
  let isFirst = true;
  for (const { timeMs, from, message } of said) {
    network.wait(timeMs - network.nowMs);
    if (from === clientPort) {
      if (message.type !== 'CLM_REQ_SERVER_LIST') continue;
      onRequest(network, isFirst);
      isFirst = false;
    } else if (message.type === 'CLM_PING_MS_WITHNUMCLIENTS') {
      network.hosts.set(`127.0.0.1:${from}`, (ask) => answers(said, from, ask, message.clients));
    } else if (message.type !== 'CLM_CONN_CLIENTS_LIST') {
      network.say({ address: '127.0.0.1', port: from }, message);
    }
  }
  return network;
}

function answers(said: readonly Said[], port: number, ask: Message, clients: number): Message[] {
  if (ask.type === 'CLM_PING_MS_WITHNUMCLIENTS') return [{ ...ask, clients }];
  if (ask.type !== 'CLM_REQ_CONN_CLIENTS_LIST') return [];
  return said
    .filter((s) => s.from === port && s.message.type === 'CLM_CONN_CLIENTS_LIST')
    .map(({ message }) => message);
}

const TARGET = { id: 'town', host: { address: '127.0.0.1', port: DIRECTORY_PORT } };

describe('a 3.9.1 client browses its directory', () => {
  const said = connectionless('gui-client-browses-directory-then-closes', 23_383);
  const network = replay(said, 23_383, (net) => net.take(net.query.ask([TARGET], net.nowMs)));

  network.wait(9000 - network.nowMs); // when the real client closed its list

  it('we ask the same servers the same things', () => {
    const real = said.filter(({ from }) => from === 23_383);
    const kinds = (list: readonly { to: string; message: Message }[]) =>
      [...new Set(list.map(({ to, message }) => `${to} ${message.type}`))].sort();
    const ours = network.sent.filter(({ message }) => message.type !== 'CLM_REQ_VERSION_AND_OS'); // as newer clients do
    expect(kinds(ours)).toEqual(kinds(real.map(({ to, message }) => ({ to: `127.0.0.1:${to}`, message }))));
    for (const type of ['CLM_REQ_SERVER_LIST', 'CLM_REQ_CONN_CLIENTS_LIST'] as const) {
      expect(ours.filter(({ message }) => message.type === type)).toHaveLength(1);
    }
    // One round a 2.5 s; the real client began with two.
    for (const port of [23_200, 23_210, 23_220]) {
      const pings = real.filter(({ to, message }) => to === port && message.type === 'CLM_PING_MS_WITHNUMCLIENTS');
      const own = network.sentTo(`127.0.0.1:${port}`, 'CLM_PING_MS_WITHNUMCLIENTS');
      expect(Math.abs(own.length - pings.length)).toBeLessThanOrEqual(1);
    }
  });

  it('we see what its user saw', () => {
    expect(network.eventsOf('list').map(({ completeness }) => completeness)).toEqual(['reduced', 'full']);
    expect(network.eventsOf('list')[1]?.servers).toEqual([
      expect.objectContaining({
        port: 23_200,
        name: 'Town Directory',
        city: 'Bremen',
        maxClients: 10,
        permanent: true,
      }),
      expect.objectContaining({ port: 23_210, name: 'Rehearsal Room', city: 'Köln', countryCode: 82, maxClients: 5 }),
      expect.objectContaining({ port: 23_220, name: 'Cellar', city: 'Leeds', countryCode: 224, maxClients: 12 }),
    ]);
    expect(network.report('127.0.0.1:23220')).toMatchObject({
      players: 1,
      people: [{ name: 'Bob', city: 'Bremen', countryCode: 82, instrument: 13, skill: 'intermediate' }],
    });
    expect(network.report('127.0.0.1:23210')).toMatchObject({ reachable: true, players: 0 });
  });
});

describe('a list asked for before and after a server stops', () => {
  it('the second list is without it', () => {
    const said = connectionless('directory-two-servers-list-query', 23_583);
    const network = replay(said, 23_583, (net, isFirst) =>
      net.take(isFirst ? net.query.ask([TARGET], net.nowMs) : net.query.refresh(net.nowMs)),
    );
    const full = network.eventsOf('list').filter(({ completeness }) => completeness === 'full');
    expect(full.map(({ servers }) => servers.map(({ name }) => name))).toEqual([
      ['Town Directory', 'Rehearsal Room', 'Cellar'],
      ['Town Directory', 'Cellar'],
    ]);
    expect(network.sent.filter(({ message }) => message.type === 'CLM_REQ_SERVER_LIST')).toHaveLength(2);
    const begun = network.sentTo('127.0.0.1:23210').length;
    network.wait(10_000);
    expect(network.sentTo('127.0.0.1:23210')).toHaveLength(begun);
  });
});
