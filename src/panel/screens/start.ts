/** Nothing is connected: which server CONNECT goes to, and the box's own name, for rooms with several boxes. */

import { drawCentred } from '../layout.ts';
import type { Screen } from '../screen.ts';
import { CONTROLS } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onHome } from './home.ts';

export const start: Screen = {
  view: (view) => {
    const { box, extras, fonts } = view;
    const frame = newPage(view, extras.hostName);
    const title = box.server === null ? 'Choose a server' : box.server.label;
    const body = box.server === null ? CONTROLS[extras.controls].servers : 'Press CONNECT to play';
    drawMessage(frame, view, { title, body, answers: [], top: PAGE_TOP });
    drawCentred(frame, fonts.small, CONTROLS[extras.controls].menu, 55);
    return frame;
  },
  on: onHome,
};
