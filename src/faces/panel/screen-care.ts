/**
 * Care of the OLED, whose pixels wear out: dim after a minute, off after five, standing lines moved by a pixel; but
 * never off while something stands that must be seen. The first press on a dark screen only wakes it.
 */

import type { AnyProblem } from '../../box/problems.ts';
import type { BoxState } from '../../box/state.ts';
import { problems, systemProblems } from '../../box/views.ts';
import { type Frame, shiftFrame } from './frame.ts';
import type { Key, RawInput } from './press-grammar.ts';
import type { PanelState } from './state.ts';

export interface Care {
  /** Of the last touch, or of the last thing that must be seen. */
  readonly awakeAtMs: number;
  /** Keys that went down on a dark screen: letting them go does nothing. */
  readonly swallowed: readonly Key[];
}

export type Brightness = 'bright' | 'dim' | 'off';

/** Time without a touch after which the screen dims, and goes dark; and the interval at which the picture moves by a pixel. */
const DIM_AFTER_MS = 60_000;
const OFF_AFTER_MS = 300_000;
const SHIFT_EVERY_MS = 60_000;

export function newCare(atMs: number): Care {
  return { awakeAtMs: atMs, swallowed: [] };
}

/** Something has come up that must be seen. */
export function wake(care: Care, atMs: number): Care {
  return { ...care, awakeAtMs: atMs };
}

/** True when another screen has come up by itself: wake for it. */
export function hasNews(before: PanelState, after: PanelState): boolean {
  return before.arrived.screen !== after.arrived.screen || before.arrived.draft !== after.arrived.draft;
}

/** Told once, and nobody is in a hurry: they wait for the next touch, and don't wear the screen out. */
const NOTES: readonly AnyProblem[] = ['settings-restored', 'settings-mistakes', 'listen-only', 'send-only'];

/** A recording notice, a licence, mute, or an error stands. */
export function mustBeSeen(box: BoxState): boolean {
  return (
    box.visit.recorder.notice !== null ||
    box.visit.licence === 'required' ||
    box.sound.mute !== 'off' ||
    [...problems(box), ...systemProblems(box)].some((problem) => !NOTES.includes(problem))
  );
}

export function brightness(care: Care, seen: boolean, nowMs: number): Brightness {
  const idleMs = nowMs - care.awakeAtMs;
  if (idleMs < DIM_AFTER_MS) return 'bright';
  return seen || idleMs < OFF_AFTER_MS ? 'dim' : 'off';
}

/** Takes a raw input; `pass` = it may go on to the press grammar. */
export function touched(
  care: Care,
  raw: RawInput,
  before: Brightness,
  atMs: number,
): { readonly care: Care; readonly pass: boolean } {
  switch (raw.type) {
    case 'tick':
      return { care, pass: true };
    case 'turn':
      return { care: wake(care, atMs), pass: before !== 'off' };
    case 'down':
      if (before !== 'off') return { care: wake(care, atMs), pass: true };
      return { care: { awakeAtMs: atMs, swallowed: [...care.swallowed, raw.key] }, pass: false };
    case 'up': {
      const swallowed = care.swallowed.filter((key) => key !== raw.key);
      return { care: { awakeAtMs: atMs, swallowed }, pass: swallowed.length === care.swallowed.length };
    }
  }
}

/** The frame moved by at most a pixel each way, another way every minute. */
export function withShift(frame: Frame, nowMs: number): Frame {
  const step = ((Math.floor(nowMs / SHIFT_EVERY_MS) % 4) + 4) % 4;
  return shiftFrame(frame, step === 1 || step === 2 ? 1 : 0, step === 2 || step === 3 ? 1 : 0);
}
