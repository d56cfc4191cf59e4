/** An update has not worked, and the old version is back: stands until somebody has read it. */
import { updateNow } from '../../../box/views.ts';
import { FRAME_HEIGHT, FRAME_WIDTH, invertRect, newFrame } from '../frame.ts';
import { type Screen, stay } from '../screen.ts';
import { ANSWERS, UPDATE_UNDONE } from '../texts.ts';
import { drawMessage } from '../widgets.ts';
import { onAnswers } from './answers.ts';
import { shortVersion } from './update.ts';

export const updateUndone: Screen = {
  view: (view) => {
    const frame = newFrame();
    const update = updateNow(view.box);
    const { title, body } = UPDATE_UNDONE;
    const version = update.kind === 'undone' ? shortVersion(update.version) : '';
    drawMessage(frame, view, { title, body: body(version), answers: [ANSWERS.ok] });
    invertRect(frame, { x: 0, y: 0, width: FRAME_WIDTH, height: FRAME_HEIGHT });
    return frame;
  },
  on: (input, view) => onAnswers(input, view, 1, () => stay(view, { type: 'updateSeen' })),
};
