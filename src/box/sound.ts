/** "What I send" and "what I hear": the settings, the mute, and the flat controls the audio engine obeys. */
import { faderToGain } from '../jamulus/gain.ts';
import { type BoxEffect, callSession, log, type SoundControls, type Step, unchanged } from './effects.ts';
import type { BoxEvent } from './events.ts';
import { microphoneClosed } from './recording.ts';
import { type BoxState, type ChannelPair, hasSession, type SoundSettings, type SoundState } from './state.ts';
import { transportSettings } from './transport.ts';

export const INPUT_GAIN_DB = { min: -60, max: 24 } as const;
export const BOOST = { min: 1, max: 10 } as const;

/** Of a sound card; what comes after them can't be chosen. */
export const MAX_CARD_CHANNELS = 32;

export const DEFAULT_SOUND: SoundSettings = {
  inputChannels: [1, 2],
  outputChannels: [1, 2],
  inputGainDb: 0,
  boost: 1,
  mode: 'stereo',
  inputPan: 0.5,
  monitorOn: false,
  monitorLevel: 100,
  monitorPan: 0.5,
  masterLevel: 100,
};

export function initialSound(settings: SoundSettings, startMuted: boolean): SoundState {
  return { ...saneSound(settings, DEFAULT_SOUND), mute: startMuted ? 'start' : 'off' };
}

type SoundEvent = Extract<BoxEvent, { type: 'setSound' | 'mutePressed' | 'feedbackGuardTripped' | 'clipPressed' }>;

/** The 'sound' effect is not made here: reduce.ts does it for whatever changes the controls. */
export function reduceSound(state: BoxState, event: SoundEvent): Step {
  const { sound } = state;
  switch (event.type) {
    case 'setSound': {
      const next = { ...state, sound: { ...saneSound({ ...sound, ...event.change }, sound), mute: sound.mute } };
      const transport = transportSettings(next);
      const effects: BoxEffect[] = [];
      if (!sameChannels(next.sound, sound)) effects.push(channelsOf(next.sound));
      if (hasSession(state) && transport.channels !== transportSettings(state).channels) {
        effects.push(callSession({ method: 'setTransport', transport }));
      }
      return { state: next, effects };
    }
    case 'mutePressed':
      return unchanged({ ...state, sound: { ...sound, mute: sound.mute === 'off' ? 'pressed' : 'off' } });
    case 'feedbackGuardTripped':
      return {
        state: { ...state, sound: { ...sound, mute: 'feedback' } },
        effects: [log('muted because of feedback')],
      };
    case 'clipPressed':
      return { state, effects: [{ type: 'resetClip' }] };
  }
}

export function soundControls(state: BoxState): SoundControls {
  const { sound } = state;
  const own = state.visit.people.find((person) => person.isOwn)?.mix ?? state.mixes.own;
  return {
    muted: sound.mute !== 'off',
    microphoneClosed: microphoneClosed(state),
    inputGain: 10 ** (sound.inputGainDb / 20),
    boost: sound.boost,
    inputPan: sound.inputPan,
    inputMode: sound.mode,
    monitorGain: sound.monitorOn ? faderToGain(sound.monitorLevel) : 0,
    monitorPan: sound.monitorPan,
    master: faderToGain(sound.masterLevel),
    ownFader: own === null ? 1 : own.muted ? 0 : own.gain,
  };
}

/** Numbers limited to their ranges; what is no number stays as it was. */
function saneSound(wanted: SoundSettings, before: SoundSettings): SoundSettings {
  return {
    inputChannels: sanePair(wanted.inputChannels, before.inputChannels),
    outputChannels: sanePair(wanted.outputChannels, before.outputChannels),
    inputGainDb: limit(wanted.inputGainDb, INPUT_GAIN_DB.min, INPUT_GAIN_DB.max, before.inputGainDb),
    boost: Math.round(limit(wanted.boost, BOOST.min, BOOST.max, before.boost)),
    mode: wanted.mode,
    inputPan: limit(wanted.inputPan, 0, 1, before.inputPan),
    monitorOn: wanted.monitorOn,
    monitorLevel: limit(wanted.monitorLevel, 0, 100, before.monitorLevel),
    monitorPan: limit(wanted.monitorPan, 0, 1, before.monitorPan),
    masterLevel: limit(wanted.masterLevel, 0, 100, before.masterLevel),
  };
}

function sanePair(wanted: ChannelPair, before: ChannelPair): ChannelPair {
  const isSane = wanted.every((channel) => Number.isInteger(channel) && channel >= 1 && channel <= MAX_CARD_CHANNELS);
  return isSane ? wanted : before;
}

function sameChannels(a: SoundSettings, b: SoundSettings): boolean {
  const all = ({ inputChannels, outputChannels }: SoundSettings) => [...inputChannels, ...outputChannels].join();
  return all(a) === all(b);
}

function channelsOf({ inputChannels, outputChannels }: SoundSettings): BoxEffect {
  return { type: 'channels', channels: { inputChannels, outputChannels } };
}

function limit(value: number, min: number, max: number, otherwise: number): number {
  return Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : otherwise;
}
