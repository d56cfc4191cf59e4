/** The feedback guard: when the audio engine's watch over the first seconds begins, and what it does when it has found a howl. */
import { type BoxEffect, log, type Step, unchanged } from './effects.ts';
import { microphoneClosed } from './recording.ts';
import type { BoxState } from './state.ts';

/**
 * When the microphone opens, a loudspeaker beside it can begin to howl: the guard watches from then on. Whatever lets the
 * musician be heard again also lets the guard watch anew, and so does switching it on meanwhile.
 */
export function guardEffects(before: BoxState, now: BoxState): readonly BoxEffect[] {
  if (!now.sound.feedbackGuard) return before.sound.feedbackGuard ? [{ type: 'feedbackGuard', watch: false }] : [];
  const isHeard = now.sound.mute === 'off' && !microphoneClosed(now);
  const unmuted = before.sound.mute !== 'off' && now.sound.mute === 'off';
  const opened = microphoneClosed(before) && !microphoneClosed(now);
  const switchedOn = !before.sound.feedbackGuard && isHeard;
  return unmuted || opened || switchedOn ? [{ type: 'feedbackGuard', watch: true }] : [];
}

/** What it found before it was switched off may come in after that. */
export function guardTripped(state: BoxState): Step {
  if (!state.sound.feedbackGuard) return unchanged(state);
  return {
    state: { ...state, sound: { ...state.sound, mute: 'feedback' } },
    effects: [log('muted because of feedback')],
  };
}
