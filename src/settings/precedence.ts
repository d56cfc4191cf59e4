/**
 * Which source wins: the command line over box.toml over what people chose on the box over the defaults. Two things that
 * box.toml only proposes are the other way round: box/choices.ts.
 */
import { chosenCard, type Habits, habitsOf } from '../box/choices.ts';
import { type PeriodFrames, smallFramesFit, usualFrameSamples } from '../box/periods.ts';
import type { ServerTarget } from '../box/server-target.ts';
import type { BoxSettings } from '../box/state.ts';
import type { CommandLine, InputOption, OutputOption } from './command-line.ts';
import type { RpcOption } from './command-line-remote.ts';
import { DEFAULTS } from './defaults.ts';
import { type InstallerSettings, soundOf } from './installer-schema.ts';
import type { MachineState } from './machine-state.ts';

export interface Settings {
  /** State of the box at start. `server` is the one that CONNECT goes to; null if none is known. */
  readonly box: BoxSettings;
  /** Connect there at once. */
  readonly connectTo: ServerTarget | null;
  /** A server stands on the command line: no directory is asked. */
  readonly serverNamed: boolean;
  /** No other server can be chosen. */
  readonly fixedServer: ServerTarget | null;
  /** On the image: shutting down switches the machine off, and nothing but the musician is ever heard. */
  readonly ownsMachine: boolean;
  /** Folder for what the box asks of root; undefined = the image's own. */
  readonly requestsPath: string | undefined;
  /** A status line in place of the panel. */
  readonly plain: boolean;
  /** What room the box opens: practising where no server is known. */
  readonly room: 'practice' | 'room' | 'none';
  /** The command line asks for the room: others may count on it. */
  readonly roomNamed: boolean;
  /** TCP port of the phone page; 'default': the first free one from the default on. */
  readonly page: 'off' | 'default' | number;
  readonly rpc: RpcOption | undefined;
  readonly input: InputOption;
  readonly output: OutputOption;
  /** As box.toml proposes them. */
  readonly habits: Habits;
  /** Key of the sound card that people chose; null = none. */
  readonly chosenCard: string | null;
  /** No sound card was named: while there is none, a tone stands in for it. */
  readonly toneUntilFound: boolean;
  readonly periodFrames: PeriodFrames;
  /** Periods of the sound card's buffer, 2…4; null = as the card needs it. */
  readonly periods: number | null;
  /** First UDP port to try, 0 = any; undefined = the default of sessions.md §1 (22134 + random 0…99). */
  readonly firstPort: number | undefined;
  /** Traffic class byte, 0…255. */
  readonly trafficClass: number;
  /** Undefined: stay an ordinary thread. */
  readonly realtime: { readonly priority: number; readonly core: number | undefined } | undefined;
  /** File for the engine's statistics. */
  readonly statsPath: string | undefined;
}

export interface Precedence {
  /** Again with another machine state: what the box starts with, and would after forgetting. */
  settingsFor(machine: MachineState): Settings;
}

/** An error is one line about what the command line and box.toml say together. */
export function precedence(
  commandLine: CommandLine,
  installer: InstallerSettings,
): Precedence | { readonly error: string } {
  const { frameSamples, blockFactor = DEFAULTS.blockFactor } = commandLine;
  if (frameSamples === 64 && !smallFramesFit(period(commandLine, installer), blockFactor)) {
    return { error: '--frames 64 needs --period 32 or 64 and --block-factor 1' };
  }
  return { settingsFor: (machine) => settings(commandLine, installer, machine) };
}

