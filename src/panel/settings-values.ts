/** Values of settings: how a turn of the knob changes them, and how they read. */
import { PAN_WORDS } from './texts.ts';

/** `value` changed by whole steps within its range. */
export function stepped(value: number, steps: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value + steps));
}

/** "left 30", "middle", "right 100". */
export function panWords(pan: number): string {
  const percent = Math.round((pan - 0.5) * 200);
  if (percent === 0) return PAN_WORDS.middle;
  return percent < 0 ? `${PAN_WORDS.left} ${-percent}` : `${PAN_WORDS.right} ${percent}`;
}

/** "+6 dB", "-3 dB", "0 dB". */
export function dbWords(db: number): string {
  return `${db > 0 ? '+' : ''}${Math.round(db)} dB`;
}
