/** The first minutes of a new box, step by step: network, sound, CONNECT. Nothing is typed. */

import type { CardProblem, OneWay } from '../../../box/problems.ts';
import type { EngineState } from '../../../box/state.ts';
import { absentPages, oneWayOf } from '../../../box/views.ts';
import { drawLevel, meterFraction } from '../bars.ts';
import { drawCentred } from '../layout.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { ANSWERS, FIRST_START, problemText } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onAnswers } from './answers.ts';

/** About −36 and −3 dB of full scale. */
const QUIET_BELOW = 0.016;
const LOUD_ABOVE = 0.7;

function levelWord({ box }: PanelView): string {
  const { hold, clipped } = box.engine.input;
  const peak = Math.max(...hold);
  if (clipped.some(Boolean) || peak > LOUD_ABOVE) return FIRST_START.words.loud;
  return peak < QUIET_BELOW ? FIRST_START.words.quiet : FIRST_START.words.good;
}

/** Why nothing that is played can be seen; null = it can. */
function noInput(device: EngineState['device']): CardProblem | OneWay | null {
  if (device.kind === 'missing') return device.problem;
  const oneWay = oneWayOf(device);
  return oneWay === 'listen-only' ? oneWay : null;
}

export const firstStart: Screen = {
  view: (view) => {
    const { box, fonts } = view;
    const frame = newPage(view, box.setup.hostName);
    const { firstStart: step } = box;
    const trouble = step === 'play' ? noInput(box.engine.device) : null;
    if (trouble !== null) {
      const { text, todo } = problemText(trouble);
      drawMessage(frame, view, { title: text, body: todo, answers: [ANSWERS.ok], top: PAGE_TOP });
    } else if (step === 'play') {
      const { level, hold } = box.engine.input;
      drawCentred(frame, fonts.large, FIRST_START.play.title, PAGE_TOP - 2);
      drawLevel(
        frame,
        { x: 4, y: 27, width: 120, height: 6 },
        meterFraction(Math.max(...level)),
        meterFraction(Math.max(...hold)),
      );
      drawCentred(frame, fonts.large, levelWord(view), 34);
      drawMessage(frame, view, { title: '', body: '', answers: [ANSWERS.ok], top: 52 });
    } else if (step === 'network') {
      drawMessage(frame, view, { ...FIRST_START.network, top: PAGE_TOP });
    } else {
      const { title, body, phone } = FIRST_START.connect;
      const how = absentPages(box).includes('phone') ? body : phone;
      drawMessage(frame, view, { title, body: how, answers: [ANSWERS.ok], top: PAGE_TOP });
    }
    return frame;
  },
  on: (input, view) => {
    const { firstStart: step } = view.box;
    if (step !== 'play' && step !== 'connect') return stay(view);
    return onAnswers(input, view, 1, () => stay(view, { type: 'firstStart', done: step }));
  },
};
