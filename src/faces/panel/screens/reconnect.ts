/** "Connection lost. Trying again (3)": the box comes back by itself, unless CONNECT is pressed. */
import { PROBLEM_TEXTS } from '../../../box/texts.ts';
import type { Screen } from '../screen.ts';
import { CONNECTING } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onHome } from './home.ts';

export const reconnect: Screen = {
  view: (view) => {
    const { link, problem, server } = view.box;
    const attempt = 'retry' in link && link.retry !== null ? link.retry.attempt : 0;
    const waitMs = link.kind === 'waiting' ? link.untilMs - view.nowMs : 0;
    const when = waitMs > 0 ? `\nNext in ${Math.ceil(waitMs / 1000)} s` : '';
    const frame = newPage(view, server?.label ?? '');
    drawMessage(frame, view, {
      title: PROBLEM_TEXTS[problem ?? 'connection-lost'].text,
      body: `Trying again (${attempt})${when}\n${CONNECTING.stop}`,
      top: PAGE_TOP,
    });
    return frame;
  },
  on: onHome,
};
