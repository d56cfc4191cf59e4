/** After two hours without a touch: is anybody there? Without an answer the box leaves the server. */
import { FRAME_HEIGHT, FRAME_WIDTH, invertRect, newFrame } from '../frame.ts';
import { type Screen, stay } from '../screen.ts';
import { ANSWERS } from '../texts.ts';
import { drawMessage } from '../widgets.ts';
import { onAnswers } from './answers.ts';

export const idleQuestion: Screen = {
  view: (view) => {
    const frame = newFrame();
    const leftMs = (view.box.idle.questionUntilMs ?? view.nowMs) - view.nowMs;
    const seconds = Math.max(0, Math.ceil(leftMs / 1000));
    const body = `In ${seconds} s this box leaves the server.`;
    drawMessage(frame, view, { title: 'Still playing?', body, answers: [ANSWERS.stay, ANSWERS.leave] });
    invertRect(frame, { x: 0, y: 0, width: FRAME_WIDTH, height: FRAME_HEIGHT });
    return frame;
  },
  on: (input, view) =>
    onAnswers(input, view, 2, (chosen) => stay(view, { type: chosen === 0 ? 'stillPlaying' : 'leave' })),
};
