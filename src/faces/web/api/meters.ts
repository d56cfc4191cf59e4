/**
 * The event `meters`: a JSON array of whole numbers, at most 15 a second. Levels are dBFS, -90 or below = silence, above 0
 * = clipped. First METER_COUNT fixed places, then two numbers for each musician: channel ID, level step 0…9.
 */

/** Places in the array. */
export const METER = {
  inLeft: 0,
  inRight: 1,
  inHoldLeft: 2,
  inHoldRight: 3,
  outLeft: 4,
  outRight: 5,
  outHoldLeft: 6,
  outHoldRight: 7,
  /** Sum of CLIPPED bits. */
  clipped: 8,
} as const;
export const METER_COUNT = 9;
export const CLIPPED = { inLeft: 1, inRight: 2, outLeft: 4, outRight: 8 } as const;
export const SILENCE_DB = -90;

/** Level steps 0…9 by channel ID. */
export function levelsOf(meters: readonly number[]): ReadonlyMap<number, number> {
  const levels = new Map<number, number>();
  for (let at = METER_COUNT; at + 1 < meters.length; at += 2) levels.set(meters[at] ?? 0, meters[at + 1] ?? 0);
  return levels;
}
