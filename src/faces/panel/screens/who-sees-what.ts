/** Before a profile leaves the box for the first time: exactly what the others will see (privacy C1, C3, C4). */
import { SKILLS, WHO_SEES } from '../../../box/screen-texts.ts';
import { instrumentName } from '../../../jamulus/instruments.ts';
import { countryName } from '../countries.ts';
import { drawText } from '../font.ts';
import { FRAME_WIDTH, newFrame } from '../frame.ts';
import { connectTo } from '../joining.ts';
import { drawFitted } from '../layout.ts';
import type { PanelView, Screen } from '../screen.ts';
import { newPlace, open } from '../state.ts';
import { ANSWERS, NOT_SAID } from '../texts.ts';
import { drawMessage } from '../widgets.ts';
import { onAnswers } from './answers.ts';

function rows({ box }: PanelView): readonly string[] {
  const { name, instrument, skill, city, countryCode } = box.profile;
  const plays = instrument === 0 ? NOT_SAID : instrumentName(instrument);
  return [
    `Name ${name === '' ? NOT_SAID : name}`,
    `Plays ${plays}${skill === 'not-set' ? '' : `, ${SKILLS[skill]}`}`,
    `City ${city === '' ? NOT_SAID : city}`,
    `Country ${countryName(countryCode) || NOT_SAID}`,
  ];
}

export const whoSeesWhat: Screen = {
  view: (view) => {
    const frame = newFrame();
    const { fonts, nowMs, place, panel } = view;
    const elapsedMs = nowMs - place.sinceMs;
    drawText(frame, fonts.small, WHO_SEES.title, 0, 0);
    for (const [index, row] of rows(view).entries()) {
      drawFitted(frame, fonts.small, row, { x: 0, y: 9 + index * 9, width: FRAME_WIDTH }, elapsedMs);
    }
    const notes = [
      ...(panel.joining?.records === true ? [WHO_SEES.records] : []),
      ...(panel.joining?.keepsLog === true ? [WHO_SEES.keepsLog] : []),
      WHO_SEES.others,
    ].join(' ');
    drawFitted(frame, fonts.small, notes, { x: 0, y: 45, width: FRAME_WIDTH }, elapsedMs);
    drawMessage(frame, view, { title: '', body: '', answers: [ANSWERS.ok, ANSWERS.change], top: 53 });
    return frame;
  },
  on: (input, view) => {
    const { panel, nowMs } = view;
    const { joining } = panel;
    if (joining === null || input.type === 'back') return { panel: { ...panel, joining: null }, commands: [] };
    return onAnswers(input, view, 2, (chosen) => {
      const decided = { ...panel, joining: null, stack: [] };
      if (chosen === 0) return { panel: decided, commands: [connectTo(view.box, joining.server)] };
      return { panel: open(decided, newPlace('profile', nowMs)), commands: [] };
    });
  },
};
