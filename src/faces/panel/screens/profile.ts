/** My profile: what the others see. Every field may be empty (privacy C2). */
import { SKILLS } from '../../../box/screen-texts.ts';
import { instrumentName } from '../../../jamulus/instruments.ts';
import { countryName } from '../countries.ts';
import { drawList, type Item, onList } from '../list.ts';
import { openScreen } from '../navigation.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import type { OpenedScreen } from '../state.ts';
import { NOT_SAID, TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';
import { choicesOf } from './choices.ts';
import { wheelPlace } from './text-wheel.ts';

const FIELDS = ['name', 'instrument', 'city', 'country', 'skill'] as const satisfies readonly OpenedScreen[];

function items({ box }: PanelView): readonly Item[] {
  const { name, instrument, city, countryCode, skill } = box.profile;
  const values = {
    name,
    instrument: instrument === 0 ? '' : instrumentName(instrument),
    city,
    country: countryName(countryCode),
    skill: skill === 'not-set' ? '' : SKILLS[skill],
  };
  return FIELDS.map((field) => ({ text: TITLES[field], second: values[field] === '' ? NOT_SAID : values[field] }));
}

export const profile: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.profile);
    drawList(frame, view, items(view));
    return frame;
  },
  on: (input, view) =>
    onList(input, view, FIELDS.length, (cursor) => {
      const field = FIELDS[cursor];
      if (field === undefined) return stay(view);
      if (field === 'name' || field === 'city') return openScreen(view, field, wheelPlace(view.box.profile[field]));
      return openScreen(view, field, { cursor: choicesOf(field).findIndex(({ is }) => is(view.box.profile)) });
    }),
};
