/** What goes into and comes out of the search for servers (sessions.md §10.4): addresses, lists, reports, events. */
import type { OperatingSystem } from './enumerations.ts';
import type { ClientInfo } from './messages/client-info.ts';

/** Where a datagram goes to or comes from: a dotted quad, or IPv6 in its canonical form, without brackets. */
export interface HostPort {
  readonly address: string;
  readonly port: number;
}

/** The name of a host and port wherever one is needed; parseServerAddress takes it. */
export function hostKey({ address, port }: HostPort): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** A directory to ask. */
export interface DirectoryTarget {
  /** The caller's name for it, e.g. the address as configured. */
  readonly id: string;
  /** IPv4: directories have nothing else. */
  readonly host: HostPort;
}

/** An entry of a directory's list; text is as the directory sent it. */
export interface FoundServer extends HostPort {
  readonly name: string;
  readonly city: string;
  /** Qt 5 country number, 0 = none or not known. */
  readonly countryCode: number;
  /** 0 = not known. */
  readonly maxClients: number;
  /** Registered for 48 h or more. */
  readonly permanent: boolean;
}

/** What a server has said about itself; null = nothing yet. */
export interface ServerReport {
  /** hostKey of the server. */
  readonly key: string;
  /** False after four pings in a row without an answer. */
  readonly reachable: boolean | null;
  /** The best so far, whole milliseconds. */
  readonly pingMs: number | null;
  readonly players: number | null;
  /** Follows `players` as soon as the server has answered; at most 150. */
  readonly people: readonly ClientInfo[];
  readonly version: { readonly text: string; readonly os: OperatingSystem } | null;
  /** Sum of FEATURE bits; null for servers before 4.0.0 too. */
  readonly features: number | null;
  /** Untrusted HTML, at most 1800 UTF-16 units; '' = none. */
  readonly welcome: string | null;
}

export type DirectoryEvent =
  /** The whole list of a directory, at most 150; 'reduced' has names and addresses only, and 'full' may still follow. */
  | {
      readonly type: 'list';
      readonly directoryId: string;
      readonly completeness: 'reduced' | 'full';
      readonly servers: readonly FoundServer[];
    }
  /** No list for 10 s. Given once for each time of asking; the asking goes on. */
  | { readonly type: 'directorySilent'; readonly directoryId: string }
  /** All that is known of a server, after each change. */
  | { readonly type: 'report'; readonly report: ServerReport }
  /** A probed address has answered: it is a server. Reports follow. */
  | { readonly type: 'found'; readonly host: HostPort }
  /** Every address to probe has been asked, and had a second to answer. */
  | { readonly type: 'probed' };

/** What the caller must do, in this order. */
export type DirectoryOutput =
  | { readonly type: 'send'; readonly to: HostPort; readonly datagram: Uint8Array }
  | { readonly type: 'event'; readonly event: DirectoryEvent };

/** What was refused since the object was made. */
export interface DirectoryCounters {
  readonly notMessages: number;
  /** Messages with an unknown ID or a body that breaks a rule. */
  readonly rejected: number;
  /** Well-formed messages that nobody asked for. */
  readonly ignored: number;
}

/**
 * The search for servers. Every `nowMs` is a millisecond clock of any origin that does not run backwards; each method
 * returns what the caller must do now.
 */
export interface DirectoryQuery {
  counters(): DirectoryCounters;
  /** Asks these directories and no others; one that is being asked already goes on as it was. */
  ask(directories: readonly DirectoryTarget[], nowMs: number): readonly DirectoryOutput[];
  /** Asks all directories for a new list; the old one stands until it comes. */
  refresh(nowMs: number): readonly DirectoryOutput[];
  /** Observes these servers (favourites, rooms) besides those of lists and probes. Sends nothing to any directory. */
  watch(hosts: readonly HostPort[], nowMs: number): readonly DirectoryOutput[];
  /** Asks each IPv4 address once whether a server listens on port 22124 there; at most 50 a second, 1024 addresses. */
  probe(addresses: readonly string[], nowMs: number): readonly DirectoryOutput[];
  /** While the network is down nothing is sent and no directory counts as silent. */
  networkUp(up: boolean, nowMs: number): readonly DirectoryOutput[];
  /** Any connectionless message, whoever sent it. */
  receive(datagram: Uint8Array, from: HostPort, nowMs: number): readonly DirectoryOutput[];
  /** Call when nextTickMs() is reached; calling more often is harmless. */
  tick(nowMs: number): readonly DirectoryOutput[];
  /** The time at which tick() has something to do; Infinity = never. */
  nextTickMs(): number;
  /** Forgets everything; nothing more is sent. */
  stop(): void;
}
