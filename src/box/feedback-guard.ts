/** The feedback guard: when the audio engine's watch over the first seconds begins, and what it does when it has found a howl. */
import { type BoxEffect, log, type Step } from './effects.ts';
import { microphoneClosed } from './recording.ts';
import type { BoxState } from './state.ts';

/**
 * When the microphone opens, a loudspeaker beside it can begin to howl: the guard watches from then on. Whatever lets the
 * musician be heard again also lets the guard watch anew.
 */
export function guardEffects(before: BoxState, now: BoxState): readonly BoxEffect[] {
  const unmuted = before.sound.mute !== 'off' && now.sound.mute === 'off';
  const opened = microphoneClosed(before) && !microphoneClosed(now);
  return unmuted || opened ? [{ type: 'feedbackGuard', watch: true }] : [];
}

export function guardTripped(state: BoxState): Step {
  return {
    state: { ...state, sound: { ...state.sound, mute: 'feedback' } },
    effects: [log('muted because of feedback')],
  };
}
