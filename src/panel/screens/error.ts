/** Something is wrong: what it is, the one thing to do, and a short code for the telephone. */
import type { Screen } from '../screen.ts';
import { ANSWERS, type AnyProblem, problemText } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { onAnswers } from './answers.ts';

export const error: Screen = {
  view: (view) => {
    const { text, todo, code } = problemText(view.place.draft as AnyProblem);
    const frame = newPage(view, `Problem ${code}`);
    drawMessage(frame, view, { title: text, body: todo, answers: [ANSWERS.ok], top: PAGE_TOP });
    return frame;
  },
  on: (input, view) =>
    onAnswers(input, view, 1, () => {
      const dismissed = [...view.panel.dismissed, view.place.draft as AnyProblem];
      return { panel: { ...view.panel, dismissed }, events: [] };
    }),
};
