/**
 * Where to look for a server: favourites, this room, recent, and the public lists one by one. Only the list that is
 * opened is asked for; what that tells whom stands below before it is done (privacy C2, C3).
 */
import { serverChoice } from '../../../box/servers/choice.ts';
import { drawText } from '../font.ts';
import { FRAME_WIDTH, fillRect } from '../frame.ts';
import { wrapText } from '../layout.ts';
import { drawList, onList } from '../list.ts';
import { openScreen } from '../navigation.ts';
import { type Screen, stay } from '../screen.ts';
import { SERVERS, TITLES } from '../texts.ts';
import { newPage, SMALL_PITCH } from '../widgets.ts';

const FOOT_TOP = 45;

export const servers: Screen = {
  view: (view) => {
    const { box, fonts, place } = view;
    const { lists } = serverChoice(box);
    const frame = newPage(view, TITLES.servers);
    drawList(
      frame,
      view,
      lists.map(({ title, count }) => ({ text: title, value: count === 0 ? '' : `${count}` })),
      { bottom: FOOT_TOP },
    );
    const chosen = lists[Math.max(0, Math.min(place.cursor, lists.length - 1))];
    if (chosen === undefined) return frame;
    fillRect(frame, { x: 0, y: FOOT_TOP, width: FRAME_WIDTH, height: 1 });
    for (const [index, line] of wrapText(fonts.small, SERVERS.tells[chosen.open.group], FRAME_WIDTH - 1).entries()) {
      drawText(frame, fonts.small, line, 0, FOOT_TOP + 2 + index * SMALL_PITCH);
    }
    return frame;
  },
  on: (input, view) => {
    const { lists } = serverChoice(view.box);
    const outcome = onList(input, view, lists.length, (cursor) => {
      const chosen = lists[cursor];
      return chosen === undefined ? stay(view) : openScreen(view, 'server-list', { draft: chosen.id });
    });
    return input.type === 'back' ? { ...outcome, commands: [{ type: 'listServers', open: null }] } : outcome;
  },
};
