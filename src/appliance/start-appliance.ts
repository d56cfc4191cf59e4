/** From the command line and the files of the box to an appliance that is ready to start. */
import { habitsOf } from '../box/choices.ts';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir, hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { assemble, type Hooks } from '../assemble.ts';
import type { Room } from '../box/servers/state.ts';
import { browseRooms, openMdns } from '../discovery/lan-rooms.ts';
import { PUBLIC_DIRECTORIES } from '../jamulus/public-directories.ts';
import { needsUsbCard, readBoard } from '../linux/board.ts';
import { watchDirectory } from '../linux/evdev/watch-directory.ts';
import { requestOfRoot } from '../linux/requests.ts';
import { resolveServer } from '../linux/resolve.ts';
import { listSoundCards } from '../linux/sound-cards/list-cards.ts';
import { createSystemReader } from '../linux/system.ts';
import type { Service } from '../service.ts';
import { parseCommandLine } from '../settings/command-line.ts';
import { readInstallerFile } from '../settings/installer-file.ts';
import type { InstallerSettings } from '../settings/installer-schema.ts';
import { freshState, type MachineState } from '../settings/machine-state.ts';
import { precedence, type Settings, withOwnRoom } from '../settings/precedence.ts';
import { type StateFiles, stateFiles } from '../settings/state-files.ts';
import { openStateStore } from '../settings/state-store.ts';
import { REPORT_FILE } from '../update/report.ts';
import { createDoor, type Door } from '../web/access/door.ts';
import { type CardKeeper, createCardKeeper } from './card-keeper.ts';
import { claimFolder } from './claim-folder.ts';
import { createAppliance, type RunningAppliance } from './create-appliance.ts';
import { openListStore } from './list-store.ts';
import { profileSeen } from './memory.ts';
import { type OwnRoom, openOwnRoom } from './own-room.ts';
import { createUpdates, NO_UPDATES, readReport } from './updates.ts';

const INSTALLER_FILE = '/boot/firmware/box.toml';

export interface ReadyAppliance {
  readonly options: Settings;
  readonly installer: InstallerSettings;
  readonly service: Service;
  readonly appliance: RunningAppliance;
  /** Null: no phone page is wanted. */
  readonly door: Door | null;
  /** Folder of the own room's recordings, absolute; null = there are none. */
  readonly recordings: string | null;
  /** What is wrong in the installer's file, a sentence each. */
  readonly mistakes: readonly string[];
}

export type NotReady =
  | { readonly help: string }
  /** Something that the person who gave the options has to mend, in one line. */
  | { readonly optionError: string }
  | { readonly error: string };

const SOUND_DEVICES = 'dev/snd';
/** A new device is root's alone until udev has given it to the box. */
const UDEV_MS = 300;

/**
 * Connects nothing yet: see `RunningAppliance.start`.
 * @param argv without the program's own name
 * @param root of the kernel's files about sound cards
 */
