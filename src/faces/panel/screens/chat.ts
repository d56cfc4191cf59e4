/** The last lines of chat, and each new one for 5 s over everything else. Gone at the end of the visit (privacy C7). */
import { absentPages } from '../../../box/views.ts';
import { drawText } from '../font.ts';
import { FRAME_WIDTH } from '../frame.ts';
import { wrapText } from '../layout.ts';
import { onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { CHAT, TITLES } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP, SMALL_PITCH } from '../widgets.ts';

const VISIBLE_LINES = 6;

function lines({ box, fonts }: PanelView): readonly string[] {
  return box.visit.chat.flatMap(({ text }) => wrapText(fonts.small, text, FRAME_WIDTH - 1));
}

/** The newest below; turning goes back in time. */
export const chat: Screen = {
  view: (view) => {
    const all = lines(view);
    const frame = newPage(view, TITLES.chat);
    const body = absentPages(view.box).includes('phone') ? '' : CHAT.phone;
    if (all.length === 0) drawMessage(frame, view, { title: CHAT.none, body, top: PAGE_TOP });
    const last = Math.max(0, all.length - VISIBLE_LINES);
    const first = Math.max(0, last - view.place.cursor);
    for (const [index, line] of all.slice(first, first + VISIBLE_LINES).entries()) {
      drawText(frame, view.fonts.small, line, 0, PAGE_TOP + 1 + index * SMALL_PITCH);
    }
    return frame;
  },
  on: (input, view) => {
    const positions = Math.max(1, lines(view).length - VISIBLE_LINES + 1);
    switch (input.type) {
      case 'previous':
        return onList({ type: 'next', count: input.count }, view, positions, () => stay(view));
      case 'next':
        return onList({ type: 'previous', count: input.count }, view, positions, () => stay(view));
      default:
        return onList(input, view, positions, () => stay(view));
    }
  },
  accelerates: () => true,
};

export const chatPopUp: Screen = {
  view: (view) => {
    const frame = newPage(view, CHAT.new);
    drawMessage(frame, view, { title: view.box.visit.chat.at(-1)?.text ?? '', body: '', top: PAGE_TOP });
    return frame;
  },
  on: (input, view) => {
    if (input.type === 'tick') return stay(view);
    return { panel: { ...view.panel, chat: { ...view.panel.chat, untilMs: view.nowMs } }, commands: [] };
  },
};
