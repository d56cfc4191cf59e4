/** The choice of servers: plain, immutable, JSON-serialisable data; every list of servers on a screen is a view of it. */
import {
  type DirectoryEvent,
  type FoundServer,
  type HostPort,
  hostKey,
  type ServerReport,
} from '../../jamulus/directory-types.ts';
import { type Genre, PUBLIC_DIRECTORIES } from '../../jamulus/public-directories.ts';
import { parseServerAddress } from '../../jamulus/server-address.ts';
import { MAX_SERVER_NAME_UNITS } from '../../jamulus/text.ts';
import { cleanText } from '../plain-text.ts';

/** A server of a directory is remembered by its name there, because addresses change. */
export type Favourite =
  | {
      readonly kind: 'listed';
      /** `address` of its directory. */
      readonly directory: string;
      /** As listedName gives it. */
      readonly name: string;
      /** Where it was when it was last listed. */
      readonly lastAddress: string;
    }
  | { readonly kind: 'address'; readonly address: string; readonly label: string };

export interface Directory {
  /** As parseServerAddress takes it; names the directory everywhere. */
  readonly address: string;
  readonly name: string;
  readonly genre: Genre | 'custom';
  /** 'silent': asked for 10 s without any list; 'unresolved': its name gives no IPv4 address. */
  readonly status: 'unasked' | 'asking' | 'reduced' | 'full' | 'silent' | 'unresolved';
  /** The last good list, perhaps of an earlier day: it stands until a new one comes. */
  readonly servers: readonly FoundServer[];
}

/** A server on the local network. */
export interface Room {
  /** As announced by mDNS; empty for one found by probing. */
  readonly name: string;
  readonly host: HostPort;
}

export interface RecentServer {
  readonly address: string;
  readonly label: string;
}

/** What outlives a restart. Holds nothing about people (privacy C10). */
export interface StoredServers {
  readonly favourites: readonly Favourite[];
  /** The last first. */
  readonly recent: readonly RecentServer[];
  readonly lists: readonly { readonly directory: string; readonly servers: readonly FoundServer[] }[];
}

export interface ServersState {
  readonly directories: readonly Directory[];
  readonly favourites: readonly Favourite[];
  readonly recent: readonly RecentServer[];
  readonly announcedRooms: readonly Room[];
  readonly probedRooms: readonly Room[];
  /** hostKey of every address text that has been looked up since the choice was opened. */
  readonly resolved: Readonly<Record<string, string>>;
  /** What servers say of themselves, one a key; of this opening only. */
  readonly reports: readonly ServerReport[];
}

/** Who is to be asked. */
export interface Asking {
  /** Address texts of directories. */
  readonly directories: readonly string[];
  /** Address texts of servers to observe. */
  readonly addresses: readonly string[];
  /** Listen to mDNS and probe the local network. */
  readonly localNetwork: boolean;
}

/** Who is being asked, and since when. */
export interface Search {
  readonly open: 'nothing' | 'last-server' | OpenGroup;
  /** When a list was opened or asked for anew; 0 = never. */
  readonly askedAtMs: number;
}

export const NO_SEARCH: Search = { open: 'nothing', askedAtMs: 0 };

export type ServerGroup = 'favourites' | 'room' | 'recent' | 'public';

/** What a person has opened; for 'public' perhaps one genre, or one directory by its address text. */
export interface OpenGroup {
  readonly group: ServerGroup;
  readonly genre?: Genre | 'custom';
  readonly directory?: string;
}

export type ServerSearchEvent =
  | DirectoryEvent
  /** These directories are being asked now. */
  | { readonly type: 'asking'; readonly directories: readonly string[] }
  | { readonly type: 'directoryUnresolved'; readonly directoryId: string }
  /** The address of a favourite or recent server has been looked up. */
  | { readonly type: 'addressResolved'; readonly address: string; readonly host: HostPort }
  /** All rooms that are announced by mDNS now. */
  | { readonly type: 'rooms'; readonly rooms: readonly Room[] }
  /** The local network is being probed anew. */
  | { readonly type: 'probing' }
  /** Nobody looks at servers any more. */
  | { readonly type: 'closed' };

export const NO_SERVERS: StoredServers = { favourites: [], recent: [], lists: [] };

const MAX_REPORTS = 2000;
const MAX_ROOMS = 200;

/**
 * @param directories address texts in the order of the menu: public ones get their name and genre, others are custom;
 *   none at all is a choice too
 */
export function initialServers(stored: StoredServers, directories = defaultDirectories()): ServersState {
  return {
    directories: [...new Set(directories)].map((address) => {
      const known = PUBLIC_DIRECTORIES.find((directory) => directory.address === address);
      return {
        address,
        name: known?.name ?? address,
        genre: known?.genre ?? 'custom',
        status: 'unasked',
        servers: stored.lists.find(({ directory }) => directory === address)?.servers ?? [],
      };
    }),
    favourites: stored.favourites,
    recent: stored.recent,
    announcedRooms: [],
    probedRooms: [],
    resolved: {},
    reports: [],
  };
}

