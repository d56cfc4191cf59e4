/** A server with a licence: it must be accepted before the others hear anything. */
import { FRAME_HEIGHT, FRAME_WIDTH, invertRect, newFrame } from '../frame.ts';
import { type Screen, stay } from '../screen.ts';
import { ANSWERS, LICENCE } from '../texts.ts';
import { drawMessage } from '../widgets.ts';
import { onAnswers } from './answers.ts';

const LICENCE_ANSWERS = [ANSWERS.ok, ANSWERS.leave] as const;

/** Under the notice stands what the server says of itself: there the licence is. */
export const licence: Screen = {
  view: (view) => {
    const frame = newFrame();
    const rules = view.box.visit.welcome === null ? '' : `\n${view.box.visit.welcome}`;
    drawMessage(frame, view, { title: LICENCE.title, body: LICENCE.body + rules, answers: LICENCE_ANSWERS });
    invertRect(frame, { x: 0, y: 0, width: FRAME_WIDTH, height: FRAME_HEIGHT });
    return frame;
  },
  on: (input, view) => onAnswers(input, view, 2, (chosen) => stay(view, { type: 'licence', ok: chosen === 0 })),
};
