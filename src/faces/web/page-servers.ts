/** The choice of servers as the page gets it. Pure. */

import { isServerFixed } from '../../box/policy.ts';
import { listsOf, serverChoice } from '../../box/servers/choice.ts';
import { serverRows } from '../../box/servers/rows.ts';
import type { ServersState } from '../../box/servers/state.ts';
import type { BoxState } from '../../box/state.ts';
import type { PageServerRow, PageServers } from './api/page-state.ts';

const MAX_ROWS = 1000;
const MAX_PEOPLE = 20;

/** With a fixed server there is that one and no other. */
export function pageServers(box: Pick<BoxState, 'servers' | 'setup'>): PageServers {
  const fixed = isServerFixed(box);
  return {
    fixed,
    lists: serverChoice(box).lists.map(({ id, title, open, count, status }) => ({ id, title, open, count, status })),
    rows: fixed ? fixedRows(box) : allRows(box.servers),
  };
}

function allRows(servers: ServersState): PageServerRow[] {
  return serverRows(servers)
    .slice(0, MAX_ROWS)
    .map((row) => ({
      address: row.target.address,
      name: row.name,
      city: row.city,
      country: row.country,
      genres: [...row.genres],
      lists: [...listsOf(row)],
      favourite: row.groups.includes('favourites'),
      reachable: row.reachable,
      pingMs: row.pingMs,
      players: row.players,
      maxPlayers: row.maxPlayers,
      full: row.full,
      people: row.people.slice(0, MAX_PEOPLE).map(({ name, instrument }) => ({ name, instrument })),
      records: row.records,
      keepsLog: row.keepsLog,
      licence: row.licence,
      version: row.version,
    }));
}

function fixedRows(box: Pick<BoxState, 'servers' | 'setup'>): PageServerRow[] {
  const known = allRows(box.servers);
  return serverChoice(box).servers.map(({ address, name, lists }) => {
    const row = known.find((one) => one.address === address) ?? UNKNOWN;
    return { ...row, address, name, lists: [...lists], favourite: false };
  });
}

const UNKNOWN: PageServerRow = {
  address: '',
  name: '',
  city: '',
  country: '',
  genres: [],
  lists: [],
  favourite: false,
  reachable: null,
  pingMs: null,
  players: null,
  maxPlayers: null,
  full: false,
  people: [],
  records: null,
  keepsLog: null,
  licence: null,
  version: null,
};
