/** Who is here: name, instrument, level, and who has muted this box. Choosing somebody opens their level and pan. */

import type { Person } from '../../../box/state.ts';
import { instrumentName } from '../../../jamulus/instruments.ts';
import { MAX_LEVEL } from '../../../jamulus/levels.ts';
import { drawList, type Item, onList } from '../list.ts';
import { openScreen } from '../navigation.ts';
import { type PanelView, type Screen, stay } from '../screen.ts';
import { PEOPLE, TITLES } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';

function personItem(person: Person): Item {
  const plays = person.instrument === 0 ? '' : instrumentName(person.instrument);
  const second = person.hasMutedMe ? PEOPLE.hasMutedYou : person.isOwn ? PEOPLE.you : plays;
  const mine = person.mix.muted ? PEOPLE.muted : person.mix.solo ? PEOPLE.solo : '';
  const both = [second, mine].filter((word) => word !== '').join(', ');
  return { text: nameOf(person), second: both, level: person.level / MAX_LEVEL };
}

export function nameOf(person: Person): string {
  return person.name === '' ? PEOPLE.nameless : person.name;
}

export const people: Screen = {
  view: (view) => {
    const list = view.box.visit.people;
    const frame = newPage(view, `${TITLES.people} (${list.length})`);
    if (list.length === 0) drawMessage(frame, view, { title: PEOPLE.nobody, body: '', top: PAGE_TOP });
    else drawList(frame, view, list.map(personItem));
    return frame;
  },
  on: (input, view) =>
    onList(input, view, view.box.visit.people.length, (cursor) => {
      const chosen = view.box.visit.people[cursor];
      return chosen === undefined ? stay(view) : openScreen(view, 'person', { channelId: chosen.channelId });
    }),
  accelerates: ({ box }: PanelView) => box.visit.people.length > 20,
};
