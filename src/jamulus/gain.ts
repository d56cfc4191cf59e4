/** Fader position, gain and pan, and their numbers on the wire (messages.md §3.5, §3.6). */

const SCALE = 32768;
const FADER_SPAN_DB = 35;

/** Linear gain 0…1 of a fader position 0…100: nothing at 0, then −35…0 dB, linear in dB. */
export function faderToGain(position: number): number {
  if (position <= 0) return 0;
  return 10 ** (((Math.min(position, 100) / 100 - 1) * FADER_SPAN_DB) / 20);
}

/** Fader position 0…100 (not rounded) of a linear gain; the inverse of faderToGain. */
export function gainToFader(gain: number): number {
  if (gain <= 0) return 0;
  return Math.min(100, Math.max(0, (1 + (20 * Math.log10(gain)) / FADER_SPAN_DB) * 100));
}

/** Wire value of a linear gain; 1 = 32768, cut to 0…65535. */
export function gainToWire(gain: number): number {
  return Math.min(0xffff, Math.max(0, Math.trunc(gain * SCALE)));
}

/** Linear gain 0…1.99997: the specification does not clamp received gains to 1. */
export function wireToGain(wire: number): number {
  return wire / SCALE;
}

/** Wire value of a pan 0 (left) … 0.5 (centre) … 1 (right). */
export function panToWire(pan: number): number {
  return Math.min(SCALE, Math.max(0, Math.trunc(pan * SCALE)));
}

/** Pan 0…1; larger wire values are clamped, as since release 4.0.0. */
export function wireToPan(wire: number): number {
  return Math.min(1, wire / SCALE);
}
