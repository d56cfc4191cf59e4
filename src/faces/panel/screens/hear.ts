/** What I hear: myself in the mix, direct sound, and how loud it all is. Three things with three names. */
import { SOUND_WORDS } from '../../../box/sound-settings.ts';
import { gainToFader } from '../../../jamulus/gain.ts';
import { drawList, isEditing, onSettings, type Setting } from '../list.ts';
import type { PanelView, Screen } from '../screen.ts';
import { nextPair, pairWords, stepped } from '../settings-values.ts';
import { HEAR, TITLES, YES_NO } from '../texts.ts';
import { newPage } from '../widgets.ts';

function meInTheMix({ box }: PanelView): Setting {
  const own = box.visit.people.find(({ isOwn }) => isOwn);
  if (own === undefined) return { text: HEAR.me, second: HEAR.whenConnected };
  const { channelId, mix } = own;
  const fader = Math.round(gainToFader(mix.gain));
  return {
    text: HEAR.me,
    value: `${fader}`,
    bar: { kind: 'fill', fraction: fader / 100 },
    turn: (steps) => ({ type: 'mix', channelId, fader: stepped(fader, steps, 0, 100) }),
  };
}

function settings(view: PanelView): readonly Setting[] {
  const { monitorOn, monitorLevel, masterLevel, outputChannels } = view.box.sound;
  const { device } = view.box.engine;
  const outputs = device.kind === 'running' ? device.outputs : null;
  const level = (text: string, value: number, key: 'monitorLevel' | 'masterLevel'): Setting => ({
    text,
    value: `${Math.round(value)}`,
    bar: { kind: 'fill', fraction: value / 100 },
    turn: (steps) => ({ type: 'sound', [key]: stepped(Math.round(value), steps, 0, 100) }),
  });
  return [
    level(SOUND_WORDS.masterLevel.name, masterLevel, 'masterLevel'),
    meInTheMix(view),
    {
      text: SOUND_WORDS.monitorOn.name,
      value: monitorOn ? YES_NO.on : YES_NO.off,
      second: HEAR.directWarning,
      choose: { type: 'sound', monitorOn: !monitorOn },
    },
    ...(outputs !== null && outputs > 2
      ? [
          {
            text: HEAR.outputs,
            value: pairWords(outputChannels),
            second: HEAR.outputsOf(outputs),
            choose: { type: 'sound', outputChannels: nextPair(outputChannels, outputs) },
          } as const,
        ]
      : []),
    ...(monitorOn ? [level(HEAR.directLevel, monitorLevel, 'monitorLevel')] : []),
  ];
}

export const hear: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.hear);
    drawList(frame, view, settings(view));
    return frame;
  },
  on: (input, view) => onSettings(input, view, settings(view)),
  accelerates: isEditing,
};
