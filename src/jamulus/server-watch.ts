/**
 * Servers under observation (sessions.md §10.4, steps 4 and 5): pings with client counts, who is on, version; features
 * and welcome text of the newer ones. One server at a time, 11 ms apart.
 */
import { type HostPort, hostKey, type ServerReport } from './directory-types.ts';
import { operatingSystem } from './enumerations.ts';
import { MAX_CHANNELS } from './limits.ts';
import { FEATURE } from './messages/clm-server-features.ts';
import type { Message } from './messages/message.ts';
import { versionAtLeast } from './version.ts';

/** Seven public directories at their limit; beyond it, servers are not observed. */
export const MAX_WATCHED_SERVERS = 1050;
const PING_INTERVAL_MS = 2500;
/** Shortest pause between the pings of two servers. */
const PAUSE_MS = 11;
/** Pings without an answer after which a server counts as unreachable. */
const MISSED_PINGS = 4;
/** How often a server is asked for something that it does not answer. */
const ATTEMPTS = 5;
/** Recording may be switched on at any time: every fourth reply, the features are asked for again. */
const REPLIES_A_FEATURE_REQUEST = 4;
/** Development versions of 4.0.0 call themselves 3.12.4dev. */
const FEATURES_SINCE = '3.12.4';

interface Watched {
  readonly host: HostPort;
  report: ServerReport;
  nextPingMs: number;
  /** The ping that has not been answered yet. */
  openPing: { readonly sentMs: number; readonly timeMs: number } | undefined;
  missed: number;
  replies: number;
  /** Requests without an answer. */
  readonly asked: { version: number; people: number; features: number; welcome: number };
}

export interface ServerWatch {
  /** Observes these and no others, the first MAX_WATCHED_SERVERS of them. */
  want(hosts: Iterable<HostPort>, nowMs: number): void;
  /** False if nobody asked for it. */
  receive(message: Message, from: HostPort, nowMs: number): boolean;
  tick(nowMs: number): void;
  nextTickMs(): number;
}

export interface ServerWatchSink {
  readonly send: (to: HostPort, message: Message) => void;
  readonly report: (report: ServerReport) => void;
}

export function createServerWatch(sink: ServerWatchSink): ServerWatch {
  let watched = new Map<string, Watched>();
  let nextSlotMs = Number.NEGATIVE_INFINITY;

  function want(hosts: Iterable<HostPort>, nowMs: number): void {
    const next = new Map<string, Watched>();
    for (const host of hosts) {
      if (next.size >= MAX_WATCHED_SERVERS) break;
      const key = hostKey(host);
      next.set(key, watched.get(key) ?? newWatched(key, host, nowMs));
    }
    watched = next;
  }

  function receive(message: Message, from: HostPort, nowMs: number): boolean {
    const server = watched.get(hostKey(from));
    return server !== undefined && take(server, message, nowMs, sink);
  }

  function tick(nowMs: number): void {
    if (nowMs < nextSlotMs) return;
    const server = mostOverdue(watched.values());
    if (server === undefined || server.nextPingMs > nowMs) return;
    nextSlotMs = nowMs + PAUSE_MS;
    ping(server, nowMs, sink);
  }

  return {
    want,
    receive,
    tick,
    nextTickMs: () => Math.max(nextSlotMs, mostOverdue(watched.values())?.nextPingMs ?? Number.POSITIVE_INFINITY),
  };
}

function newWatched(key: string, host: HostPort, nowMs: number): Watched {
  return {
    host,
    report: {
      key,
      reachable: null,
      pingMs: null,
      players: null,
      people: [],
      version: null,
      features: null,
      welcome: null,
    },
    nextPingMs: nowMs,
    openPing: undefined,
    missed: 0,
    replies: 0,
    asked: { version: 0, people: 0, features: 0, welcome: 0 },
  };
}

function mostOverdue(servers: Iterable<Watched>): Watched | undefined {
  let first: Watched | undefined;
  for (const server of servers) if (first === undefined || server.nextPingMs < first.nextPingMs) first = server;
  return first;
}

