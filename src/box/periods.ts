/** Periods of the sound card, and the coded frames that go with them. */
import type { BlockFactor, FrameSamples } from '../jamulus/stream-format.ts';

/** Periods that can be asked for, frames per channel. */
export const PERIODS = [32, 64, 128, 256] as const;
export type PeriodFrames = (typeof PERIODS)[number];

/** How many periods the sound card's buffer may have. */
export const CARD_PERIODS = { min: 2, max: 4 } as const;

export function isPeriodFrames(n: number): n is PeriodFrames {
  return (PERIODS as readonly number[]).includes(n);
}

/** Small frames are for small periods: a larger period makes them come in bursts (audio.md §4). */
export function smallFramesFit(periodFrames: number, blockFactor: BlockFactor): boolean {
  return periodFrames <= 64 && blockFactor === 1;
}

/** The frame to take where nobody has named one. */
export function usualFrameSamples(periodFrames: number, blockFactor: BlockFactor): FrameSamples {
  return smallFramesFit(periodFrames, blockFactor) ? 64 : 128;
}