export async function prepareAppliance(
  argv: readonly string[],
  hooks: Hooks,
  readSystem = createSystemReader({ root: '/', interfaces: networkInterfaces }),
  root = '/',
): Promise<ReadyAppliance | NotReady> {
  const parsed = parseCommandLine(argv);
  if ('help' in parsed) return parsed;
  if ('error' in parsed) return { optionError: parsed.error };
  const { commandLine } = parsed;
  const { settings: installer, errors } = readInstallerFile(commandLine.settingsPath ?? INSTALLER_FILE);
  const sources = precedence(commandLine, installer);
  if ('error' in sources) return { optionError: sources.error };
  const folder = commandLine.statePath ?? defaultStateFolder();
  makeFolder(folder);
  const claim = await claimFolder(folder);
  const files = claim === null ? readOnly(stateFiles(folder)) : stateFiles(folder);
  const [store, listStore] = await Promise.all([openStateStore(files), openListStore(files)]);
  const freshMachine = (): MachineState => freshState(`Box-${newId()}`);
  const machine = store.found.state ?? freshMachine();

  const room = await ownRoom(sources.settingsFor(machine), installer, folder, hooks.onLog);
  if (room !== null && 'error' in room) return room;
  const settingsFor = (state: MachineState): Settings => withOwnRoom(sources.settingsFor(state), room);
  const options = settingsFor(machine);

  const cards = cardKeeper(options, root);
  let appliance: RunningAppliance | undefined;
  const service = assemble(
    options,
    {
      ...hooks,
      profileSeen: profileSeen(machine, options.box),
      onChange(before, now) {
        hooks.onChange(before, now);
        appliance?.boxChanged(before, now);
      },
      onConnectionless: (datagram, peer) => appliance?.receive(datagram, peer),
    },
    cards?.order(),
  );
  if ('optionError' in service || 'error' in service) return service;
  cards?.onOrder((order) => service.engine.orderCard(order));
  const door = options.page === 'off' ? null : createDoor({ keys: machine.phones, pin: installer.page.pin });
  const created = createAppliance({
    service,
    store,
    listStore,
    machine,
    freshMachine,
    settingsFor: (state) => settingsFor(state).box,
    directories: options.serverNamed ? [] : directories(installer),
    fixed: {
      hostName: hostname(),
      menuLocked: installer.menu.locked,
      controls: installer.panel.controls === 'encoder' ? 'knob' : 'buttons',
      mistakes: errors,
      ownAddress: installer.network.routeHost === null ? 'off' : 'route',
      needsNetwork: options.appliance || room?.kind !== 'practice',
      fixedServer: options.fixedServer,
    },
    habitsFor: (choices) => habitsOf(installer, choices),
    readSystem,
    updates: options.appliance
      ? createUpdates({
          read: () => readReport(REPORT_FILE),
          ask: (request) => requestOfRoot(request, options.requestsPath),
          canCheck: installer.update.url !== undefined,
          check: installer.update.check,
        })
      : NO_UPDATES,
    door,
    cards,
    room,
    onLog: hooks.onLog,
    send: service.sendTo,
    resolve: (server, ipv4Only) => resolveServer(server, ipv4Only ? 4 : service.socketFamily),
    startRooms: (onRooms) => listenForRooms(onRooms, hooks.onLog, room),
    interfaces: networkInterfaces,
    onWiped: () => {
      if (options.appliance) requestOfRoot('factory-reset', options.requestsPath);
    },
  });
  const devices =
    cards === null
      ? null
      : watchDirectory(join(root, SOUND_DEVICES), () => setTimeout(created.cardsChanged, UDEV_MS).unref());
  appliance = {
    ...created,
    async ended() {
      devices?.close();
      const end = await created.ended();
      await room?.stop();
      claim?.release();
      return end;
    },
  };
  return { options, installer, service, appliance, door, recordings: room?.recordings ?? null, mistakes: errors };
}

/** Where practising is not possible the box goes without; where others count on the room, that is an error. */
async function ownRoom(
  options: Settings,
  installer: InstallerSettings,
  folder: string,
  onLog: (line: string) => void,
): Promise<OwnRoom | { readonly error: string } | null> {
  const opened = await openOwnRoom({ options, installer, folder, onLog });
  if (opened === undefined || !('error' in opened)) return opened ?? null;
  if (options.roomNamed) return { error: `room: ${opened.error}` };
  onLog(`room: ${opened.error}`);
  return null;
}

/** Null where the command line names what plays. Where one direction is no card, the names are of the other. */
function cardKeeper({ input, output, appliance, chosenCard }: Settings, root: string): CardKeeper | null {
  const capture = input.kind === 'card' ? input.name : undefined;
  const playback = output.kind === 'card' ? output.name : undefined;
  const name = capture ?? playback;
  if (name === undefined) return null;
  return createCardKeeper({
    list: () => listSoundCards(root),
    named: { capture: capture ?? name, playback: playback ?? name },
    automatic: appliance,
    needsUsbCard: needsUsbCard(readBoard(root)),
    chosen: chosenCard,
  });
}

function directories(installer: InstallerSettings): readonly string[] {
  const known = installer.directories.public ? PUBLIC_DIRECTORIES.map(({ address }) => address) : [];
  return [...known, ...installer.directories.custom];
}

/** Four hexadecimal digits. */
function newId(): string {
  return randomBytes(2).toString('hex').toUpperCase();
}

function defaultStateFolder(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'jamulus-box');
}

/** Names of people stand in it. Where it can't be made, saving fails and says so; the box plays all the same. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** For the second box on a desk: it starts as the first one did, and remembers nothing. */
function readOnly(files: StateFiles): StateFiles {
  const nothing = () => Promise.resolve(true as const);
  return { read: files.read, write: nothing, sync: nothing, rename: nothing, syncDirectory: nothing };
}

function listenForRooms(onRooms: (rooms: readonly Room[]) => void, onLog: (line: string) => void, own: OwnRoom | null) {
  const mdns = openMdns((text) => onLog(`rooms: ${text}`));
  const tell = (rooms: readonly Room[]): void => onRooms(own?.among(rooms) ?? rooms);
  const { stop } = browseRooms(mdns, tell);
  // The own one needs no searching.
  const first = setImmediate(tell, []);
  return {
    stop() {
      clearImmediate(first);
      stop();
      mdns.destroy();
    },
  };
}
