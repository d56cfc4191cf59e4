/** Which sound card plays: the one that the box finds, or the one that is chosen here. Applied at once, and remembered. */
import { DELAY_CHOICES, SOUND_CARD } from '../../../box/screen-texts.ts';
import type { CardRow } from '../../../box/state.ts';
import { drawList, type Item, onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

type Row = Item & { readonly key: string | null };

function rows({ box }: PanelView): readonly Row[] {
  const { cards, chosen, taken } = box.cards ?? { cards: [], chosen: null, taken: null };
  const mark = (key: string | null): string => (key === chosen ? DELAY_CHOICES.chosen : '');
  const isAway = chosen !== null && cards.every(({ key }) => key !== chosen);
  return [
    { key: null, ...SOUND_CARD.automatic, value: mark(null) },
    ...cards.map((card) => ({
      key: card.key,
      text: card.kind === 'hat' ? SOUND_CARD.hat : card.name,
      second: [...(card.key === taken ? [SOUND_CARD.inUse] : []), directions(card)].join(', '),
      value: mark(card.key),
    })),
    ...(isAway ? [{ key: chosen, ...SOUND_CARD.away, value: mark(chosen) }] : []),
  ];
}

function directions({ hasInput, hasOutput }: CardRow): string {
  return SOUND_CARD.directions[hasInput && hasOutput ? 'both' : hasInput ? 'input' : 'output'];
}

export const soundCard: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES['sound-card']);
    drawList(frame, view, rows(view));
    return frame;
  },
  on: (input, view) => {
    const choices = rows(view);
    return onList(input, view, choices.length, (cursor) =>
      stay(view, { type: 'soundCard', key: choices[cursor]?.key ?? null }),
    );
  },
};
