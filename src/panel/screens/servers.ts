/** Which server: favourites, this room, recent, public; within each the nearest first. Choosing one goes there. */
import type { ServerRow } from '../extras.ts';
import { join } from '../joining.ts';
import { drawList, type Item, onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { GROUPS, SERVERS, TITLES } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';

const GROUP_ORDER = ['favourites', 'room', 'recent', 'public'] as const;

/** The order of the list. Servers without a ping come last in their group. */
export function sortServers(rows: readonly ServerRow[]): readonly ServerRow[] {
  const ping = ({ pingMs, reachable }: ServerRow) => (reachable ? (pingMs ?? 10_000) : 20_000);
  return rows.toSorted(
    (a, b) =>
      GROUP_ORDER.indexOf(a.group) - GROUP_ORDER.indexOf(b.group) || ping(a) - ping(b) || (a.name < b.name ? -1 : 1),
  );
}

function serverItem(row: ServerRow): Item {
  const full = row.maxPlayers > 0 && row.players >= row.maxPlayers;
  const words = [
    !row.reachable ? SERVERS.unreachable : row.pingMs === null ? SERVERS.noPing : `${row.pingMs} ms`,
    `${row.players}/${row.maxPlayers}`,
    full ? SERVERS.full : '',
    row.records ? SERVERS.records : '',
    row.genre,
  ];
  return { text: row.name === '' ? row.address : row.name, second: words.filter((word) => word !== '').join('  ') };
}

function titleOf(rows: readonly ServerRow[], cursor: number): string {
  const at = rows[Math.min(cursor, rows.length - 1)];
  return at === undefined
    ? TITLES.servers
    : `${GROUPS[at.group]} ${Math.min(cursor, rows.length - 1) + 1}/${rows.length}`;
}

export const servers: Screen = {
  view: (view) => {
    const rows = sortServers(view.extras.servers);
    const frame = newPage(view, titleOf(rows, view.place.cursor));
    if (rows.length === 0) drawMessage(frame, view, { title: SERVERS.none, body: SERVERS.noneHelp, top: PAGE_TOP });
    else drawList(frame, view, rows.map(serverItem));
    return frame;
  },
  on: (input, view) => {
    const rows = sortServers(view.extras.servers);
    return onList(input, view, rows.length, (cursor) => {
      const row = rows[cursor];
      if (row === undefined) return stay(view);
      const { address, name, records, keepsLog } = row;
      const server = { address, label: name === '' ? address : name };
      return join(view, { server, records, keepsLog, nameFirst: false });
    });
  },
  accelerates: ({ extras }: PanelView) => extras.servers.length > 12,
};
