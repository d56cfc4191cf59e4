/** The servers of one list: favourites first, then the nearest. Choosing one goes there; so does CONNECT, by its name. */
import { type ListedServer, type ServerList, serverChoice } from '../../../box/servers/choice.ts';
import { join } from '../joining.ts';
import { drawList, type Item, onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { atPlace, type JoinRequest } from '../state.ts';
import { SERVERS, TITLES } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';

function listOf({ box, place }: PanelView): ServerList | undefined {
  return serverChoice(box).lists.find(({ id }) => id === place.draft);
}

function rowsOf({ box, place }: PanelView): readonly ListedServer[] {
  return serverChoice(box).servers.filter(({ lists }) => lists.includes(place.draft));
}

/** Rows change places while pings come in: the cursor goes along with its server. */
function cursorOf({ place }: PanelView, rows: readonly ListedServer[]): number {
  const at = rows.findIndex(({ address }) => address === place.on);
  return at >= 0 ? at : Math.max(0, Math.min(place.cursor, rows.length - 1));
}

function serverItem(row: ListedServer): Item {
  const full = row.maxPlayers > 0 && (row.players ?? 0) >= row.maxPlayers;
  const players = row.maxPlayers === 0 ? `${row.players} ${SERVERS.here}` : `${row.players}/${row.maxPlayers}`;
  const words = [
    !row.reachable ? SERVERS.unreachable : row.pingMs === null ? SERVERS.noPing : `${row.pingMs} ms`,
    row.players === null ? '' : players,
    full ? SERVERS.full : '',
    row.records ? SERVERS.records : '',
    row.genre,
  ];
  return { text: row.name === '' ? row.address : row.name, second: words.filter((word) => word !== '').join('  ') };
}

function joinRequestOf({ address, name, records, keepsLog }: ListedServer): Omit<JoinRequest, 'nameFirst'> {
  return { server: { address, label: name === '' ? address : name }, records, keepsLog };
}

function nothing(list: ServerList | undefined): { readonly title: string; readonly body: string } {
  const group = list?.open.group ?? 'public';
  if (group !== 'public') return SERVERS.empty[group];
  return SERVERS.emptyPublic[list?.status ?? 'asking'];
}

export const serverList: Screen = {
  view: (view) => {
    const rows = rowsOf(view);
    const list = listOf(view);
    const cursor = cursorOf(view, rows);
    const title = list?.title ?? TITLES['server-list'];
    const frame = newPage(view, rows.length === 0 ? title : `${title} ${cursor + 1}/${rows.length}`);
    if (rows.length === 0) drawMessage(frame, view, { ...nothing(list), top: PAGE_TOP });
    else drawList(frame, { ...view, place: { ...view.place, cursor } }, rows.map(serverItem));
    return frame;
  },
  on: (input, view) => {
    const rows = rowsOf(view);
    const place = { ...view.place, cursor: cursorOf(view, rows) };
    const outcome = onList(input, { ...view, place }, rows.length, (cursor) => {
      const row = rows[cursor];
      return row === undefined ? stay(view) : join(view, { ...joinRequestOf(row), nameFirst: false });
    });
    // Nobody looks at this list any more.
    if (input.type === 'back') return { ...outcome, commands: [{ type: 'listServers', open: { group: 'room' } }] };
    if (input.type !== 'previous' && input.type !== 'next') return outcome;
    const moved = outcome.panel.stack.at(-1) ?? place;
    return { ...outcome, panel: atPlace(outcome.panel, moved, { on: rows[moved.cursor]?.address ?? '' }) };
  },
  aim: (view) => {
    const rows = rowsOf(view);
    const row = rows[cursorOf(view, rows)];
    return row === undefined ? null : joinRequestOf(row);
  },
  accelerates: (view) => rowsOf(view).length > 12,
};
