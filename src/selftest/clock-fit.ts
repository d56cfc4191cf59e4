/** How fast a sound card's clock runs, from readings of its frame count. Pure. */

export interface ClockFit {
  /** Parts per million above (+) or below (-) 48 kHz of the monotonic clock. */
  readonly ppm: number;
  /** Two standard deviations of that. */
  readonly uncertaintyPpm: number;
  readonly seconds: number;
}

/** A straight line needs some points. */
const LEAST_READINGS = 20;

/**
 * The line through the readings with the least squares. A reading is up to a period old, at random: many make it exact.
 * @param timesMs monotonic
 * @param frames counted up to then, on a stretch without xruns
 * @returns undefined with too few readings
 */
export function fitClock(timesMs: readonly number[], frames: readonly number[], rate: number): ClockFit | undefined {
  const count = timesMs.length;
  if (count < LEAST_READINGS) return undefined;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / count;
  const meanTime = mean(timesMs);
  const meanFrames = mean(frames);
  let squares = 0;
  let cross = 0;
  for (let i = 0; i < count; i++) {
    const time = (timesMs[i] as number) - meanTime;
    squares += time * time;
    cross += time * ((frames[i] as number) - meanFrames);
  }
  const slope = cross / squares;
  let residual = 0;
  for (let i = 0; i < count; i++) {
    residual += ((frames[i] as number) - meanFrames - slope * ((timesMs[i] as number) - meanTime)) ** 2;
  }
  const perPpm = rate / 1e9;
  const deviation = Math.sqrt(residual / (count - 2) / squares);
  return {
    ppm: slope / perPpm - 1e6,
    uncertaintyPpm: (2 * deviation) / perPpm,
    seconds: ((timesMs.at(-1) as number) - (timesMs[0] as number)) / 1000,
  };
}
