/** An appliance in a temporary folder with a fake clock: the real reducer, store and search; no wire, no sound. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, vi } from 'vitest';
import {
  type AfterEnd,
  type ApplianceOptions,
  createAppliance,
  type RunningAppliance,
} from '../../src/appliance/create-appliance.ts';
import { openListStore } from '../../src/appliance/list-store.ts';
import { profileSeen } from '../../src/appliance/memory.ts';
import { NO_UPDATES } from '../../src/appliance/updates.ts';
import type { BoxEvent, UntimedEvent } from '../../src/box/events.ts';
import { forget } from '../../src/box/forget.ts';
import { initialState } from '../../src/box/initial-state.ts';
import { reduce } from '../../src/box/reduce.ts';
import type { BoxState } from '../../src/box/state.ts';
import { type HostPort, hostKey } from '../../src/jamulus/directory-types.ts';
import { parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, type Message, messageDatagram } from '../../src/jamulus/messages/message.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import type { SystemReading } from '../../src/linux/system.ts';
import { habitsOf } from '../../src/settings/choices.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { freshState } from '../../src/settings/machine-state.ts';
import { startSettings } from '../../src/settings/start-settings.ts';
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
  readonly appliance: RunningAppliance;
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
  /** Ends it as quitting does. */
  readonly end: () => Promise<AfterEnd>;
  /** What the machine says from now on. */
  readonly reading: { now: SystemReading };
}

function newFolder(): { readonly path: string; readonly remove: () => Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), 'appliance-'));
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

export async function startRig(
  folder: string,
  toml = '',
  change: Partial<ApplianceOptions> = {},
  command: Partial<ReturnType<typeof startSettings>> = {},
): Promise<Rig> {
  const installer = parseInstallerText(toml).settings;
  const files = stateFiles(folder);
  const store = await openStateStore(files);
  const machine = store.found.state ?? freshState('Box-7F3A');
  const settingsFor: ApplianceOptions['settingsFor'] = (kept) => ({ ...startSettings(installer, kept), ...command });
  const settings = settingsFor(machine);
  let state = initialState(settings);
  if (profileSeen(machine, settings)) state = { ...state, shownProfile: state.profile };
  const sent: string[] = [];
  const logged: string[] = [];
  const reading = { now: HEALTHY };

  const answers: Rig['answers'] = new Map();
  const say: Rig['say'] = ({ address, port }, message) =>
    appliance.receive(messageDatagram(message), toPeerAddress({ family: 4, address, port }));

  const become = (next: BoxState) => {
    const before = state;
    state = next;
    appliance.boxChanged(before, state);
  };
  const dispatch = (event: UntimedEvent) =>
    become(reduce(state, { ...event, atMs: performance.now() } as BoxEvent).state);
  const appliance = createAppliance({
    service: {
      state: () => state,
      dispatch,
      forget: (what, server) => become(forget(state, what, server)),
      start: (server) => dispatch(server === null ? { type: 'started' } : { type: 'started', server }),
    },
    store,
    listStore: await openListStore(files),
    machine,
    freshMachine: () => freshState('Box-0001'),
    settingsFor,
    directories: [hostKey(DIRECTORY)],
    fixed: {
      hostName: 'box-7f3a',
      menuLocked: installer.menu.locked,
      controls: 'knob',
      fixedServer: null,
      mistakes: [],
      ownAddress: 'route' as const,
      needsNetwork: true,
    },
    habitsFor: (choices) => habitsOf(installer, choices),
    readSystem: () => reading.now,
    updates: NO_UPDATES,
    door: null,
    cards: null,
    room: null,
    onLog: (line) => logged.push(line),
    send: (to, datagram) => {
      const frame = parseFrame(datagram)!;
      const message = decodeMessage(frame.id, frame.body);
      sent.push(`${hostKey(to)} ${message.type}`);
      for (const reply of answers.get(hostKey(to))?.(message as Message) ?? []) setTimeout(() => say(to, reply), 20);
    },
    resolve: async ({ host, port, kind }) => (kind === 'name' ? { error: 'not-found' } : { address: host, port }),
    startRooms: () => ({ stop: () => undefined }),
    interfaces: () => ({}),
    ...change,
  });
  return {
    appliance,
    box: () => state,
    dispatch,
    join(address, label = address) {
      appliance.dispatch({ type: 'connectPressed', server: { address, label } });
      const { attemptId } = state;
      dispatch({ type: 'resolved', attemptId, endpoint: { family: 4, address: '127.0.0.1', port: 22124 } });
      dispatch({ type: 'session', event: { type: 'connected', channelId: 0 } } as UntimedEvent);
    },
    sent,
    answers,
    say,
    logged,
    async end() {
      dispatch({ type: 'quit', code: 0 });
      return await appliance.ended();
    },
    reading,
  };
}