function settings(given: CommandLine, installer: InstallerSettings, machine: MachineState): Settings {
  const box = boxSettings(given, installer, machine);
  const ownsMachine = given.appliance ?? false;
  const plain = given.plain ?? false;
  const input = given.input ?? cardOr(installer.sound.input, { kind: 'silence' });
  const output = given.output ?? cardOr(installer.sound.output, { kind: 'none' });
  return {
    box,
    connectTo: given.server ?? (installer.server.autoConnect ? box.server : null),
    serverNamed: given.server !== undefined,
    fixedServer: installer.server.fixed ? installerServer(installer) : null,
    ownsMachine,
    requestsPath: given.requestsPath,
    plain,
    room: given.room ?? (installer.room.enabled ? 'room' : box.server === null ? 'practice' : 'none'),
    roomNamed: given.room !== undefined,
    // Without a panel nobody sees the code: then the page has to be asked for.
    page: given.page ?? (plain ? 'off' : 'default'),
    rpc: given.rpc,
    input,
    output,
    habits: habits(installer),
    chosenCard: chosenCard(machine.choices, installer.menu.locked),
    toneUntilFound: isDefaultCard(input, DEFAULTS.input) && isDefaultCard(output, DEFAULTS.output) && !ownsMachine,
    periodFrames: period(given, installer),
    periods: given.periods ?? installer.sound.periods ?? DEFAULTS.periods,
    firstPort: given.firstPort,
    trafficClass: given.trafficClass ?? DEFAULTS.trafficClass,
    realtime: given.noRealtime ? undefined : { priority: given.priority ?? DEFAULTS.priority, core: given.core },
    statsPath: given.statsPath,
  };
}

function boxSettings(given: CommandLine, installer: InstallerSettings, machine: MachineState): BoxSettings {
  const { profile, network, unattended } = installer;
  const { blockFactor = DEFAULTS.blockFactor } = given;
  const jitter = network.jitter === undefined ? machine.jitter : { kind: network.jitter };
  return {
    server: given.server ?? installerServer(installer) ?? machine.lastServer,
    profile: over(machine.profile, { ...profile, countryCode: profile.country }, given.profile),
    transport: {
      quality: given.quality ?? network.quality ?? machine.quality,
      frameSamples: given.frameSamples ?? usualFrameSamples(period(given, installer), blockFactor),
      blockFactor,
    },
    jitter: given.jitter ?? jitter,
    consent: over(unattended, given),
    sound: over(machine.sound, soundOf(installer), given.sound),
    startMuted: given.startMuted ?? habitsOf(habits(installer), machine.choices, installer.menu.locked).startMuted,
    mixes: machine.mixes,
  };
}

/** What the box plays on where it has a room of its own: there where no server is known, and to practise on request. */
export function withOwnRoom(
  settings: Settings,
  own: { readonly kind: 'practice' | 'room'; readonly target: ServerTarget } | null,
): Settings {
  if (own === null) return settings;
  const { box, connectTo, room, roomNamed } = settings;
  const server = box.server === null || own.kind === 'practice' ? own.target : box.server;
  // Whoever asks for practising wants to practise.
  const practise = roomNamed && room === 'practice';
  return { ...settings, box: { ...box, server }, connectTo: practise ? own.target : connectTo };
}

function habits({ sound, menu }: InstallerSettings): Habits {
  return { startMuted: sound.startMuted, idleMinutes: menu.idleMinutes };
}

function period(given: CommandLine, installer: InstallerSettings): PeriodFrames {
  return given.periodFrames ?? installer.sound.periodFrames;
}

/** Under the name that the file gives to it. */
function installerServer({ server: { address, name } }: InstallerSettings): ServerTarget | null {
  return address === undefined ? null : { address, label: name || address };
}

function cardOr<T>(name: string | null, otherwise: T): { readonly kind: 'card'; readonly name: string } | T {
  return name === null ? otherwise : { kind: 'card', name };
}

function isDefaultCard(option: InputOption | OutputOption, name: string): boolean {
  return option.kind === 'card' && option.name === name;
}

/** Each key of `lowest` with the last value that a source gives to it. */
function over<T extends object>(lowest: T, ...sources: readonly (Partial<Values<T>> | undefined)[]): T {
  const keys = Object.keys(lowest) as (keyof T)[];
  const last = (key: keyof T) => sources.findLast((source) => source?.[key] !== undefined)?.[key] ?? lowest[key];
  return Object.fromEntries(keys.map((key) => [key, last(key)])) as T;
}

type Values<T> = { readonly [K in keyof T]: T[K] | undefined };
