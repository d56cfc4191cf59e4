/** Nothing is connected: which server CONNECT goes to, and the box's own name, for rooms with several boxes. */

import { drawCentred } from '../layout.ts';
import type { Screen } from '../screen.ts';
import { CONTROLS } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onHome } from './home.ts';

export const start: Screen = {
  view: (view) => {
    const { box, fonts } = view;
    const controls = CONTROLS[box.setup.controls];
    const frame = newPage(view, box.setup.hostName);
    const title = box.server === null ? 'Choose a server' : box.server.label;
    const body = box.server === null ? controls.servers : 'Press CONNECT to play';
    drawMessage(frame, view, { title, body, answers: [], top: PAGE_TOP });
    drawCentred(frame, fonts.small, controls.menu, 55);
    return frame;
  },
  on: onHome,
};
