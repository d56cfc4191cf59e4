/** Instrument, country and skill, from lists. The present one is marked. */

import type { Command } from '../../../box/commands.ts';
import { DELAY_CHOICES, SKILLS } from '../../../box/screen-texts.ts';
import { SKILL_LEVELS } from '../../../jamulus/enumerations.ts';
import { INSTRUMENTS } from '../../../jamulus/instruments.ts';
import type { Profile } from '../../../jamulus/session-types.ts';
import { COUNTRIES } from '../countries.ts';
import { drawList, onList } from '../list.ts';
import { type Screen, stay } from '../screen.ts';
import { close } from '../state.ts';
import { NOT_SAID, TITLES } from '../texts.ts';
import { newPage } from '../widgets.ts';

type Field = 'instrument' | 'country' | 'skill';

interface Choice {
  readonly text: string;
  readonly change: Omit<Extract<Command, { type: 'profile' }>, 'type'>;
  readonly is: (profile: Profile) => boolean;
}

const CHOICES: Readonly<Record<Field, readonly Choice[]>> = {
  instrument: INSTRUMENTS.map((name, instrument) => ({
    text: instrument === 0 ? NOT_SAID : name,
    change: { instrument },
    is: (profile) => profile.instrument === instrument,
  })),
  country: [{ code: 0, iso: '', name: NOT_SAID }, ...COUNTRIES].map(({ code, iso, name }) => ({
    text: name,
    change: { country: iso },
    is: (profile) => profile.countryCode === code,
  })),
  skill: SKILL_LEVELS.map((skill) => ({
    text: SKILLS[skill],
    change: { skill },
    is: (profile) => profile.skill === skill,
  })),
};

export function choicesOf(field: Field): readonly Choice[] {
  return CHOICES[field];
}

function choiceScreen(field: Field): Screen {
  const choices = CHOICES[field];
  return {
    view: (view) => {
      const frame = newPage(view, TITLES[field]);
      const { profile } = view.box;
      drawList(
        frame,
        view,
        choices.map(({ text, is }) => ({ text, value: is(profile) ? DELAY_CHOICES.chosen : '' })),
      );
      return frame;
    },
    on: (input, view) =>
      onList(input, view, choices.length, (cursor) => {
        const chosen = choices[cursor];
        if (chosen === undefined) return stay(view);
        return { panel: close(view.panel), commands: [{ type: 'profile', ...chosen.change }] };
      }),
    accelerates: () => choices.length > 12,
  };
}

export const instrument = choiceScreen('instrument');
export const country = choiceScreen('country');
export const skill = choiceScreen('skill');
