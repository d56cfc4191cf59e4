/** Something is wrong: what it is, the one thing to do, and a short code for the telephone. */
import type { AnyProblem } from '../../../box/problems.ts';
import type { Screen } from '../screen.ts';
import { ANSWERS, problemText } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onAnswers } from './answers.ts';

export const error: Screen = {
  view: (view) => {
    const { text, todo, code } = problemText(view.place.draft as AnyProblem);
    const frame = newPage(view, `Problem ${code}`);
    const [mistake] = view.box.setup.mistakes;
    const body = view.place.draft === 'settings-mistakes' && mistake !== undefined ? `${mistake}\n${todo}` : todo;
    drawMessage(frame, view, { title: text, body, answers: [ANSWERS.ok], top: PAGE_TOP });
    return frame;
  },
  on: (input, view) =>
    onAnswers(input, view, 1, () => {
      const dismissed = [...view.panel.dismissed, view.place.draft as AnyProblem];
      return { panel: { ...view.panel, dismissed }, commands: [] };
    }),
};
