/**
 * Being a directory (sessions.md §10.3) as a deterministic state machine: registrations, lists, hole punching, expiry.
 * Holds what servers registered, in memory only, and nothing of those who ask (privacy.md D1, D2).
 */
import { MAX_LISTED_SERVERS } from '../../jamulus/directory-list.ts';
import type { RegistrationResult } from '../../jamulus/enumerations.ts';
import { formatIpv4, isPrivateIpv4, parseIpv4 } from '../../jamulus/ipv4.ts';
import { messageDatagram } from '../../jamulus/messages/message.ts';
import type { ServerRegistration } from '../../jamulus/messages/server-registration.ts';
import { versionAtLeast } from '../../jamulus/version.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import type { DirectoryMessage } from '../session/room-session-types.ts';
import { createListCache, type DirectoryEntry, newEntry, type OwnEntry } from './directory-entries.ts';
import { type Ipv4Peer, ipv4OfPeer, isUnicast, peerOfIpv4 } from './ipv4-peer.ts';
import { createListLimit } from './list-limit.ts';

/** An entry is forgotten this long after its last registration; and the interval between looks for such entries. */
const EXPIRY_MS = 33 * 60_000;
const EXPIRY_CHECK_MS = 60_000;
/** Interval between datagrams to the listed servers that keep the way through address translation open. */
const KEEP_ALIVE_MS = 59_000;
/** Of one address: a house may have many, but none the whole list. */
const MAX_SERVERS_PER_ADDRESS = 50;
/** What an entry costs on the wire: its place in both lists, and the datagram that opens the path. */
const BYTES_PER_ENTRY = 120;

export interface DirectorySettings {
  readonly own: OwnEntry;
  /** The directory's own IPv4 address in its network, a dotted quad; '' = not known. */
  readonly ownAddress: string;
  /** Servers below it are refused, also those that tell no version; '' = everybody. */
  readonly minVersion: string;
  /** Dotted quads; if there are any, nobody else may register. */
  readonly whiteList: readonly string[];
}

export interface DirectorySend {
  readonly peer: PeerAddress;
  readonly datagram: Uint8Array;
}

export interface DirectoryCounters {
  /** Lists not given because of the rate. */
  readonly limited: number;
  /** Messages that a directory has no use for, and those of IPv6 peers. */
  readonly ignored: number;
  readonly refused: number;
}

/** `nowMs` is a clock of any origin that does not run backwards; methods return what is to be sent now, in order. */
export interface Directory {
  receive(peer: PeerAddress, message: DirectoryMessage, nowMs: number): readonly DirectorySend[];
  tick(nowMs: number): readonly DirectorySend[];
  nextTickMs(): number;
  configure(settings: DirectorySettings): void;
  /** What is registered; the directory itself is not among them. */
  entries(): readonly DirectoryEntry[];
  counters(): DirectoryCounters;
}

export function createDirectory(initial: DirectorySettings, startMs: number): Directory {
  let settings = initial;
  /** By external address and port. */
  const entries = new Map<string, DirectoryEntry>();
  const limit = createListLimit();
  const lists = createListCache(() => settings.own);
  const counted = { limited: 0, ignored: 0, refused: 0 };
  let expiryMs = startMs + EXPIRY_CHECK_MS;
  let keepAliveMs = startMs + KEEP_ALIVE_MS;

  /** What becomes of a registration; only 'registered' changes the list. */
  function register(
    from: Ipv4Peer,
    registration: ServerRegistration,
    version: string,
    nowMs: number,
  ): RegistrationResult {
    const { minVersion, whiteList } = settings;
    if (minVersion !== '' && !versionAtLeast(version, minVersion)) return 'version-too-old';
    if (whiteList.length > 0 && !whiteList.some((ip) => parseIpv4(ip) === from.ip)) return 'requirements-not-met';
    const key = keyOf(from);
    if (!entries.has(key)) {
      // The directory itself is one of those that a list may hold.
      if (entries.size >= MAX_LISTED_SERVERS - 1) return 'list-full';
      const neighbours = [...entries.values()].filter(({ external }) => external.ip === from.ip).length;
      if (neighbours >= MAX_SERVERS_PER_ADDRESS) return 'list-full';
    }
    entries.set(key, newEntry(from, registration, nowMs));
    lists.clear();
    return 'registered';
  }

  function answerRegistration(peer: PeerAddress, result: RegistrationResult): readonly DirectorySend[] {
    if (result !== 'registered') counted.refused++;
    return [{ peer, datagram: messageDatagram({ type: 'CLM_REGISTER_SERVER_RESP', result }) }];
  }

  function giveLists(peer: PeerAddress, client: Ipv4Peer, nowMs: number): readonly DirectorySend[] {
    if (!limit.allows(client.ip, (entries.size + 1) * BYTES_PER_ENTRY, nowMs)) {
      counted.limited++;
      return [];
    }
    const all = [...entries.values()];
    return [...punchHoles(all, client), ...lists.of(client, all).map((datagram) => ({ peer, datagram }))];
  }

  /** Each server that is beyond a router is to open its router's path for the client. */
  function punchHoles(all: readonly DirectoryEntry[], client: Ipv4Peer): readonly DirectorySend[] {
    const ownIp = parseIpv4(settings.ownAddress);
    const isNeighbour = isPrivateIpv4(client.ip) && ownIp !== undefined && !isPrivateIpv4(ownIp);
    const address = formatIpv4(isNeighbour ? ownIp : client.ip);
    const datagram = messageDatagram({ type: 'CLM_SEND_EMPTY_MESSAGE', address, port: client.port });
    return all
      .filter(({ external }) => !isPrivateIpv4(external.ip))
      .map(({ external }) => ({ peer: peerOfIpv4(external), datagram }));
  }

  return {
    receive(peer, message, nowMs) {
      const from = ipv4OfPeer(peer);
      if (from === undefined || !isUnicast(from)) {
        counted.ignored++;
        return [];
      }
      switch (message.type) {
        case 'CLM_REGISTER_SERVER':
          return answerRegistration(peer, register(from, message.registration, '', nowMs));
        case 'CLM_REGISTER_SERVER_EX':
          return answerRegistration(peer, register(from, message.registration, message.version, nowMs));
        case 'CLM_UNREGISTER_SERVER':
          entries.delete(keyOf(from));
          lists.clear();
          return [];
        case 'CLM_REQ_SERVER_LIST':
          return giveLists(peer, from, nowMs);
        default:
          counted.ignored++;
          return [];
      }
    },
    tick(nowMs) {
      if (nowMs >= expiryMs) {
        expiryMs = nowMs + EXPIRY_CHECK_MS;
        for (const [key, { registeredMs }] of entries) if (nowMs > registeredMs + EXPIRY_MS) entries.delete(key);
        lists.clear();
      }
      if (nowMs < keepAliveMs) return [];
      keepAliveMs = nowMs + KEEP_ALIVE_MS;
      const datagram = messageDatagram({ type: 'CLM_EMPTY_MESSAGE' });
      return [...entries.values()].map(({ external }) => ({ peer: peerOfIpv4(external), datagram }));
    },
    nextTickMs: () => (entries.size === 0 ? Number.POSITIVE_INFINITY : Math.min(expiryMs, keepAliveMs)),
    configure(changed) {
      settings = changed;
      lists.clear();
    },
    entries: () => [...entries.values()],
    counters: () => ({ ...counted }),
  };
}

function keyOf({ ip, port }: Ipv4Peer): string {
  return `${ip}:${port}`;
}
