/**
 * Rooms in the records of mDNS (RFC 6762, RFC 6763), service _jamulus._udp.local: reading those of others, writing the
 * own. Anybody on the network may say anything, so everything is bounded.
 */
import type multicastDns from 'multicast-dns';
import { localName } from '../box/host-name.ts';
import type { Room } from '../box/servers/state.ts';
import { isPrivateIpv4, parseIpv4 } from '../jamulus/ipv4.ts';

type Answer = NonNullable<multicastDns.ResponsePacket['answers']>[number];
type Question = NonNullable<multicastDns.QueryPacket['questions']>[number];

export const ROOM_SERVICE = '_jamulus._udp.local';

/** What is kept at most of what others announce, and for how long at most. */
const MAX_INSTANCES = 100;
const MAX_HOSTS = 200;
const MAX_ADDRESSES = 4;
const MAX_TTL_S = 4500;
/** Most questions for missing records in one packet. */
const MAX_QUESTIONS = 20;
/** A DNS label. */
const MAX_LABEL_BYTES = 63;

interface Instance {
  readonly label: string;
  untilMs: number;
  /** Host name in lower case, and port. */
  service: { readonly target: string; readonly port: number } | undefined;
}

export interface RoomCache {
  /** Takes the records of one response. */
  take(records: readonly Answer[], nowMs: number): void;
  /** The rooms whose address is known, by name. */
  rooms(nowMs: number): readonly Room[];
  /** What to ask to complete the others. */
  missing(nowMs: number): readonly Question[];
}

/** @param serviceType what is looked for: rooms, or something else with a name and an address */
export function createRoomCache(serviceType = ROOM_SERVICE): RoomCache {
  const instances = new Map<string, Instance>();
  /** Addresses by host name, each with the time until which it holds. */
  const hosts = new Map<string, Map<string, number>>();

  function takeOne(record: Answer, nowMs: number): void {
    const name = record.name.toLowerCase();
    if (record.type === 'PTR' && name === serviceType) {
      const key = record.data.toLowerCase();
      const untilMs = until(record.ttl, nowMs);
      const known = instances.get(key);
      if (untilMs <= nowMs) instances.delete(key);
      else if (known !== undefined) known.untilMs = untilMs;
      else if (instances.size < MAX_INSTANCES && key.endsWith(`.${serviceType}`)) {
        const label = record.data.slice(0, -serviceType.length - 1);
        instances.set(key, { label, untilMs, service: undefined });
      }
    } else if (record.type === 'SRV') {
      const instance = instances.get(name);
      const { target, port } = record.data;
      if (instance !== undefined && port > 0) instance.service = { target: target.toLowerCase(), port };
    } else if (record.type === 'A') {
      const addresses = hosts.get(name) ?? new Map<string, number>();
      if (hosts.size >= MAX_HOSTS && !hosts.has(name)) return;
      if (addresses.size >= MAX_ADDRESSES && !addresses.has(record.data)) return;
      addresses.set(record.data, until(record.ttl, nowMs));
      hosts.set(name, addresses);
    }
  }

  function expire(nowMs: number): void {
    for (const [key, { untilMs }] of instances) if (untilMs <= nowMs) instances.delete(key);
    for (const [name, addresses] of hosts) {
      for (const [address, untilMs] of addresses) if (untilMs <= nowMs) addresses.delete(address);
      if (addresses.size === 0) hosts.delete(name);
    }
  }

  function addressOf(target: string): string | undefined {
    const usable = [...(hosts.get(target)?.keys() ?? [])].filter(isUnicast);
    return usable.find((address) => isPrivateIpv4(parseIpv4(address) ?? 0)) ?? usable[0];
  }

  return {
    take(records, nowMs) {
      expire(nowMs);
      // What others build on first: the order of records in a response means nothing.
      for (const type of ['PTR', 'SRV', 'A']) {
        for (const record of records) if (record.type === type) takeOne(record, nowMs);
      }
    },
    rooms(nowMs) {
      expire(nowMs);
      const rooms: Room[] = [];
      for (const { label, service } of instances.values()) {
        const address = service === undefined ? undefined : addressOf(service.target);
        if (service === undefined || address === undefined) continue;
        rooms.push({ name: label, host: { address, port: service.port } });
      }
      return rooms.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    missing(nowMs) {
      expire(nowMs);
      const questions: Question[] = [];
      for (const [name, { service }] of instances) {
        if (service === undefined) questions.push({ name, type: 'SRV' });
        else if (addressOf(service.target) === undefined) questions.push({ name: service.target, type: 'A' });
      }
      return questions.slice(0, MAX_QUESTIONS);
    },
  };
}

function until(ttl: number | undefined, nowMs: number): number {
  return nowMs + 1000 * Math.min(ttl ?? 0, MAX_TTL_S);
}

function isUnicast(address: string): boolean {
  const network = (parseIpv4(address) ?? 0) >>> 24;
  return network !== 0 && network < 224;
}

/** What this machine announces: a room, or something else with a name and a port. */
export interface Announced {
  readonly name: string;
  /** The machine's own, without ".local". */
  readonly hostName: string;
  readonly port: number;
  /** IPv4 addresses of this machine. */
  readonly addresses: readonly string[];
}

/** All records of it; with `ttlS` 0 they take it back. */
export function ownRecords(
  { name, hostName, port, addresses }: Announced,
  ttlS: number,
  serviceType = ROOM_SERVICE,
): readonly Answer[] {
  const instance = `${label(name)}.${serviceType}`;
  const host = localName(label(hostName));
  return [
    { type: 'PTR', name: serviceType, ttl: ttlS, data: instance },
    { type: 'SRV', name: instance, ttl: ttlS, flush: true, data: { target: host, port, priority: 0, weight: 0 } },
    { type: 'TXT', name: instance, ttl: ttlS, flush: true, data: ['txtvers=1'] },
    ...addresses.map((data): Answer => ({ type: 'A', name: host, ttl: ttlS, flush: true, data })),
  ];
}

/** True if one of the questions is about it. */
export function concernsOwn(questions: readonly Question[], own: Announced, serviceType = ROOM_SERVICE): boolean {
  const names = new Set(ownRecords(own, 0, serviceType).map((record) => record.name.toLowerCase()));
  return questions.some((question) => names.has(question.name.toLowerCase()));
}

/** One label: its limit is in bytes, and the library would take a dot for the end of a label. */
function label(text: string): string {
  let cut = text.replaceAll('.', ' ').trim();
  while (Buffer.byteLength(cut) > MAX_LABEL_BYTES) cut = [...cut].slice(0, -1).join('');
  return cut;
}
