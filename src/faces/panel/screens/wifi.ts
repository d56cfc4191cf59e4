/** Wi-Fi is off. Who wants it anyway is warned; setting it up by phone lasts ten minutes. */
import { DELAY_CHOICES, WIFI } from '../../../box/screen-texts.ts';
import { drawList, type Item, onList } from '../list.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

const STATES = ['off', 'on', 'set-up'] as const;

function rows({ box }: PanelView): readonly Item[] {
  return STATES.map((wifi) => ({
    ...WIFI[wifi],
    value: box.system.wifi === wifi ? DELAY_CHOICES.chosen : '',
  }));
}

export const wifi: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.wifi);
    drawList(frame, view, rows(view));
    return frame;
  },
  on: (input, view) =>
    onList(input, view, STATES.length, (cursor) => stay(view, { type: 'wifi', wifi: STATES[cursor] ?? 'off' })),
};
