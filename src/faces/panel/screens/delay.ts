/** Fast, normal or safe: how much the sound is kept waiting so that it doesn't stumble. Applied at once. */
import { DELAY_CHOICES } from '../../../box/screen-texts.ts';
import { JITTER_WORDS } from '../../../box/state.ts';
import { drawList, type Item, onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { delayNumber } from '../status-rows.ts';
import { TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

function items({ box }: PanelView): readonly Item[] {
  return JITTER_WORDS.map((kind) => {
    const { text, second } = DELAY_CHOICES[kind];
    return { text, second, value: box.jitter.kind === kind ? DELAY_CHOICES.chosen : '' };
  });
}

export const delay: Screen = {
  view: (view) => {
    const frame = newPage(view, `${TITLES.delay}: ${delayNumber(view.box)} ms`);
    drawList(frame, view, items(view));
    return frame;
  },
  on: (input, view) =>
    onList(input, view, JITTER_WORDS.length, (cursor) =>
      stay(view, { type: 'jitter', jitter: { kind: JITTER_WORDS[cursor] ?? 'normal' } }),
    ),
};
