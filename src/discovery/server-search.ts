/**
 * The search for servers put to work: looks up names, runs the query's timers, starts and stops mDNS and probing, and
 * tells the box. Its datagrams go through the box's one socket, as the directories' hole punching needs it.
 */
import type { networkInterfaces } from 'node:os';
import type { Asking, Room, ServerSearchEvent } from '../box/servers/state.ts';
import { createDirectoryQuery } from '../jamulus/directory-query.ts';
import type { DirectoryCounters, DirectoryOutput, HostPort } from '../jamulus/directory-types.ts';
import { parseServerAddress, type ServerAddress } from '../jamulus/server-address.ts';
import { probeTargets } from './lan-targets.ts';
import { canonicalHost } from './peer-host.ts';

export interface ServerSearchOptions {
  readonly send: (to: HostPort, datagram: Uint8Array) => void;
  /** Directories have IPv4 addresses only (sessions.md §1). */
  readonly resolve: (address: ServerAddress, ipv4Only: boolean) => Promise<HostPort | { readonly error: string }>;
  readonly onEvent: (event: ServerSearchEvent) => void;
  /** Begins to listen to mDNS (lan-rooms.ts). */
  readonly startRooms: (onRooms: (rooms: readonly Room[]) => void) => { readonly stop: () => void };
  readonly interfaces: typeof networkInterfaces;
}

export interface ServerSearch {
  /** Asks these and nobody else; call it again with every change of what is looked at. */
  open(asking: Asking): void;
  /** Asks the directories for new lists, and probes again. */
  refresh(): void;
  networkUp(up: boolean): void;
  /** Every connectionless message that arrives, also one from the server that the box plays on. */
  receive(datagram: Uint8Array, from: HostPort): void;
  /** Nothing more is sent. */
  close(): void;
  counters(): DirectoryCounters;
}

const NOBODY: Asking = { directories: [], addresses: [], localNetwork: false };

export function createServerSearch(options: ServerSearchOptions): ServerSearch {
  const { onEvent } = options;
  const query = createDirectoryQuery();
  const directories = new Map<string, HostPort>();
  const hosts = new Map<string, HostPort>();
  let wanted = NOBODY;
  /** Counts openings after a close: what was looked up for an earlier one no longer matters. */
  let opening = 0;
  let rooms: { readonly stop: () => void } | undefined;
  let timer: NodeJS.Timeout | undefined;

  function execute(outputs: readonly DirectoryOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'send') options.send(output.to, output.datagram);
      else onEvent(output.event);
    }
    clearTimeout(timer);
    const nextMs = query.nextTickMs();
    if (nextMs === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(() => execute(query.tick(performance.now())), Math.max(0, nextMs - performance.now()));
  }

  function ask(): void {
    const targets = wanted.directories.flatMap((id) => {
      const host = directories.get(id);
      return host === undefined ? [] : [{ id, host }];
    });
    execute(query.ask(targets, performance.now()));
  }

  function watch(): void {
    const known = wanted.addresses.flatMap((address) => hosts.get(address) ?? []);
    execute(query.watch(known, performance.now()));
  }

  /** Undefined if there is no such host, or nobody waits for the answer any more. */
  async function lookUp(text: string, ipv4Only: boolean): Promise<HostPort | 'none' | 'late'> {
    const begun = opening;
    const parsed = parseServerAddress(text);
    const answer = parsed.ok ? await options.resolve(parsed.address, ipv4Only) : { error: parsed.error };
    if (begun !== opening) return 'late';
    return 'error' in answer ? 'none' : { address: canonicalHost(answer.address), port: answer.port };
  }

  async function findDirectory(id: string): Promise<void> {
    const host = await lookUp(id, true);
    if (host === 'late') return;
    if (host === 'none') {
      onEvent({ type: 'directoryUnresolved', directoryId: id });
      return;
    }
    directories.set(id, host);
    ask();
  }

  async function findServer(address: string): Promise<void> {
    const host = await lookUp(address, false);
    if (host === 'late' || host === 'none') return;
    hosts.set(address, host);
    onEvent({ type: 'addressResolved', address, host });
    watch();
  }

  function findDirectories(ids: readonly string[]): void {
    if (ids.length > 0) onEvent({ type: 'asking', directories: ids });
    for (const id of ids) if (!directories.has(id)) void findDirectory(id);
  }

  function probe(): void {
    onEvent({ type: 'probing' });
    execute(query.probe(probeTargets(options.interfaces()), performance.now()));
  }

  return {
    open(asking) {
      const before = wanted;
      wanted = asking;
      findDirectories(asking.directories.filter((id) => !before.directories.includes(id)));
      for (const address of asking.addresses) {
        if (!before.addresses.includes(address) && !hosts.has(address)) void findServer(address);
      }
      ask();
      watch();
      if (asking.localNetwork && rooms === undefined) {
        rooms = options.startRooms((found) => onEvent({ type: 'rooms', rooms: found }));
        probe();
      } else if (!asking.localNetwork && rooms !== undefined) {
        rooms.stop();
        rooms = undefined;
        execute(query.probe([], performance.now()));
      }
    },
    refresh() {
      findDirectories(wanted.directories);
      execute(query.refresh(performance.now()));
      if (wanted.localNetwork) probe();
    },
    networkUp: (up) => execute(query.networkUp(up, performance.now())),
    receive: (datagram, from) => execute(query.receive(datagram, from, performance.now())),
    close() {
      opening += 1;
      wanted = NOBODY;
      directories.clear();
      hosts.clear();
      rooms?.stop();
      rooms = undefined;
      query.stop();
      clearTimeout(timer);
      onEvent({ type: 'closed' });
    },
    counters: () => query.counters(),
  };
}