function defaultDirectories(): readonly string[] {
  return PUBLIC_DIRECTORIES.map(({ address }) => address);
}

export function storedServers({ favourites, recent, directories }: ServersState): StoredServers {
  const lists = directories.flatMap(({ address, servers }) =>
    servers.length === 0 ? [] : [{ directory: address, servers }],
  );
  return { favourites, recent, lists };
}

/** "Forget people and servers" (privacy C10). */
export function forgetServers(state: ServersState): ServersState {
  const directories = state.directories.map(({ address }) => address);
  return initialServers(NO_SERVERS, directories);
}

/** hostKey of an address text: at once for a numeric one, after 'addressResolved' for a name. */
export function keyOfAddress({ resolved }: ServersState, address: string): string | undefined {
  const known = Object.hasOwn(resolved, address) ? resolved[address] : undefined;
  if (known !== undefined) return known;
  const parsed = parseServerAddress(address);
  if (!parsed.ok || parsed.address.kind === 'name') return undefined;
  return hostKey({ address: parsed.address.host, port: parsed.address.port });
}

export function reduceServers(state: ServersState, event: ServerSearchEvent): ServersState {
  switch (event.type) {
    case 'asking':
      return changeDirectories(state, event.directories, { status: 'asking' });
    case 'directoryUnresolved':
      return changeDirectories(state, [event.directoryId], { status: 'unresolved' });
    case 'directorySilent':
      return changeDirectories(state, [event.directoryId], { status: 'silent' });
    case 'list':
      return takeList(state, event.directoryId, event.completeness, event.servers);
    case 'report':
      return takeReport(state, event.report);
    case 'addressResolved':
      return { ...state, resolved: { ...state.resolved, [event.address]: hostKey(event.host) } };
    case 'rooms':
      return { ...state, announcedRooms: event.rooms.slice(0, MAX_ROOMS) };
    case 'probing':
      return { ...state, probedRooms: [] };
    case 'found':
      if (state.probedRooms.length >= MAX_ROOMS) return state;
      return { ...state, probedRooms: [...state.probedRooms, { name: '', host: event.host }] };
    case 'probed':
      return state;
    case 'closed':
      return {
        ...state,
        directories: state.directories.map((directory) => ({ ...directory, status: 'unasked' })),
        announcedRooms: [],
        probedRooms: [],
        resolved: {},
        reports: [],
      };
  }
}

function changeDirectories(
  state: ServersState,
  addresses: readonly string[],
  change: Pick<Directory, 'status'> & Partial<Directory>,
): ServersState {
  return {
    ...state,
    directories: state.directories.map((directory) =>
      addresses.includes(directory.address) ? { ...directory, ...change } : directory,
    ),
  };
}

function takeReport(state: ServersState, report: ServerReport): ServersState {
  const { reports } = state;
  const index = reports.findIndex(({ key }) => key === report.key);
  if (index < 0 && reports.length >= MAX_REPORTS) return state;
  return { ...state, reports: index < 0 ? [...reports, report] : reports.with(index, report) };
}

function takeList(
  state: ServersState,
  address: string,
  completeness: 'reduced' | 'full',
  list: readonly FoundServer[],
): ServersState {
  const before = state.directories.find((directory) => directory.address === address);
  if (before === undefined) return state;
  // A reduced list knows who is there; what it leaves out may be known from an earlier one.
  const servers = completeness === 'full' ? list : list.map((server) => ({ ...server, ...details(before, server) }));
  const after = changeDirectories(state, [address], { status: completeness, servers });
  return { ...after, favourites: after.favourites.map((favourite) => follow(favourite, address, servers)) };
}

function details(before: Directory, { address, port, name }: FoundServer): Partial<FoundServer> {
  const known = before.servers.find((old) => old.address === address && old.port === port && old.name === name);
  return known ?? {};
}

/** A listed favourite moves with its server. */
function follow(favourite: Favourite, directory: string, servers: readonly FoundServer[]): Favourite {
  if (favourite.kind !== 'listed' || favourite.directory !== directory) return favourite;
  const now = listedAs(favourite, servers);
  return now === undefined ? favourite : { ...favourite, lastAddress: hostKey(now) };
}

/** The name of a listed server, fit for screens and files. */
export function listedName({ name }: FoundServer): string {
  return cleanText(name, MAX_SERVER_NAME_UNITS);
}

/**
 * The server of this name; of several, the one at the last known address, and without one none: names are free, and a
 * namesake must not get the favourite's place.
 */
function listedAs(
  { name, lastAddress }: { readonly name: string; readonly lastAddress: string },
  servers: readonly FoundServer[],
): FoundServer | undefined {
  const named = servers.filter((server) => listedName(server) === name);
  return named.length === 1 ? named[0] : named.find((server) => hostKey(server) === lastAddress);
}

export function isSameGroup(a: OpenGroup, b: OpenGroup): boolean {
  return a.group === b.group && a.genre === b.genre && a.directory === b.directory;
}
