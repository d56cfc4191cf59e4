/** What a directory holds of each server, and how a client sees it (sessions.md §10.3). */
import { MAX_BODY_BYTES } from '../../jamulus/frame.ts';
import { formatIpv4, isPrivateIpv4, parseIpv4 } from '../../jamulus/ipv4.ts';
import type { ListedServer } from '../../jamulus/messages/clm-server-list.ts';
import { encodeMessage, type Message, messageDatagram } from '../../jamulus/messages/message.ts';
import type { ServerRegistration } from '../../jamulus/messages/server-registration.ts';
import type { Ipv4Peer } from './ipv4-peer.ts';

/** What the directory says of itself, as its first entry. */
export interface OwnEntry {
  readonly name: string;
  readonly city: string;
  readonly countryCode: number;
  readonly maxClients: number;
}

export interface DirectoryEntry extends OwnEntry {
  /** Where the registration came from. */
  readonly external: Ipv4Peer;
  /** What the server says of its address in its own network. */
  readonly internal: Ipv4Peer;
  readonly permanent: boolean;
  readonly registeredMs: number;
}

/** 127.0.0.1, for a server that does not know its own address. */
const LOOPBACK = 0x7f000001;

export function newEntry(external: Ipv4Peer, registration: ServerRegistration, nowMs: number): DirectoryEntry {
  const { name, city, countryCode, maxClients, permanent, internalAddress, internalPort } = registration;
  const internal = { ip: parseIpv4(internalAddress) ?? LOOPBACK, port: internalPort };
  return { external, internal, name, city, countryCode, maxClients, permanent, registeredMs: nowMs };
}

/** The address of the server that this client can reach. */
export function addressFor({ external, internal }: DirectoryEntry, client: Ipv4Peer): Ipv4Peer {
  if (isPrivateIpv4(external.ip)) return isPrivateIpv4(client.ip) ? external : internal;
  return client.ip === external.ip ? internal : external;
}

/** The reduced and the full list, each in one datagram; what does not fit is left out. */
function listDatagrams(
  own: OwnEntry,
  entries: readonly DirectoryEntry[],
  client: Ipv4Peer,
): readonly [reduced: Uint8Array, full: Uint8Array] {
  const servers: ListedServer[] = [
    { ...own, permanent: true, address: '0.0.0.0', port: 0 },
    ...entries.map((entry) => {
      const { ip, port } = addressFor(entry, client);
      const { name, city, countryCode, maxClients, permanent } = entry;
      return { name, city, countryCode, maxClients, permanent, address: formatIpv4(ip), port };
    }),
  ];
  const reduced = fitting(
    (count) => ({ type: 'CLM_RED_SERVER_LIST', servers: servers.slice(0, count) }),
    servers.length,
  );
  const full = fitting((count) => ({ type: 'CLM_SERVER_LIST', servers: servers.slice(0, count) }), servers.length);
  return [reduced, full];
}

/** The list with as many servers as fit into one datagram: only long names in wide scripts can be too long. */
function fitting(list: (count: number) => Message, wanted: number): Uint8Array {
  let count = wanted;
  while (encodeMessage(list(count)).body.length > MAX_BODY_BYTES) count--;
  return messageDatagram(list(count));
}

export interface ListCache {
  /** Both lists for this client; `entries` must be the same until clear(). */
  of(client: Ipv4Peer, entries: readonly DirectoryEntry[]): readonly [reduced: Uint8Array, full: Uint8Array];
  clear(): void;
}

/**
 * Lists take a millisecond to write, and anybody may ask. All clients on private addresses get the same, and all on public
 * ones but those behind the same router as a server.
 */
export function createListCache(own: () => OwnEntry): ListCache {
  const kept = new Map<'private' | 'public', readonly [Uint8Array, Uint8Array]>();
  return {
    of(client, entries) {
      if (entries.some(({ external }) => external.ip === client.ip)) return listDatagrams(own(), entries, client);
      const kind = isPrivateIpv4(client.ip) ? 'private' : 'public';
      const lists = kept.get(kind) ?? listDatagrams(own(), entries, client);
      kept.set(kind, lists);
      return lists;
    },
    clear: () => kept.clear(),
  };
}
