/** "What I send" and "what I hear": the settings, the mute, and the flat controls the audio engine applies. */
import { type BoxEffect, callSession, type Step, unchanged } from './effects.ts';
import type { BoxEvent } from './events.ts';
import { microphoneClosed } from './recording.ts';
import { controlsOf, type SoundControls } from './sound-controls.ts';
import { DEFAULT_SOUND, type SoundSettings, saneSound } from './sound-settings.ts';
import { type BoxState, hasSession, type SoundState } from './state.ts';
import { transportSettings } from './transport.ts';

export function initialSound(settings: SoundSettings, startMuted: boolean): SoundState {
  return { ...saneSound(settings, DEFAULT_SOUND), mute: startMuted ? 'start' : 'off' };
}

type SoundEvent = Extract<BoxEvent, { type: 'setSound' | 'mutePressed' | 'clipPressed' }>;

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
    case 'clipPressed':
      return { state, effects: [{ type: 'resetClip' }] };
  }
}

export function soundControls(state: BoxState): SoundControls {
  const { sound } = state;
  const own = state.visit.people.find((person) => person.isOwn)?.mix ?? state.mixes.own;
  return {
    ...controlsOf(sound),
    muted: sound.mute !== 'off',
    microphoneClosed: microphoneClosed(state),
    ownFader: own === null ? 1 : own.muted ? 0 : own.gain,
  };
}

function sameChannels(a: SoundSettings, b: SoundSettings): boolean {
  const all = ({ inputChannels, outputChannels }: SoundSettings) => [...inputChannels, ...outputChannels].join();
  return all(a) === all(b);
}

function channelsOf({ inputChannels, outputChannels }: SoundSettings): BoxEffect {
  return { type: 'channels', channels: { inputChannels, outputChannels } };
}
