/** The list dialogue with one directory (sessions.md §10.4, steps 1 to 3): asking until the full list is there. */
import type { FoundServer, HostPort } from './directory-types.ts';
import { parseIpv4 } from './ipv4.ts';
import type { ClmRedServerList } from './messages/clm-red-server-list.ts';
import type { ClmServerList } from './messages/clm-server-list.ts';

/** What a directory may list, itself included (sessions.md §10.3). */
export const MAX_LISTED_SERVERS = 150;
const REQUEST_INTERVAL_MS = 2000;
/** Five requests without any list: a router drops them, or nobody is there. */
const SILENCE_MS = 10_000;

export interface ListDialogue {
  /** The caller's names for this directory: two names may lead to one address. */
  readonly ids: readonly string[];
  readonly host: HostPort;
  readonly completeness: 'none' | 'reduced' | 'full';
  /** Of the newest list; survives a new time of asking until the next list. */
  readonly servers: readonly FoundServer[];
  readonly nextRequestMs: number;
  /** When the silence is told; Infinity when it has been, or a list has come. */
  readonly silentMs: number;
}

export function newDialogue(ids: readonly string[], host: HostPort, nowMs: number): ListDialogue {
  return askAgain({ ids, host, completeness: 'none', servers: [], nextRequestMs: 0, silentMs: 0 }, nowMs);
}

/** Begins anew; the servers of the last list stay until the next one. */
export function askAgain(dialogue: ListDialogue, nowMs: number): ListDialogue {
  return { ...dialogue, completeness: 'none', nextRequestMs: nowMs, silentMs: nowMs + SILENCE_MS };
}

/** After a request has been sent. */
export function requested(dialogue: ListDialogue, nowMs: number): ListDialogue {
  return { ...dialogue, nextRequestMs: nowMs + REQUEST_INTERVAL_MS };
}

export function silenceReported(dialogue: ListDialogue): ListDialogue {
  return { ...dialogue, silentMs: Number.POSITIVE_INFINITY };
}

/**
 * The dialogue after a list that came from the directory's address; undefined if the list is not wanted: a second
 * reduced one, anything after the full one, or an empty one (a directory always lists itself).
 */
export function takeList(
  dialogue: ListDialogue,
  list: ClmServerList | ClmRedServerList,
  from: HostPort,
): ListDialogue | undefined {
  if (list.servers.length === 0 || dialogue.completeness === 'full') return undefined;
  const silentMs = Number.POSITIVE_INFINITY;
  if (list.type === 'CLM_SERVER_LIST') {
    const servers = usable(list.servers, from);
    return { ...dialogue, completeness: 'full', servers, nextRequestMs: Number.POSITIVE_INFINITY, silentMs };
  }
  if (dialogue.completeness === 'reduced') return undefined;
  const unknown = { city: '', countryCode: 0, maxClients: 0, permanent: false };
  const servers = usable(
    list.servers.map((server) => ({ ...unknown, ...server })),
    from,
  );
  return { ...dialogue, completeness: 'reduced', servers, silentMs };
}

/** The first entry is the directory itself, at the address the list came from. */
function usable(entries: readonly FoundServer[], from: HostPort): readonly FoundServer[] {
  return entries
    .slice(0, MAX_LISTED_SERVERS)
    .map((entry, index) => (index === 0 ? { ...entry, address: from.address, port: from.port } : entry))
    .filter((entry, index) => index === 0 || canBeServer(entry, from.address));
}

/**
 * False for what no list should hold: no port, 0.x, multicast and above, and this very machine (a directory stores
 * 127.0.0.1 for a server that does not know its own address), unless the directory is on this machine too. Private
 * addresses stay: a directory gives them to a client behind the same router as the server (sessions.md §10.3).
 */
function canBeServer({ address, port }: HostPort, directoryAddress: string): boolean {
  const value = parseIpv4(address) ?? 0;
  const network = value >>> 24;
  if (port === 0 || network === 0 || network >= 224) return false;
  return network !== 127 || (parseIpv4(directoryAddress) ?? 0) >>> 24 === 127;
}
