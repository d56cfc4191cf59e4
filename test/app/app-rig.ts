/** A box in a temporary folder with a fake clock: the real store, runners and search; no wire, no sound. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, vi } from 'vitest';
import { runAccess } from '../../src/app/access.ts';
import type { CardSelection } from '../../src/app/card-selection.ts';
import { runCards } from '../../src/app/cards.ts';
import { openListStore } from '../../src/app/list-store.ts';
import { runMemory } from '../../src/app/memory.ts';
import type { PhoneAccess } from '../../src/app/phones/phone-access.ts';
import { runServers } from '../../src/app/servers.ts';
import { createStore, type Store } from '../../src/app/store.ts';
import { surroundings } from '../../src/app/surroundings.ts';
import { runSystem } from '../../src/app/system.ts';
import { runTimers } from '../../src/app/timers.ts';
import { runUpdates, type UpdatesOptions } from '../../src/app/updates.ts';
import type { UntimedEvent } from '../../src/box/events.ts';
import { initialState } from '../../src/box/initial-state.ts';
import type { ServerTarget } from '../../src/box/server-target.ts';
import { initialServers } from '../../src/box/servers/state.ts';
import type { AfterEnd, BoxState, SystemReading } from '../../src/box/state.ts';
import type { ServerSearchOptions } from '../../src/discovery/server-search.ts';
import { type HostPort, hostKey } from '../../src/jamulus/directory-types.ts';
import { parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, type Message, messageDatagram } from '../../src/jamulus/messages/message.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import type { CommandLine } from '../../src/settings/command-line.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { freshState } from '../../src/settings/machine-state.ts';
import { precedence } from '../../src/settings/precedence.ts';
import { stateFiles } from '../../src/settings/state-files.ts';
import { openStateStore } from '../../src/settings/state-store.ts';

export const HEALTHY: SystemReading = {
  carrier: true,
  address: '192.168.1.20',
  defaultRoute: true,
  temperatureC: 50,
  cpuPercent: 7,
  underVoltage: false,
};

export const DIRECTORY: HostPort = { address: '203.0.113.1', port: 22124 };

/** Somebody opens the public list. */
export const PUBLIC = { type: 'listServers', open: { group: 'public' } } as const;

export interface Rig {
  readonly store: Store;
  /** The start of the program; connects at once when a server is given. */
  readonly begin: (server?: ServerTarget) => void;
  readonly box: () => BoxState;
  readonly dispatch: (event: UntimedEvent) => void;
  /** Goes through all steps to a connection. */
  readonly join: (address: string, label?: string) => void;
  /** "ADDRESS:PORT TYPE" of each datagram of the search. */
  readonly sent: string[];
  /** What others answer, 20 ms later, by hostKey. */
  readonly answers: Map<string, (message: Message) => readonly Message[]>;
  readonly say: (from: HostPort, message: Message) => void;
  readonly logged: string[];
  /** Everything is written, as when the session is over. */
  readonly saved: () => Promise<AfterEnd>;
  /** Ends it as quitting does. */
  readonly end: () => Promise<AfterEnd>;
  /** What the machine says from now on. */
  readonly reading: { now: SystemReading };
}

function newFolder(): { readonly path: string; readonly remove: () => Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'jambox-test-'));
  // What a test has left to be written is written first.
  const remove = async () => {
    await sleep(20);
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  };
  return { path, remove };
}

/** A folder of its own and a clock that stands still for each test of a file. */
export function useFolderAndClock(): { readonly path: string } {
  let folder: ReturnType<typeof newFolder>;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
    folder = newFolder();
  });
  afterEach(async () => {
    await folder.remove();
    vi.useRealTimers();
  });
  return {
    get path() {
      return folder.path;
    },
  };
}

/** The content of every file; one that is being renamed counts under its other name the next time. */
export function written(folder: string): string {
  const content = (name: string) => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync(folder).map(content).join('\n');
}

