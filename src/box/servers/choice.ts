/** The choice of servers as every face offers it: lists that can be opened, and the rows that stand in them. Pure. */
import type { ServerTarget } from '../server-target.ts';
import type { BoxState } from '../state.ts';
import { type ServerRow, serverRows } from './rows.ts';
import { GENRE_TEXTS, GROUP_TEXTS } from './server-texts.ts';
import type { Directory, OpenGroup, ServersState } from './state.ts';

/** A server on a screen: what a musician asks before joining. */
export interface ListedServer {
  readonly address: string;
  readonly name: string;
  /** Null while it has not answered. */
  readonly pingMs: number | null;
  readonly players: number | null;
  /** 0 = not known. */
  readonly maxPlayers: number;
  readonly favourite: boolean;
  readonly reachable: boolean;
  /** What kind of music; empty when not known. */
  readonly genre: string;
  /** `id` of every list it stands in. */
  readonly lists: readonly string[];
  /** What a newer server says of itself before joining. */
  readonly records: boolean;
  readonly keepsLog: boolean;
}

/** A list of servers that can be opened. */
export interface ServerList {
  readonly id: string;
  readonly title: string;
  /** What to ask for when it is opened. */
  readonly open: OpenGroup;
  /** Servers that are known now. */
  readonly count: number;
  /** Of a public list: it has come, is being waited for, or does not come. */
  readonly status: 'asking' | 'listed' | 'silent';
}

export interface ServerChoice {
  /** In the order to show, the best first. */
  readonly servers: readonly ListedServer[];
  /** In the order of the menu. */
  readonly lists: readonly ServerList[];
}

const OWN_GROUPS = ['favourites', 'room', 'recent'] as const;

/** Every face asks for it at every picture: it is made once a state of the servers. */
const made = new WeakMap<ServersState, ServerChoice>();

/** With a fixed server there is that one and no other. */
export function serverChoice({ servers, setup: { fixedServer } }: Pick<BoxState, 'servers' | 'setup'>): ServerChoice {
  if (fixedServer !== null) return onlyServer(servers, fixedServer);
  const known = made.get(servers);
  if (known !== undefined) return known;
  const rows = serverRows(servers).map(listed);
  const choice = { servers: rows, lists: serverLists(servers, rows) };
  made.set(servers, choice);
  return choice;
}

/** What the server at this address has said of itself, as far as it has been asked. */
export function saidOf(state: BoxState, address: string): Pick<ListedServer, 'records' | 'keepsLog'> {
  const row = serverChoice(state).servers.find((server) => server.address === address);
  return { records: row?.records ?? false, keepsLog: row?.keepsLog ?? false };
}

function onlyServer(servers: ServersState, { address, label }: ServerTarget): ServerChoice {
  const known = serverRows(servers)
    .map(listed)
    .find((row) => row.address === address);
  const only: ListedServer = { ...(known ?? UNKNOWN), address, name: label, lists: ['favourites'] };
  return { servers: [only], lists: [listOf({ group: 'favourites' }, [], [only])] };
}

/** The box's own lists, then the public ones: all of them, each genre, each directory that an installer has added. */
function serverLists({ directories }: ServersState, rows: readonly ListedServer[]): readonly ServerList[] {
  const genres = new Set(directories.map(({ genre }) => genre).filter((genre) => genre !== 'custom'));
  const ones: readonly OpenGroup[] = [
    ...[...genres].map((genre): OpenGroup => ({ group: 'public', genre })),
    ...directories
      .filter(({ genre }) => genre === 'custom')
      .map(({ address }): OpenGroup => ({ group: 'public', directory: address })),
  ];
  const all: readonly OpenGroup[] = ones.length > 1 ? [{ group: 'public' }] : [];
  return [...OWN_GROUPS.map((group): OpenGroup => ({ group })), ...all, ...ones].map((open) =>
    listOf(open, directories, rows),
  );
}

function listOf(open: OpenGroup, directories: readonly Directory[], rows: readonly ListedServer[]): ServerList {
  const { group, genre, directory } = open;
  const id = directory ?? genre ?? group;
  const asked = directories.filter((one) => listIds(one).includes(id));
  return {
    id,
    title: directory ?? (genre === undefined ? GROUP_TEXTS[group] : GENRE_TEXTS[genre]),
    open,
    count: rows.filter(({ lists }) => lists.includes(id)).length,
    status: statusOf(asked.map(({ status }) => status)),
  };
}

/** The public lists that a directory's servers stand in. */
function listIds({ genre, address }: Pick<Directory, 'genre' | 'address'>): readonly string[] {
  return ['public', genre === 'custom' ? address : genre];
}

function statusOf(statuses: readonly Directory['status'][]): ServerList['status'] {
  if (statuses.some((status) => status === 'full' || status === 'reduced')) return 'listed';
  return statuses.some((status) => status === 'asking' || status === 'unasked') ? 'asking' : 'silent';
}

const UNKNOWN: ListedServer = {
  address: '',
  name: '',
  pingMs: null,
  players: null,
  maxPlayers: 0,
  favourite: false,
  reachable: true,
  genre: '',
  lists: [],
  records: false,
  keepsLog: false,
};

/** The lists of a server, by `id`. */
export function listsOf(row: ServerRow): readonly string[] {
  return [...row.groups, ...row.genres, ...row.directories];
}

function listed(row: ServerRow): ListedServer {
  const genre = row.genres.find((one) => one !== 'any' && one !== 'custom');
  return {
    address: row.target.address,
    name: row.name,
    pingMs: row.pingMs,
    players: row.players,
    maxPlayers: row.maxPlayers ?? 0,
    favourite: row.groups.includes('favourites'),
    reachable: row.reachable !== false,
    genre: genre === undefined ? '' : GENRE_TEXTS[genre],
    lists: listsOf(row),
    records: row.records === 'now',
    keepsLog: row.keepsLog === true,
  };
}