function ping(server: Watched, nowMs: number, sink: ServerWatchSink): void {
  if (server.openPing !== undefined) {
    server.missed += 1;
    if (server.missed === MISSED_PINGS) change(server, { reachable: false }, sink);
  }
  server.nextPingMs = nowMs + PING_INTERVAL_MS;
  server.openPing = { sentMs: nowMs, timeMs: Math.trunc(nowMs) >>> 0 };
  sink.send(server.host, { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs: server.openPing.timeMs, clients: 0 });
}

function change(server: Watched, change: Partial<ServerReport>, sink: ServerWatchSink): void {
  server.report = { ...server.report, ...change };
  sink.report(server.report);
}

function take(server: Watched, message: Message, nowMs: number, sink: ServerWatchSink): boolean {
  const { asked, report } = server;
  switch (message.type) {
    case 'CLM_PING_MS_WITHNUMCLIENTS':
      return takePing(server, message.timeMs, message.clients, nowMs, sink);
    case 'CLM_CONN_CLIENTS_LIST':
      if (asked.people === 0 || message.clients.length > MAX_CHANNELS) return false;
      asked.people = 0;
      change(server, { people: message.clients }, sink);
      return true;
    case 'CLM_VERSION_AND_OS':
      if (asked.version === 0 || report.version !== null) return false;
      change(server, { version: { text: message.version, os: operatingSystem(message.os) } }, sink);
      askFeatures(server, sink);
      return true;
    case 'CLM_SERVER_FEATURES':
      if (asked.features === 0) return false;
      asked.features = 0;
      if (message.features !== report.features) change(server, { features: message.features }, sink);
      askWelcome(server, sink);
      return true;
    case 'CLM_WELCOME_MESSAGE':
      if (asked.welcome === 0 || report.welcome !== null) return false;
      change(server, { welcome: message.text }, sink);
      return true;
    default:
      return false;
  }
}

function takePing(server: Watched, timeMs: number, players: number, nowMs: number, sink: ServerWatchSink): boolean {
  const { openPing, report } = server;
  // Also keeps out replies to a ping before the last, which would count as better than they are.
  if (openPing === undefined || openPing.timeMs !== timeMs) return false;
  server.openPing = undefined;
  server.missed = 0;
  server.replies += 1;
  const pingMs = Math.min(report.pingMs ?? Number.POSITIVE_INFINITY, Math.max(0, Math.round(nowMs - openPing.sentMs)));
  if (report.reachable !== true || report.pingMs !== pingMs || report.players !== players) {
    const people = players === 0 ? [] : report.people;
    change(server, { reachable: true, pingMs, players, people }, sink);
  }
  askFurther(server, sink);
  return true;
}

/** What is still to be learnt from a server that has just answered; at most one request of a kind for each answer. */
function askFurther(server: Watched, sink: ServerWatchSink): void {
  const { host, report, asked, replies } = server;
  if (report.players !== report.people.length) {
    asked.people += 1;
    sink.send(host, { type: 'CLM_REQ_CONN_CLIENTS_LIST' });
  }
  if (report.version === null) {
    if (asked.version >= ATTEMPTS) return;
    asked.version += 1;
    sink.send(host, { type: 'CLM_REQ_VERSION_AND_OS' });
  } else if (report.features === null || replies % REPLIES_A_FEATURE_REQUEST === 0) {
    askFeatures(server, sink);
  } else {
    askWelcome(server, sink);
  }
}

function askFeatures({ host, report, asked }: Watched, sink: ServerWatchSink): void {
  if (report.version === null || !versionAtLeast(report.version.text, FEATURES_SINCE)) return;
  if (asked.features >= ATTEMPTS) return;
  asked.features += 1;
  sink.send(host, { type: 'CLM_REQ_SERVER_FEATURES' });
}

function askWelcome({ host, report, asked }: Watched, sink: ServerWatchSink): void {
  const hasOne = ((report.features ?? 0) & FEATURE.welcomeMessage) !== 0;
  if (!hasOne || report.welcome !== null || asked.welcome >= ATTEMPTS) return;
  asked.welcome += 1;
  sink.send(host, { type: 'CLM_REQ_WELCOME_MESSAGE' });
}
