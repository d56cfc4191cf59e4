/** What stands around a box, in the words of its screens: for tests that only care for what is shown. */

import type { SystemProblem } from '../../src/box/problems.ts';
import type { ListedServer } from '../../src/box/servers/choice.ts';
import { GENRE_TEXTS } from '../../src/box/servers/server-texts.ts';
import { type Directory, initialServers, NO_SERVERS, type ServersState } from '../../src/box/servers/state.ts';
import type { Access, BoxState, CardReport, HostedRoom, Setup, System, UpdateState } from '../../src/box/state.ts';
import { FEATURE } from '../../src/jamulus/messages/clm-server-features.ts';

export interface Around
  extends Partial<Pick<Setup, 'menuLocked' | 'controls' | 'hostName' | 'mistakes'>>,
    Partial<Pick<System, 'carrier' | 'address' | 'temperatureC' | 'cpuPercent'>>,
    Partial<Pick<Access, 'pageAddress' | 'pairingCode' | 'otherBoxes'>>,
    Partial<Pick<BoxState, 'firstStart'>> {
  /** Those of the machine that can stand at the same time. */
  readonly systemProblems?: readonly SystemProblem[];
  readonly servers?: readonly ListedServer[];
  readonly idleQuestionUntilMs?: number | null;
  readonly power?: 'on' | 'stopping' | 'off';
  readonly update?: UpdateState;
  readonly updateCheck?: boolean | null;
  /** There is no phone page, no update agent, and one server only. */
  readonly absent?: readonly ('phone' | 'update' | 'favourite')[];
  readonly soundCards?: CardReport | null;
  readonly room?: HostedRoom | null;
}

const HEALTHY: System = {
  ...{ carrier: true, address: '192.168.178.123', defaultRoute: true, temperatureC: null, cpuPercent: null },
  ...{ underVoltage: null, settingsRestored: false, wifi: 'off' },
};

export function around(box: BoxState, change: Around = {}): BoxState {
  const { absent = [], systemProblems = [], room = box.hosting?.room ?? null } = change;
  const has = (problem: SystemProblem): boolean => systemProblems.includes(problem);
  const { servers, setup } = box;
  return {
    ...box,
    setup: {
      ...setup,
      ...picked(change, ['menuLocked', 'controls', 'hostName', 'mistakes']),
      ...(has('settings-mistakes') && change.mistakes === undefined ? { mistakes: ['Line 1 is not understood.'] } : {}),
      fixedServer: absent.includes('favourite') ? { address: 'only.example:22124', label: 'Only' } : setup.fixedServer,
    },
    system: {
      ...(box.system.address === null ? HEALTHY : box.system),
      ...picked(change, ['carrier', 'address', 'temperatureC', 'cpuPercent']),
      ...(has('no-cable') ? { carrier: false } : {}),
      ...(has('no-address') ? { address: null } : {}),
      ...(has('too-hot') ? { temperatureC: 85 } : {}),
      ...(has('weak-power') ? { underVoltage: true } : {}),
      ...(has('settings-restored') ? { settingsRestored: true } : {}),
    },
    servers: withStatus(change.servers === undefined ? servers : serversOf(change.servers), systemProblems),
    firstStart: change.firstStart ?? box.firstStart,
    idle:
      change.idleQuestionUntilMs === undefined
        ? box.idle
        : { ...box.idle, questionUntilMs: change.idleQuestionUntilMs },
    life: change.power === undefined ? box.life : lifeOf(change.power),
    update: updateOf(box, change),
    access: absent.includes('phone')
      ? null
      : {
          ...(box.access ?? { pageAddress: '', pairingCode: null, otherBoxes: [], phones: [] }),
          ...picked(change, ['pageAddress', 'pairingCode', 'otherBoxes']),
        },
    hosting: room === null ? null : { target: { address: '127.0.0.1:22124', label: room.name }, room },
    cards: change.soundCards === undefined ? box.cards : change.soundCards,
  };
}

function picked<T extends object, K extends keyof T>(
  from: T,
  keys: readonly K[],
): { [P in K]: Exclude<T[P], undefined> } {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as never;
}

function lifeOf(power: 'on' | 'stopping' | 'off'): BoxState['life'] {
  if (power === 'on') return { kind: 'running' };
  if (power === 'stopping') return { kind: 'quitting', code: 0, afterEnd: 'shut-down' };
  return { kind: 'ended', afterEnd: 'shut-down', saved: true };
}

function updateOf({ update: before }: BoxState, { absent = [], update, updateCheck }: Around): BoxState['update'] {
  if (absent.includes('update')) return { ...before, report: null };
  const check = updateCheck ?? before.report?.check ?? false;
  return {
    ...before,
    canCheck: updateCheck !== null && (updateCheck !== undefined || before.canCheck),
    report: update === undefined && before.report === null ? null : { update: update ?? before.report!.update, check },
  };
}

function withStatus(servers: ServersState, problems: readonly SystemProblem[]): ServersState {
  const status = problems.includes('list-blocked')
    ? 'silent'
    : problems.includes('no-internet')
      ? 'unresolved'
      : undefined;
  if (status === undefined) return servers;
  return { ...servers, directories: servers.directories.map((directory) => ({ ...directory, status })) };
}

/** The list of jazz is being asked for, that of rock does not come, the installer's has come. */
const DIRECTORIES: readonly Omit<Directory, 'servers'>[] = [
  { address: 'jazz.jamulus.app:22324', name: 'Jazz', genre: 'jazz', status: 'asking' },
  { address: 'rock.jamulus.app:22424', name: 'Rock', genre: 'rock', status: 'silent' },
  { address: 'list.example:22124', name: 'list.example:22124', genre: 'custom', status: 'full' },
];

/** A choice of servers that is listed like these rows: addresses have their port, names are those of a directory. */
export function serversOf(rows: readonly ListedServer[]): ServersState {
  const hostOf = ({ address }: ListedServer) => {
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
    return { address: host, port: Number(port) };
  };
  const inDirectory = (row: ListedServer): string =>
    row.genre === GENRE_TEXTS.jazz ? 'jazz' : row.genre === GENRE_TEXTS.rock ? 'rock' : 'custom';
  const listed = rows.filter(({ lists }) => lists.includes('public'));
  return {
    ...initialServers(NO_SERVERS, []),
    directories: DIRECTORIES.map((directory) => ({
      ...directory,
      servers: listed
        .filter((row) => inDirectory(row) === directory.genre)
        .map((row) => ({
          ...{ ...hostOf(row), name: row.name, city: '', countryCode: 0 },
          ...{ maxClients: row.maxPlayers, permanent: true },
        })),
    })),
    favourites: rows
      .filter(({ favourite, lists }) => favourite || lists.includes('favourites'))
      .map(({ address, name }) => ({ kind: 'address', address, label: name })),
    recent: rows.filter(({ lists }) => lists.includes('recent')).map(({ address, name }) => ({ address, label: name })),
    announcedRooms: rows
      .filter(({ lists }) => lists.includes('room'))
      .map((row) => ({ name: row.name, host: hostOf(row) })),
    resolved: Object.fromEntries(rows.map(({ address }) => [address, address])),
    reports: rows.map((row) => ({
      ...{ key: row.address, reachable: row.reachable, pingMs: row.pingMs, players: row.players, people: [] },
      ...{ version: null, welcome: null },
      features: (row.records ? FEATURE.recordingEnabled : 0) + (row.keepsLog ? FEATURE.logging : 0),
    })),
  };
}
