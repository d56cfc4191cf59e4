/** One musician: how loud and where in what I hear. Remembered by name. */
import type { Person } from '../../../box/state.ts';
import { gainToFader } from '../../../jamulus/gain.ts';
import { drawList, isEditing, onSettings, type Setting } from '../list.ts';
import type { PanelView, Screen } from '../screen.ts';
import { panWords, stepped } from '../settings-values.ts';
import { PEOPLE, YES_NO } from '../texts.ts';
import { drawMessage, newPage, PAGE_TOP } from '../widgets.ts';
import { nameOf } from './people.ts';

function chosenPerson({ box, place }: PanelView): Person | undefined {
  return box.visit.people.find(({ channelId }) => channelId === place.channelId);
}

function settings(person: Person): readonly Setting[] {
  const { channelId, mix } = person;
  const fader = Math.round(gainToFader(mix.gain));
  return [
    {
      text: PEOPLE.level,
      value: `${fader}`,
      bar: { kind: 'fill', fraction: fader / 100 },
      turn: (steps) => ({ type: 'mix', channelId, fader: stepped(fader, steps, 0, 100) }),
    },
    {
      text: PEOPLE.pan,
      value: panWords(mix.pan),
      bar: { kind: 'centre', fraction: mix.pan },
      turn: (steps) => ({
        type: 'mix',
        channelId,
        pan: stepped(Math.round(mix.pan * 20), steps, 0, 20) / 20,
      }),
    },
    {
      text: PEOPLE.muteThem,
      value: mix.muted ? YES_NO.yes : YES_NO.no,
      choose: { type: 'mix', channelId, muted: !mix.muted },
    },
    {
      text: PEOPLE.soloThem,
      value: mix.solo ? YES_NO.yes : YES_NO.no,
      choose: { type: 'mix', channelId, solo: !mix.solo },
    },
  ];
}

export const person: Screen = {
  view: (view) => {
    const chosen = chosenPerson(view);
    if (chosen === undefined) {
      const frame = newPage(view, '');
      drawMessage(frame, view, { title: PEOPLE.gone, body: '', top: PAGE_TOP });
      return frame;
    }
    const frame = newPage(view, nameOf(chosen));
    drawList(frame, view, settings(chosen));
    return frame;
  },
  on: (input, view) => {
    const chosen = chosenPerson(view);
    return onSettings(input, view, chosen === undefined ? [] : settings(chosen));
  },
  accelerates: isEditing,
};
