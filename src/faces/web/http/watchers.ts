/**
 * Everybody who watches, by server-sent events. State at once and at most 15 times a second, meters, servers and history
 * for those who have asked for them. Nothing is made while nobody watches, and a reader who does not keep up is dropped:
 * a browser comes back by itself and gets the whole state.
 */
import type { HistorySample, PageHistory, PageServers, PageState, StateEvent } from '../api/page-state.ts';
import { withoutPeople } from '../page-state-of.ts';
import { Audience } from './audience.ts';

export const PARTS = ['meters', 'servers', 'history'] as const;
export type Part = (typeof PARTS)[number];

/** Most watchers at a time. */
export const MAX_WATCHERS = 128;
/** Most watchers that are not paired, so that paired ones find room. */
export const MAX_STRANGERS = 16;
/** Interval between rounds of meters: 15 a second. */
const ROUND_MS = 1000 / 15;
const SECOND_MS = 1000;
/** Interval between signs of life. Pages take a box that sends nothing for 12 s for gone. */
const KEEP_ALIVE_MS = 5000;
/** A watcher with more than this to read is disconnected: it has gone, or its line is too slow. */
export const MAX_BUFFERED_BYTES = 512 * 1024;

/** What a ServerResponse is to this module. */
export interface Outlet {
  write(text: string): unknown;
  destroy(): unknown;
  readonly writableLength: number;
  readonly destroyed: boolean;
}

export interface WatcherSources {
  readonly state: () => PageState;
  readonly meters: () => readonly number[];
  readonly servers: () => PageServers;
  readonly history: () => readonly HistorySample[];
  readonly newestSample: () => HistorySample | undefined;
  readonly nowMs?: () => number;
}

export interface Watchers {
  isFull(isPaired: boolean): boolean;
  /** Not when it is full. Call `remove` when the connection has ended. */
  add(outlet: Outlet, isPaired: boolean, parts: ReadonlySet<Part>): void;
  remove(outlet: Outlet): void;
  /** The state may have changed. */
  changed(): void;
  /** Somebody has been forgotten: all have to show again who they are. */
  dropAll(): void;
  count(): number;
  close(): void;
}

interface Watcher {
  readonly isPaired: boolean;
  readonly parts: ReadonlySet<Part>;
}

export function createWatchers(sources: WatcherSources): Watchers {
  const { nowMs = () => performance.now() } = sources;
  const watchers = new Map<Outlet, Watcher>();
  const paired = new Audience();
  const strangers = new Audience();
  let round: NodeJS.Timeout | undefined;
  let seconds: NodeJS.Timeout | undefined;
  let keepAlive: NodeJS.Timeout | undefined;
  let roundAtMs = Number.NEGATIVE_INFINITY;
  let sentMeters = '';
  let sentServers = '';

  function send(outlet: Outlet, event: string, data: string): void {
    outlet.write(`event: ${event}\ndata: ${data}\n\n`);
    if (outlet.writableLength > MAX_BUFFERED_BYTES) drop(outlet);
  }

  function drop(outlet: Outlet): void {
    outlet.destroy();
    remove(outlet);
  }

  /** To those who are not behind: what is worth nothing later is not kept for later. */
  function tellPart(part: Part, event: string, data: string): void {
    for (const [outlet, watcher] of watchers) {
      if (watcher.isPaired && watcher.parts.has(part) && outlet.writableLength === 0) send(outlet, event, data);
    }
  }

  function has(part: Part): boolean {
    for (const watcher of watchers.values()) if (watcher.isPaired && watcher.parts.has(part)) return true;
    return false;
  }

  function count(isPaired: boolean): number {
    let total = 0;
    for (const watcher of watchers.values()) if (watcher.isPaired === isPaired) total += 1;
    return total;
  }

  function tellState(): void {
    const state = sources.state();
    const now = nowMs();
    const audiences = [
      { isPaired: true, data: paired.change(state, now) },
      { isPaired: false, data: count(false) === 0 ? null : strangers.change(withoutPeople(state), now) },
    ];
    for (const { isPaired, data } of audiences) {
      if (data === null) continue;
      for (const [outlet, watcher] of watchers) if (watcher.isPaired === isPaired) send(outlet, 'state', data);
    }
  }

  function tellMeters(): void {
    if (!has('meters')) return;
    const meters = JSON.stringify(sources.meters());
    if (meters === sentMeters) return;
    sentMeters = meters;
    tellPart('meters', 'meters', meters);
  }

  function tellServers(): void {
    if (!has('servers')) return;
    const servers = JSON.stringify(sources.servers());
    if (servers === sentServers) return;
    sentServers = servers;
    tellPart('servers', 'servers', servers);
  }

  function tellHistory(): void {
    const sample = has('history') ? sources.newestSample() : undefined;
    if (sample !== undefined) tellPart('history', 'history', historyData(false, [sample]));
  }

  function everySecond(): void {
    tellServers();
    tellHistory();
  }

  function doRound(): void {
    clearTimeout(round);
    round = undefined;
    roundAtMs = nowMs();
    tellState();
    tellMeters();
  }

  function stop(): void {
    clearTimeout(round);
    clearInterval(seconds);
    clearInterval(keepAlive);
    round = undefined;
    paired.clear();
    strangers.clear();
    sentMeters = '';
    sentServers = '';
  }

  function start(): void {
    seconds = setInterval(everySecond, SECOND_MS);
    keepAlive = setInterval(() => {
      const nothing = JSON.stringify({ nowMs: Math.round(nowMs()), set: {} } satisfies StateEvent);
      for (const outlet of watchers.keys()) if (outlet.writableLength === 0) send(outlet, 'state', nothing);
    }, KEEP_ALIVE_MS);
  }

  function welcome(outlet: Outlet, { isPaired, parts }: Watcher): void {
    // Those who are there already get what has changed; the newcomer gets everything.
    doRound();
    if (watchers.size === 0) start();
    watchers.set(outlet, { isPaired, parts });
    const state = sources.state();
    const audience = isPaired ? paired : strangers;
    audience.change(isPaired ? state : withoutPeople(state), nowMs());
    send(outlet, 'state', audience.whole(nowMs()));
    if (!isPaired) return;
    if (parts.has('meters')) send(outlet, 'meters', JSON.stringify(sources.meters()));
    if (parts.has('servers')) send(outlet, 'servers', JSON.stringify(sources.servers()));
    if (parts.has('history')) send(outlet, 'history', historyData(true, sources.history()));
  }

  function remove(outlet: Outlet): void {
    if (watchers.delete(outlet) && watchers.size === 0) stop();
  }

  return {
    isFull: (isPaired) => watchers.size >= MAX_WATCHERS || (!isPaired && count(false) >= MAX_STRANGERS),
    add: (outlet, isPaired, parts) => welcome(outlet, { isPaired, parts }),
    remove,
    changed() {
      if (watchers.size === 0 || round !== undefined) return;
      round = setTimeout(doRound, Math.max(0, roundAtMs + ROUND_MS - nowMs()));
    },
    dropAll() {
      for (const outlet of [...watchers.keys()]) drop(outlet);
    },
    count: () => watchers.size,
    close() {
      for (const outlet of [...watchers.keys()]) drop(outlet);
      stop();
    },
  };
}

function historyData(first: boolean, samples: readonly HistorySample[]): string {
  return JSON.stringify({ first, samples } satisfies {
    first: boolean;
    samples: readonly PageHistory['samples'][number][];
  });
}
