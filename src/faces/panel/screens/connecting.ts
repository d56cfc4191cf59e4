/** On the way to a server: named for 3 s before anything is sent, then how it goes. */
import { PROBLEM_TEXTS } from '../../../box/texts.ts';
import { drawBar } from '../bars.ts';
import { FRAME_WIDTH } from '../frame.ts';
import { NAMED_MS } from '../joining.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { CONNECTING } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onHome } from './home.ts';

/** "Connecting to NAME - press again to stop". */
export const named: Screen = {
  view: (view) => {
    const frame = newPage(view, CONNECTING.to);
    const title = view.panel.joining?.server.label ?? '';
    drawMessage(frame, view, { title, body: CONNECTING.stop, answers: [], top: PAGE_TOP });
    const elapsedMs = view.nowMs - (view.panel.joining?.sinceMs ?? view.nowMs);
    drawBar(frame, { x: 4, y: 55, width: FRAME_WIDTH - 8, height: 7 }, elapsedMs / NAMED_MS);
    return frame;
  },
  on: (_, view) => stay(view),
};

function progress({ box }: PanelView): string {
  const { link } = box;
  switch (link.kind) {
    case 'leaving':
      return '';
    case 'connecting':
      if (link.serverFull) return `${PROBLEM_TEXTS['server-full'].text} ${CONNECTING.waiting}`;
      return link.noAnswer ? `${PROBLEM_TEXTS['no-answer'].text} ${CONNECTING.waiting}` : CONNECTING.stop;
    default:
      return CONNECTING.stop;
  }
}

export const connecting: Screen = {
  view: (view) => {
    const frame = newPage(view, view.box.link.kind === 'leaving' ? CONNECTING.leaving : CONNECTING.to);
    drawMessage(frame, view, { title: view.box.server?.label ?? '', body: progress(view), top: PAGE_TOP });
    return frame;
  },
  on: onHome,
};
