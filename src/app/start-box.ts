/** The inventory of the box: from options and files to the state, and everything that runs around it. Every part is named once. */
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { ThreadReport } from '../audio/realtime-thread.ts';
import { initialState } from '../box/initial-state.ts';
import { watchDirectory } from '../linux/evdev/watch-directory.ts';
import { type RootRequest, requestOfRoot } from '../linux/requests.ts';
import { resolveServer } from '../linux/resolve.ts';
import { createSystemReader } from '../linux/system.ts';
import { closeUdpSocket } from '../linux/udp-socket.ts';
import { opusWasm } from '../opus/wasm-file.ts';
import type { MachineState } from '../settings/machine-state.ts';
import { type NotRead, readOptions } from '../settings/options.ts';
import { type Settings, withOwnRoom } from '../settings/precedence.ts';
import { runAccess } from './access.ts';
import { openAudioFiles } from './audio-files.ts';
import { cardSelection } from './card-selection.ts';
import { runCards } from './cards.ts';
import { endBox } from './ending.ts';
import { openFiles } from './files.ts';
import { runMemory } from './memory.ts';
import { freshMachine } from './new-box.ts';
import { openOwnRoom } from './own-room.ts';
import { createPhoneAccess } from './phones/phone-access.ts';
import { listenForRooms, runServers } from './servers.ts';
import { runSession } from './session.ts';
import { openSocket } from './socket.ts';
import { runSound } from './sound.ts';
import { createStore, type Runners } from './store.ts';
import { surroundings } from './surroundings.ts';
import { runSystem } from './system.ts';
import { runTimers } from './timers.ts';
import { readReport, runUpdates } from './updates.ts';

export interface StartUse {
  readonly onLog: (line: string) => void;
  /** Everything is written; the box does nothing any more. */
  readonly onEnd: (code: number, report: ThreadReport | undefined) => void;
  /** How often meters and counters become events. */
  readonly reportMs?: number;
  readonly readSystem?: ReturnType<typeof createSystemReader>;
  /** Of the kernel's files about sound cards. */
  readonly root?: string;
}

export type NotStarted = NotRead | { readonly error: string };

/** What stands before anything runs: the options, the files, the own room, and what they make of each other. */
async function prepare(argv: readonly string[], onLog: (line: string) => void) {
  const options = readOptions(argv);
  if (!('file' in options)) return options;
  const { file } = options;
  const files = await openFiles(options.statePath);
  const machine = files.disk.found.state ?? freshMachine();
  const asked = { settings: options.settingsFor(machine), installer: file.settings, folder: files.folder, onLog };
  const room = await openOwnRoom(asked);
  if (room !== null && 'error' in room) return room;
  const settingsFor = (state: MachineState): Settings => withOwnRoom(options.settingsFor(state), room);
  const settings = settingsFor(machine);
  const audio = openAudioFiles(settings);
  if ('optionError' in audio) return audio;
  const socket = openSocket(settings);
  if ('error' in socket) return socket;
  return { file, files, machine, room, settings, settingsFor, socket, input: audio.input };
}

/** The box without its faces. It connects nothing yet: `begin` does. */
export async function startBox(argv: readonly string[], use: StartUse) {
  const { onLog, onEnd, reportMs, root = '/' } = use;
  const { readSystem = createSystemReader({ root: '/', interfaces: networkInterfaces }) } = use;
  const prepared = await prepare(argv, onLog);
  if (!('socket' in prepared)) return prepared satisfies NotStarted;
  const { file, files, machine, room, settings, settingsFor, socket, input } = prepared;
  const ask = (request: RootRequest): boolean => requestOfRoot(request, settings.requestsPath);
  const selection = cardSelection(settings, root);
  const { pin } = file.settings.page;
  const phones = settings.page === 'off' ? null : createPhoneAccess({ keys: machine.phones, pin });
  const reading = readSystem();
  const around = surroundings({
    ...{ settings, file, machine, reading, hostName: hostname(), found: files.disk.found.found },
    ...{ lists: files.lists.lists, hosting: room?.hosting() ?? null, access: phones?.access() ?? null },
    cards: selection?.report() ?? null,
  });
  const store = createStore(initialState(settings.box, around));
  const timers = runTimers(store);
  const session = runSession({
    ...{ store, socket, engine: () => sound.engine },
    onConnectionless: (datagram, peer) => servers.receive(datagram, peer),
  });
  const sound = runSound({
    ...{ store, socket, wasm: opusWasm(), settings, input, card: selection?.order(), reportMs },
    ...{ onLog, isSessionOpen: session.isOpen, onRecord: session.take },
  });
  const servers = runServers({
    ...{ store, send: session.sendTo, interfaces: networkInterfaces },
    resolve: (server, ipv4Only) => resolveServer(server, ipv4Only ? 4 : socket.family),
    startRooms: (onRooms) => listenForRooms(onRooms, onLog, room?.among),
  });
  const memory = runMemory({
    ...{ store, disk: files.disk, lists: files.lists, machine, freshMachine, onLog },
    settingsFor: (state) => settingsFor(state).box,
    onWiped: () => settings.ownsMachine && ask('factory-reset'),
  });
  const updates = runUpdates({ store, read: () => (settings.ownsMachine ? readReport() : null), ask });
  const system = runSystem(store, reading, readSystem);
  const watchDevices = (onChange: () => void) => watchDirectory(join(root, 'dev/snd'), onChange);
  const cards = runCards({ store, selection, engine: sound.engine, watchDevices });
  const parts = [session, timers, system, updates, cards, servers];
  const ending = { store, parts, sound, memory, room, files, closeSocket: () => closeUdpSocket(socket) };
  store.run({
    ...{ ...timers.effects, ...session.effects, ...sound.effects, ...servers.effects, ...memory.effects },
    ...{ ...updates.effects, ...cards.effects, ...runAccess(store, phones, memory.wipe) },
    ...(room?.reportTo(store) ?? { record: () => undefined }),
    log: ({ line }) => onLog(line),
    exit: ({ code }) => void endBox(ending).then((report) => onEnd(code, report)),
  } satisfies Runners);
  const begin = (): void => {
    updates.start();
    store.dispatch({ type: 'started', ...(settings.connectTo && { server: settings.connectTo }) });
  };
  return { store, begin, settings, file, phones, room, ask, session, engine: sound.engine, port: socket.port };
}

export type StartedBox = Exclude<Awaited<ReturnType<typeof startBox>>, NotStarted>;
