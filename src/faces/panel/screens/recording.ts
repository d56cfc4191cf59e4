/** "This server is recording" (privacy C5, C6): full screen, inverse, until somebody answers. */

import { RECORDING_TITLES } from '../../../box/screen-texts.ts';
import { RECORDING_TEXTS } from '../../../box/texts.ts';
import { FRAME_HEIGHT, FRAME_WIDTH, invertRect, newFrame } from '../frame.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { ANSWERS } from '../texts.ts';
import { drawMessage } from '../widgets.ts';
import { onAnswers } from './answers.ts';

/** "Recording stopped" has nothing to leave for. */
function answersOf({ box }: PanelView): readonly string[] {
  return box.visit.recorder.notice === 'stopped' ? [ANSWERS.ok] : [ANSWERS.ok, ANSWERS.leave];
}

export const recording: Screen = {
  view: (view) => {
    const frame = newFrame();
    const notice = view.box.visit.recorder.notice ?? 'stopped';
    const text = RECORDING_TEXTS[notice];
    const body = text.slice(text.indexOf('.') + 1).trim();
    drawMessage(frame, view, { title: RECORDING_TITLES[notice], body, answers: answersOf(view) });
    invertRect(frame, { x: 0, y: 0, width: FRAME_WIDTH, height: FRAME_HEIGHT });
    return frame;
  },
  on: (input, view) =>
    onAnswers(input, view, answersOf(view).length, (chosen) => stay(view, { type: 'notice', ok: chosen === 0 })),
};
