/** The keyboard as the panel's controls. Terminals tell no release, so holding has keys of its own. Pure. */
import type { Key } from '../panel/press-grammar.ts';

export type DeskKey =
  | { readonly type: 'press'; readonly key: Key; readonly forMs: number }
  | { readonly type: 'turn'; readonly steps: 1 | -1 }
  | { readonly type: 'quit' };

/** How long a key counts as held for the keys of a short press, a hold and the hold that ends something. */
const SHORT_MS = 100;
const HOLD_MS = 1000;
const LONG_HOLD_MS = 4300;

const PRESS = (key: Key, forMs: number): DeskKey => ({ type: 'press', key, forMs });
const NEXT: DeskKey = { type: 'turn', steps: 1 };
const PREVIOUS: DeskKey = { type: 'turn', steps: -1 };
const BACK = PRESS('knob', HOLD_MS);
const PUSH = PRESS('knob', SHORT_MS);
const QUIT: DeskKey = { type: 'quit' };

const KEYS: ReadonlyMap<string, DeskKey> = new Map([
  ['c', PRESS('connect', SHORT_MS)],
  ['C', PRESS('connect', HOLD_MS)],
  ['S', PRESS('connect', LONG_HOLD_MS)],
  ['m', PRESS('mute', SHORT_MS)],
  ['M', PRESS('mute', SHORT_MS)],
  ['\r', PUSH],
  ['\n', PUSH],
  [' ', PUSH],
  ['b', BACK],
  ['\x1b', BACK],
  ['\x7f', BACK],
  ['R', PRESS('knob', LONG_HOLD_MS)],
  ['j', NEXT],
  ['k', PREVIOUS],
  ['\x1b[B', NEXT],
  ['\x1b[C', NEXT],
  ['\x1b[A', PREVIOUS],
  ['\x1b[D', PREVIOUS],
  ['\x1bOB', NEXT],
  ['\x1bOC', NEXT],
  ['\x1bOA', PREVIOUS],
  ['\x1bOD', PREVIOUS],
  ['q', QUIT],
  ['Q', QUIT],
  ['\x03', QUIT],
]);

/** An escape sequence, or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals send them
const STROKE = /\x1b[[O][\d;]*[A-Za-z~]|./gsu;

/** The keys in what a terminal has sent; those that mean nothing here are null: they still let go of a held one. */
export function deskKeys(typed: string): readonly (DeskKey | null)[] {
  return (typed.match(STROKE) ?? []).map((stroke) => KEYS.get(stroke) ?? null);
}
