/**
 * The room of this box: which one there is to be, from the command line and the files, and what the box's own panel sees
 * of it. Where no server is known, it is a practice room, and CONNECT goes there.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Room } from '../box/servers/state.ts';
import type { ServerTarget } from '../box/state.ts';
import type { CliOptions } from '../cli.ts';
import { parseServerAddress, type ServerAddress } from '../jamulus/server-address.ts';
import { cutText, MAX_SERVER_NAME_UNITS } from '../jamulus/text.ts';
import { ownAddresses, ownIpv4Addresses } from '../linux/own-address.ts';
import { createHost, type Host } from '../room/host/host.ts';
import type { HostReport, HostSettings } from '../room/host/host-types.ts';
import type { InstallerSettings } from '../settings/installer-schema.ts';

const PRACTICE_NAME = 'Practice room';
const PRACTICE_WELCOME = 'Two players made by this box play for you. Nobody else can hear you here.';
const PRACTICE_PLAYERS = 10;
/** Below the audio thread of the box's own sound: that one must never wait for the room. */
const PRIORITY_BELOW_SOUND = 10;
const LOOPBACK = '127.0.0.1';

export interface OwnRoom {
  /** Where the box joins its own room. */
  readonly target: ServerTarget;
  readonly kind: HostSettings['kind'];
  /** Folder of its recordings, absolute; null = it cannot record. */
  readonly recordings: string | null;
  report(): HostReport;
  record(what: 'start' | 'stop' | 'new'): void;
  /** Called after every change of the report. */
  onChange(listener: () => void): void;
  /** The rooms of the local network with this one first, once. */
  among(rooms: readonly Room[]): readonly Room[];
  stop(): Promise<void>;
}

export interface OwnRoomOptions {
  readonly options: CliOptions;
  readonly installer: InstallerSettings;
  /** Absolute path of the folder with the box's state. */
  readonly folder: string;
  readonly onLog: (line: string) => void;
}

/** Undefined: there is to be none. An error is a sentence for the log; the box can do without the room. */
export async function openOwnRoom(wishes: OwnRoomOptions): Promise<OwnRoom | { readonly error: string } | undefined> {
  const kind = roomKind(wishes);
  if (kind === undefined) return undefined;
  const settings = kind === 'practice' ? practiceSettings(wishes) : roomSettings(wishes);
  const listeners = new Set<() => void>();
  const host = await createHost({
    settings,
    wasm: readFileSync(new URL('../../build/opus.wasm', import.meta.url)),
    onChange: () => {
      for (const listener of listeners) listener();
    },
    onLog: wishes.onLog,
  });
  return 'error' in host ? host : ownRoom(host, settings, listeners);
}

function ownRoom(host: Host, { kind, place, recordings }: HostSettings, listeners: Set<() => void>): OwnRoom {
  const { port } = host;
  const own: Room = { name: place.name, host: { address: LOOPBACK, port } };
  return {
    target: { address: `${LOOPBACK}:${port}`, label: place.name },
    kind,
    recordings,
    report: host.report,
    record: (what) => void host.record(what),
    onChange: (listener) => listeners.add(listener),
    among(rooms) {
      const addresses = ownIpv4Addresses();
      return [own, ...rooms.filter((room) => room.host.port !== port || !addresses.includes(room.host.address))];
    },
    stop: host.stop,
  };
}

function roomKind({ options, installer }: OwnRoomOptions): HostSettings['kind'] | undefined {
  if (options.room !== undefined) return options.room === 'none' ? undefined : options.room;
  if (installer.room.enabled) return 'room';
  return options.box.server === null ? 'practice' : undefined;
}

function practiceSettings({ options, folder }: OwnRoomOptions): HostSettings {
  return {
    kind: 'practice',
    place: { name: PRACTICE_NAME, city: '', countryCode: 0 },
    port: 0,
    session: {
      ...{ maxChannels: PRACTICE_PLAYERS, frameSamples: 128, multithreading: false, delayPanning: false, ipv6: false },
      ...{ rawAudio: true, goodbyeOnClose: true, logging: false, licenceRequired: false, welcome: PRACTICE_WELCOME },
    },
    recordings: resolve(folder, 'recordings'),
    registerAt: null,
    directory: null,
    routeHost: null,
    realtime: belowSound(options),
  };
}

function roomSettings({ options, installer: { room, network }, folder }: OwnRoomOptions): HostSettings {
  const { beDirectory, directoryMinVersion: minVersion, directoryWhiteList: whiteList } = room;
  return {
    kind: 'room',
    place: {
      name: room.name || cutText(hostname(), MAX_SERVER_NAME_UNITS),
      city: room.city,
      countryCode: room.country ?? 0,
    },
    port: room.port,
    session: {
      maxChannels: room.maxPlayers,
      frameSamples: room.fastUpdate ? 64 : 128,
      multithreading: false,
      delayPanning: room.delayPanning,
      ipv6: ownAddresses().some(({ family }) => family === 'IPv6'),
      rawAudio: true,
      goodbyeOnClose: true,
      logging: false,
      licenceRequired: room.licence,
      welcome: room.welcome,
    },
    recordings: room.recordings === undefined ? resolve(folder, 'recordings') : room.recordings,
    registerAt: room.listingConsent && room.directory !== undefined ? addressOf(room.directory) : null,
    directory: beDirectory ? { minVersion, whiteList } : null,
    routeHost: network.routeHost,
    realtime: belowSound(options),
  };
}

function addressOf(text: string): ServerAddress | null {
  const parsed = parseServerAddress(text);
  return parsed.ok ? parsed.address : null;
}

/** On any core but by preference: the sound's own core is the sound's. */
function belowSound({ realtime }: CliOptions): HostSettings['realtime'] {
  if (realtime === undefined) return undefined;
  return { priority: Math.max(1, realtime.priority - PRIORITY_BELOW_SOUND), core: undefined };
}
