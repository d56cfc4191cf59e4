/** What I send: gain with its meter, boost, mono or stereo, whether anybody hears it, and the feedback guard. */

import { CHANNEL_MODES, SOUND_SETTINGS, SOUND_WORDS } from '../../../box/sound-settings.ts';
import { meterFraction } from '../bars.ts';
import { drawList, isEditing, onSettings, type Setting } from '../list.ts';
import type { PanelView, Screen } from '../screen.ts';
import { dbWords, nextPair, pairWords, stepped } from '../settings-values.ts';
import { SEND, SEND_MODES, TITLES, YES_NO } from '../texts.ts';
import { newPage } from '../widgets.ts';

function settings({ box }: PanelView): readonly Setting[] {
  const { inputGainDb, boost, mode, mute, inputChannels, feedbackGuard } = box.sound;
  const { device } = box.engine;
  const inputs = device.kind === 'running' ? device.inputs : null;
  const gain = Math.round(inputGainDb);
  const { min, max } = SOUND_SETTINGS.inputGainDb;
  const nextMode = CHANNEL_MODES[(CHANNEL_MODES.indexOf(mode) + 1) % CHANNEL_MODES.length] ?? 'stereo';
  return [
    {
      text: SEND.gain,
      value: dbWords(gain),
      bar: {
        kind: 'fill',
        fraction: (gain - min) / (max - min),
        level: meterFraction(Math.max(...box.engine.input.level)),
      },
      turn: (steps) => ({ type: 'sound', inputGainDb: stepped(gain, steps, min, max) }),
    },
    {
      text: SOUND_WORDS.boost.name,
      value: `x${boost}`,
      second: SOUND_WORDS.boost.help,
      turn: (steps) => ({
        type: 'sound',
        boost: stepped(boost, steps, SOUND_SETTINGS.boost.min, SOUND_SETTINGS.boost.max),
      }),
    },
    ...(inputs !== null && inputs > 2
      ? [
          {
            text: SEND.inputs,
            value: pairWords(inputChannels),
            second: SEND.inputsOf(inputs),
            choose: { type: 'sound', inputChannels: nextPair(inputChannels, inputs) },
          } as const,
        ]
      : []),
    { text: SOUND_WORDS.mode.name, second: SEND_MODES[mode], choose: { type: 'sound', mode: nextMode } },
    {
      text: SEND.mute,
      value: mute === 'off' ? YES_NO.no : YES_NO.yes,
      second: mute !== 'off' ? SEND.notHeard : inputs === 0 ? SEND.noInput : SEND.heard,
      choose: { type: 'mute', on: mute === 'off' },
    },
    {
      text: SOUND_WORDS.feedbackGuard.name,
      value: feedbackGuard ? YES_NO.on : YES_NO.off,
      second: SOUND_WORDS.feedbackGuard.help,
      choose: { type: 'sound', feedbackGuard: !feedbackGuard },
    },
  ];
}

export const send: Screen = {
  view: (view) => {
    const frame = newPage(view, TITLES.send);
    drawList(frame, view, settings(view));
    return frame;
  },
  on: (input, view) => onSettings(input, view, settings(view)),
  accelerates: isEditing,
};
