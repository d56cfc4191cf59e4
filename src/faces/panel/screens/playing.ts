/** Connected: how long the delay is, in a number and a word, and how the connection does; or that nothing arrives. */

import { DELAY_WORDS } from '../../../box/screen-texts.ts';
import { NOTHING_ARRIVES } from '../../../box/texts.ts';
import { delayFigure } from '../../../box/views.ts';
import { drawScaled, drawText, textWidth } from '../font.ts';
import { FRAME_WIDTH } from '../frame.ts';
import { drawFitted } from '../layout.ts';
import type { PanelView, Screen } from '../screen.ts';
import { connectionRow, delayNumber } from '../status-rows.ts';
import { NOBODY_HEARS, PLAYING } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onHome } from './home.ts';

function peopleRow({ box }: PanelView): string {
  const count = box.visit.people.length;
  const people = count === 1 ? '1 person' : `${count} people`;
  return box.sound.mute === 'off' ? `${people}  Drops: ${box.visit.missesLastMinute}` : NOBODY_HEARS;
}

export const playing: Screen = {
  view: (view) => {
    const { box, fonts, place, nowMs } = view;
    const frame = newPage(view, box.server?.label ?? '');
    if (box.visit.audio?.stopped === true) {
      drawMessage(frame, view, { title: NOTHING_ARRIVES, body: PLAYING.silent, top: PAGE_TOP });
      return frame;
    }
    const figure = delayFigure(box);
    const number = delayNumber(box);
    const scale = textWidth(fonts.large, number) > 27 ? 2 : 3;
    drawScaled(frame, fonts.large, number, 0, scale === 3 ? 1 : 7, scale);
    const x = textWidth(fonts.large, number) * scale + 4;
    drawText(frame, fonts.small, PLAYING.unit, x, 12);
    const words = figure === null ? PLAYING.measuring : DELAY_WORDS[figure.word];
    for (const [index, word] of words.split(' ').entries()) drawText(frame, fonts.large, word, x, 17 + index * 13);
    const elapsedMs = nowMs - place.sinceMs;
    drawFitted(frame, fonts.small, connectionRow(box), { x: 0, y: 46, width: FRAME_WIDTH }, elapsedMs);
    drawFitted(frame, fonts.small, peopleRow(view), { x: 0, y: 55, width: FRAME_WIDTH }, elapsedMs);
    return frame;
  },
  on: onHome,
};
