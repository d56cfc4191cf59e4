/** The room of this box: opened as the settings say, told to the box, and recorded when it asks. */

import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { ServerTarget } from '../box/server-target.ts';
import type { Room } from '../box/servers/state.ts';
import type { Hosting } from '../box/state.ts';
import { parseServerAddress, type ServerAddress } from '../jamulus/server-address.ts';
import { cutText, MAX_SERVER_NAME_UNITS } from '../jamulus/text.ts';
import { ownAddresses, ownIpv4Addresses } from '../linux/own-address.ts';
import { opusWasm } from '../opus/wasm-file.ts';
import { createHost, type Host } from '../room/host/host.ts';
import type { HostSettings } from '../room/host/host-types.ts';
import type { InstallerSettings } from '../settings/installer-schema.ts';
import type { Settings } from '../settings/precedence.ts';
import type { Runners, Store } from './store.ts';

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
  hosting(): Hosting;
  /** From now on the box hears of every change. */
  reportTo(store: Pick<Store, 'dispatch'>): Pick<Runners, 'record'>;
  /** The rooms of the local network with this one first, once. */
  among(rooms: readonly Room[]): readonly Room[];
  stop(): Promise<void>;
}

export interface OwnRoomOptions {
  readonly settings: Settings;
  readonly installer: InstallerSettings;
  /** Absolute path of the folder with the box's state. */
  readonly folder: string;
  readonly onLog: (line: string) => void;
}

/**
 * Null: there is to be none, or practising is not possible here (that is logged). Where others count on the room, that is an
 * error, a sentence.
 */
export async function openOwnRoom(options: OwnRoomOptions): Promise<OwnRoom | { readonly error: string } | null> {
  const { room: kind, roomNamed } = options.settings;
  if (kind === 'none') return null;
  const settings = kind === 'practice' ? practiceSettings(options) : roomSettings(options);
  let store: Pick<Store, 'dispatch'> | undefined;
  let opened: Host | undefined;
  const host = await createHost({
    settings,
    wasm: opusWasm(),
    onChange: () => {
      if (opened !== undefined) store?.dispatch({ type: 'roomReported', room: opened.report() });
    },
    onLog: options.onLog,
  });
  if ('error' in host) {
    if (roomNamed) return { error: `room: ${host.error}` };
    options.onLog(`room: ${host.error}`);
    return null;
  }
  opened = host;
  return ownRoom(host, settings, (given) => {
    store = given;
  });
}

function ownRoom(
  host: Host,
  { kind, place, recordings }: HostSettings,
  reportTo: (store: Pick<Store, 'dispatch'>) => void,
): OwnRoom {
  const { port } = host;
  const own: Room = { name: place.name, host: { address: LOOPBACK, port } };
  const target = { address: `${LOOPBACK}:${port}`, label: place.name };
  return {
    target,
    kind,
    recordings,
    hosting: () => ({ target, room: host.report() }),
    reportTo(store) {
      reportTo(store);
      return { record: ({ what }) => void host.record(what) };
    },
    among(rooms) {
      const addresses = ownIpv4Addresses();
      return [own, ...rooms.filter((room) => room.host.port !== port || !addresses.includes(room.host.address))];
    },
    stop: host.stop,
  };
}

function practiceSettings({ settings, folder }: OwnRoomOptions): HostSettings {
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
    realtime: belowSound(settings),
  };
}

function roomSettings({ settings, installer: { room, network }, folder }: OwnRoomOptions): HostSettings {
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
    realtime: belowSound(settings),
  };
}

function addressOf(text: string): ServerAddress | null {
  const parsed = parseServerAddress(text);
  return parsed.ok ? parsed.address : null;
}

/** On any core but by preference: the sound's own core is the sound's. */
function belowSound({ realtime }: Settings): HostSettings['realtime'] {
  if (realtime === undefined) return undefined;
  return { priority: Math.max(1, realtime.priority - PRIORITY_BELOW_SOUND), core: undefined };
}
