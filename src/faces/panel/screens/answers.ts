/** What screens with one or two answers have in common. */

import { moveCursor } from '../list.ts';
import type { PanelInput } from '../press-grammar.ts';
import { type Outcome, type PanelView, stay } from '../screen.ts';
import { atPlace } from '../state.ts';

/** A press right after a question has come up was meant for what was there before. */
const TOO_SOON_MS = 400;

/** `answer` is called with the number of the answer that was chosen. */
export function onAnswers(
  input: PanelInput,
  view: PanelView,
  count: number,
  answer: (chosen: number) => Outcome,
): Outcome {
  const { panel, place, nowMs } = view;
  if (input.type === 'choose') {
    return nowMs - place.sinceMs < TOO_SOON_MS ? stay(view) : answer(Math.min(place.cursor, count - 1));
  }
  return { panel: atPlace(panel, place, moveCursor(place, input, count)), commands: [] };
}