/** Lets files be written, which no fake clock drives. */
export async function onDisk(accept: () => boolean): Promise<void> {
  const deadlineMs = Date.now() + 15_000;
  while (Date.now() < deadlineMs) {
    if (accept()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('never written');
}

export interface RigChange extends Partial<Pick<ServerSearchOptions, 'resolve'>> {
  /** Address texts. */
  readonly directories?: readonly string[];
  readonly fixedServer?: ServerTarget;
  /** Root's side of updates. */
  readonly root?: Pick<UpdatesOptions, 'read' | 'ask'> & { readonly check?: boolean | undefined };
  readonly phones?: PhoneAccess;
  readonly cards?: CardSelection;
  readonly onWiped?: () => void;
}

export async function startRig(
  folder: string,
  toml = '',
  change: RigChange = {},
  command: CommandLine = {},
): Promise<Rig> {
  const { directories = [hostKey(DIRECTORY)], root, phones = null, cards = null } = change;
  const file = parseInstallerText(toml);
  const files = stateFiles(folder);
  const disk = await openStateStore(files);
  const lists = await openListStore(files);
  const machine = disk.found.state ?? freshState('Box-7F3A');
  const sources = precedence(command, file.settings);
  if ('error' in sources) throw new Error(sources.error);
  const settings = sources.settingsFor(machine);
  const reading = { now: HEALTHY };
  const around = surroundings({
    ...{ settings, file, machine, found: disk.found.found, lists: lists.lists, hostName: 'jambox-7f3a' },
    ...{ reading: HEALTHY, hosting: null, access: phones?.access() ?? null, cards: cards?.report() ?? null },
  });
  const first = initialState(settings.box, around);
  const store = createStore({
    ...first,
    setup: { ...first.setup, ownsMachine: true, fixedServer: change.fixedServer ?? null },
    update: { ...first.update, canCheck: root !== undefined, wantedCheck: root?.check ?? null },
    servers: initialServers({ ...machine, lists: lists.lists }, [...directories]),
  });
  const sent: string[] = [];
  const logged: string[] = [];
  const answers: Rig['answers'] = new Map();
  const say: Rig['say'] = ({ address, port }, message) =>
    servers.receive(messageDatagram(message), toPeerAddress({ family: 4, address, port }));
  const { dispatch } = store;

  const timers = runTimers(store);
  const servers = runServers({
    store,
    send: (to, datagram) => {
      const frame = parseFrame(datagram)!;
      const message = decodeMessage(frame.id, frame.body);
      sent.push(`${hostKey(to)} ${message.type}`);
      for (const reply of answers.get(hostKey(to))?.(message as Message) ?? []) setTimeout(() => say(to, reply), 20);
    },
    resolve:
      change.resolve ??
      (async ({ host, port, kind }) => (kind === 'name' ? { error: 'not-found' } : { address: host, port })),
    startRooms: () => ({ stop: () => undefined }),
    interfaces: () => ({}),
  });
  const memory = runMemory({
    ...{ store, disk, lists, machine, freshMachine: () => freshState('Box-0001') },
    settingsFor: (kept) => sources.settingsFor(kept).box,
    onLog: (line) => logged.push(line),
    ...(change.onWiped && { onWiped: change.onWiped }),
  });
  const updates = runUpdates({ store, read: () => null, ask: () => false, ...root });
  const system = runSystem(store, HEALTHY, () => reading.now);
  const engine = { orderCard: () => undefined };
  const cardRunner = runCards({ store, selection: cards, engine, watchDevices: () => null });
  store.run({
    ...{ ...timers.effects, ...servers.effects, ...memory.effects, ...updates.effects, ...cardRunner.effects },
    ...runAccess(store, phones, memory.wipe),
  });
  const saved = async (): Promise<AfterEnd> => {
    for (const part of [timers, servers, updates, system, cardRunner]) part.close();
    await memory.flush();
    dispatch({ type: 'saved' });
    const { life } = store.state();
    return life.kind === 'running' ? 'nothing' : life.afterEnd;
  };
  return {
    store,
    begin(server) {
      updates.start();
      dispatch({ type: 'started', ...(server && { server }) });
    },
    box: store.state,
    dispatch,
    join(address, label = address) {
      dispatch({ type: 'connectPressed', server: { address, label } });
      const { attemptId } = store.state();
      dispatch({ type: 'resolved', attemptId, endpoint: { family: 4, address: '127.0.0.1', port: 22124 } });
      dispatch({ type: 'session', event: { type: 'connected', channelId: 0 } } as UntimedEvent);
    },
    ...{ sent, answers, say, logged, saved },
    async end() {
      dispatch({ type: 'quit', code: 0 });
      return await saved();
    },
    reading,
  };
}
