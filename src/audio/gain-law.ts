/**
 * The gain laws of the protocol and the guards that every stage shares (protocol: audio.md §4 item 4).
 * Period path: no allocation.
 */

/** Most that any single gain control amplifies. */
const MAX_GAIN = 16;

/** A usable gain 0…16 from whatever a control holds; not a number becomes 0. */
export function limitGain(gain: number): number {
  return gain > 0 ? Math.min(gain, MAX_GAIN) : 0;
}

/** Pan or fader 0…1 from a position 0…100; not a number becomes the centre. */
export function fractionOf(position: number): number {
  return position <= 0 ? 0 : position >= 100 ? 1 : position >= 0 ? position / 100 : 0.5;
}

/** Cross-fade law, left: −6 dB at the centre. The right one is `crossFadeLeft(1 - fraction)`. */
export function crossFadeLeft(fraction: number): number {
  return 1 - fraction;
}

/** Balance law, left: 0 dB from the left to the centre. The right one is `balanceLeft(1 - fraction)`. */
export function balanceLeft(fraction: number): number {
  return Math.min(0.5, 1 - fraction) * 2;
}

/** The sample itself, or 0 for NaN and infinities. */
export function finite(sample: number): number {
  return sample - sample === 0 ? sample : 0;
}

/** Clips to ±1. */
export function clip(sample: number): number {
  return Math.min(Math.max(sample, -1), 1);
}
