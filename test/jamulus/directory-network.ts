/** A network on the desk for the search for servers: time, hosts that answer after a delay, and all that was sent. */
import { createDirectoryQuery } from '../../src/jamulus/directory-query.ts';
import {
  type DirectoryEvent,
  type DirectoryOutput,
  type DirectoryQuery,
  type HostPort,
  hostKey,
  type ServerReport,
} from '../../src/jamulus/directory-types.ts';
import { parseFrame } from '../../src/jamulus/frame.ts';
import type { ListedServer } from '../../src/jamulus/messages/clm-server-list.ts';
import { decodeMessage, type Message, messageDatagram } from '../../src/jamulus/messages/message.ts';

export interface Sent {
  readonly atMs: number;
  readonly to: string;
  readonly message: Message;
}

export interface Network {
  readonly query: DirectoryQuery;
  nowMs: number;
  /** What a host answers, by hostKey; those without an entry are silent. */
  readonly hosts: Map<string, (message: Message) => readonly Message[]>;
  /** One way, there and back together. */
  roundTripMs: number;
  readonly sent: Sent[];
  readonly events: DirectoryEvent[];
  take(outputs: readonly DirectoryOutput[]): void;
  /** A message arrives now. */
  say(from: HostPort, ...messages: Message[]): void;
  wait(durationMs: number): void;
  sentTo(key: string, type?: Message['type']): readonly Sent[];
  eventsOf<T extends DirectoryEvent['type']>(type: T): Extract<DirectoryEvent, { type: T }>[];
  report(key: string): ServerReport | undefined;
}

export function startNetwork(): Network {
  const query = createDirectoryQuery();
  let onTheWay: { readonly atMs: number; readonly from: HostPort; readonly message: Message }[] = [];

  function heard(to: HostPort, datagram: Uint8Array): void {
    const frame = parseFrame(datagram);
    const message = frame && decodeMessage(frame.id, frame.body);
    if (!message || message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error('sent no message');
    network.sent.push({ atMs: network.nowMs, to: hostKey(to), message });
    const atMs = network.nowMs + network.roundTripMs;
    const answers = network.hosts.get(hostKey(to))?.(message) ?? [];
    onTheWay.push(...answers.map((answer) => ({ atMs, from: to, message: answer })));
  }

  const network: Network = {
    query,
    nowMs: 1000,
    hosts: new Map(),
    roundTripMs: 20,
    sent: [],
    events: [],
    take(outputs) {
      for (const output of outputs) {
        if (output.type === 'send') heard(output.to, output.datagram);
        else network.events.push(output.event);
      }
    },
    say(from, ...messages) {
      for (const message of messages) network.take(query.receive(messageDatagram(message), from, network.nowMs));
    },
    wait(durationMs) {
      const endMs = network.nowMs + durationMs;
      for (;;) {
        const next = onTheWay.reduce((first, { atMs }) => Math.min(first, atMs), query.nextTickMs());
        if (next > endMs) break;
        network.nowMs = Math.max(network.nowMs, next);
        const arrived = onTheWay.filter(({ atMs }) => atMs <= network.nowMs);
        onTheWay = onTheWay.filter(({ atMs }) => atMs > network.nowMs);
        for (const { from, message } of arrived) network.say(from, message);
        network.take(query.tick(network.nowMs));
      }
      network.nowMs = endMs;
    },
    sentTo: (key, type) =>
      network.sent.filter(({ to, message }) => to === key && (type === undefined || message.type === type)),
    eventsOf: <T extends DirectoryEvent['type']>(type: T) =>
      network.events.filter((event): event is Extract<DirectoryEvent, { type: T }> => event.type === type),
    report: (key) => network.eventsOf('report').findLast(({ report }) => report.key === key)?.report,
  };
  return network;
}

export function listed(address: string, port: number, name: string, changes: Partial<ListedServer> = {}): ListedServer {
  return { address, port, name, city: '', countryCode: 0, maxClients: 10, permanent: false, ...changes };
}

/** The first entry of every list. */
export const ITSELF = listed('0.0.0.0', 0, 'Directory');

export function fullList(...servers: ListedServer[]): Message {
  return { type: 'CLM_SERVER_LIST', servers: [ITSELF, ...servers] };
}

export function reducedList(...servers: ListedServer[]): Message {
  return { type: 'CLM_RED_SERVER_LIST', servers: [ITSELF, ...servers] };
}

/** A directory that answers with both lists. */
export function directory(...servers: ListedServer[]): (message: Message) => readonly Message[] {
  return (message) => (message.type === 'CLM_REQ_SERVER_LIST' ? [reducedList(...servers), fullList(...servers)] : []);
}

export interface ServerTraits {
  readonly players?: readonly string[];
  readonly version?: string;
  /** Answered by servers that know the request. */
  readonly features?: number;
  readonly welcome?: string;
}

export function server(traits: ServerTraits = {}): (message: Message) => readonly Message[] {
  const { players = [], version = '3.9.1', features, welcome } = traits;
  return (message) => {
    switch (message.type) {
      case 'CLM_PING_MS_WITHNUMCLIENTS':
        return [{ ...message, clients: players.length }];
      case 'CLM_REQ_CONN_CLIENTS_LIST':
        return [{ type: 'CLM_CONN_CLIENTS_LIST', clients: players.map((name, channelId) => client(channelId, name)) }];
      case 'CLM_REQ_VERSION_AND_OS':
        return [{ type: 'CLM_VERSION_AND_OS', os: 2, version }];
      case 'CLM_REQ_SERVER_FEATURES':
        return features === undefined ? [] : [{ type: 'CLM_SERVER_FEATURES', features }];
      case 'CLM_REQ_WELCOME_MESSAGE':
        return welcome === undefined ? [] : [{ type: 'CLM_WELCOME_MESSAGE', text: welcome }];
      default:
        return [];
    }
  };
}

function client(channelId: number, name: string) {
  return { channelId, name, city: '', countryCode: 0, instrument: 0, skill: 'not-set' as const };
}
