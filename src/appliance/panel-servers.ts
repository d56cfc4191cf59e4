/** The choice of servers as the panel offers it: lists that can be opened, and the rows that stand in them. Pure. */
import type { OpenGroup } from '../box/servers/asking.ts';
import { type ServerRow as BoxRow, serverRows } from '../box/servers/rows.ts';
import { GENRE_TEXTS, GROUP_TEXTS } from '../box/servers/server-texts.ts';
import type { Directory, ServersState } from '../box/servers/state.ts';
import type { ServerTarget } from '../box/state.ts';
import type { ServerList, ServerRow } from '../panel/extras.ts';

const OWN_GROUPS = ['favourites', 'room', 'recent'] as const;

interface PanelServers {
  readonly servers: readonly ServerRow[];
  readonly serverLists: readonly ServerList[];
}

/** With a fixed server there is that one and no other. */
export function panelServers(state: ServersState, fixedServer: ServerTarget | null): PanelServers {
  const rows = serverRows(state).map(panelRow);
  if (fixedServer === null) return { servers: rows, serverLists: serverLists(state, rows) };
  const { address, label } = fixedServer;
  const known = rows.find((row) => row.address === address);
  const only: ServerRow = { ...(known ?? UNKNOWN_ROW), address, name: label, lists: ['favourites'] };
  return { servers: [only], serverLists: [listOf({ group: 'favourites' }, [], [only])] };
}

/** The box's own lists, then the public ones: all of them, each genre, each directory that an installer has added. */
function serverLists({ directories }: ServersState, rows: readonly ServerRow[]): readonly ServerList[] {
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

function listOf(open: OpenGroup, directories: readonly Directory[], rows: readonly ServerRow[]): ServerList {
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

const UNKNOWN_ROW: ServerRow = {
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

function panelRow(row: BoxRow): ServerRow {
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
    lists: [...row.groups, ...row.genres, ...row.directories],
    records: row.records === 'now',
    keepsLog: row.keepsLog === true,
  };
}
