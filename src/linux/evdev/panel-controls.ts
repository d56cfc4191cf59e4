/**
 * The panel's keys and knob as the device tree names them: the codes that the overlays in hardware/ give to gpio-keys and
 * rotary-encoder (linux/input-event-codes.h), and what they mean.
 */

import type { InputEvent } from './input-devices.ts';
import { EV_KEY, EV_REL } from './input-event.ts';

/** Node names in the device tree, which become the names of the input devices. */
export const PANEL_DEVICES = ['jambox-keys', 'jambox-encoder'] as const;

/** `linux,code` of each key. The encoder's push and the OK button are the same key. */
export const KEY_CODES = {
  /** KEY_CONNECT */
  connect: 218,
  /** KEY_MICMUTE */
  mute: 248,
  /** KEY_UP */
  up: 103,
  /** KEY_DOWN */
  down: 108,
  /** KEY_ENTER */
  knob: 28,
} as const;

/** `linux,axis` of the encoder: REL_DIAL, or REL_X where an overlay leaves it out. */
export const KNOB_AXES: readonly number[] = [7, 0];

export type PanelKey = keyof typeof KEY_CODES;

export type ControlEvent = { readonly atMs: number } & (
  | { readonly type: 'down' | 'up'; readonly key: PanelKey }
  /** Detents since the last one, more than 0 = clockwise. */
  | { readonly type: 'turn'; readonly steps: number }
  /**
   * No key counts as held any more, and nothing acts because of it. A key that is held on gives its 'up' later, without
   * a 'down' before it.
   */
  | { readonly type: 'cancel' }
);

const KEYS: ReadonlyMap<number, PanelKey> = new Map(
  (Object.keys(KEY_CODES) as PanelKey[]).map((key) => [KEY_CODES[key], key]),
);
/** A knob gives one or two detents a record; more is a broken device. */
const MAX_STEPS = 16;

/** Undefined for what is no business of the panel, such as a key's automatic repetition. */
export function controlEvent(event: InputEvent): ControlEvent | undefined {
  const { atMs } = event;
  if (event.kind === 'lost') return { type: 'cancel', atMs };
  const { type, code, value } = event;
  const key = KEYS.get(code);
  if (type === EV_KEY && key !== undefined && (value === 0 || value === 1)) {
    return { type: value === 1 ? 'down' : 'up', key, atMs };
  }
  if (type === EV_REL && KNOB_AXES.includes(code) && value !== 0) {
    return { type: 'turn', steps: Math.min(MAX_STEPS, Math.max(-MAX_STEPS, value)), atMs };
  }
  return undefined;
}
