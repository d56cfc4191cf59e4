/** What the audio engine obeys, and how it follows from the sound settings. */
import { faderToGain } from '../jamulus/gain.ts';
import type { SoundSettings } from './sound-settings.ts';

/** Everything the audio path needs. Gains are linear; pans 0 (left) … 1 (right). */
export interface SoundControls {
  readonly muted: boolean;
  readonly microphoneClosed: boolean;
  readonly inputGain: number;
  /** 1…10 */
  readonly boost: number;
  readonly inputPan: number;
  readonly inputMode: SoundSettings['mode'];
  /** 0 = direct sound off. */
  readonly monitorGain: number;
  readonly monitorPan: number;
  readonly master: number;
  /** "Me in the mix": what a muted musician goes on hearing of themselves. */
  readonly ownFader: number;
}

/** As the settings say, with nothing muted or closed. */
export function controlsOf(sound: SoundSettings): SoundControls {
  return {
    muted: false,
    microphoneClosed: false,
    inputGain: 10 ** (sound.inputGainDb / 20),
    boost: sound.boost,
    inputPan: sound.inputPan,
    inputMode: sound.mode,
    monitorGain: sound.monitorOn ? faderToGain(sound.monitorLevel) : 0,
    monitorPan: sound.monitorPan,
    master: faderToGain(sound.masterLevel),
    ownFader: 1,
  };
}
