/** Values of settings: how a turn of the knob changes them, and how they read. */
import type { ChannelPair } from '../../box/sound-settings.ts';
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

/** "3+4", or "3" where one channel is both sides. */
export function pairWords([left, right]: ChannelPair): string {
  return left === right ? `${left}` : `${left}+${right}`;
}

/** The pair after this one on a card with `channels` channels: 1+2, 3+4, … and round again. */
export function nextPair([left, right]: ChannelPair, channels: number): ChannelPair {
  const last = Math.max(left, right);
  const first = last % 2 === 0 ? last + 1 : last + 2;
  if (first > channels) return [1, 2];
  return first === channels ? [first, first] : [first, first + 1];
}
