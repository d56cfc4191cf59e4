/** Order statistics of what was measured: of a list, and of a histogram in shared memory. Pure. */

/** Microseconds. */
export interface PercentilesUs {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/**
 * The smallest of the values that is not below the fraction `q` of them (nearest rank): always one that was measured.
 * @param q above 0, up to 1
 * @returns NaN when there are no values
 */
export function percentile(values: readonly number[], q: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? Number.NaN;
}

/** The mean of the two in the middle for an even count; NaN when there are no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * @param histogram how often each number of microseconds was counted; the last takes all that is longer
 * @param maxUs the largest, which the histogram may not have; all are 0 when nothing was counted
 */
export function percentilesUs(histogram: Int32Array, maxUs: number): PercentilesUs {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const at = (q: number): number => {
    const rank = Math.ceil(q * total);
    let seen = 0;
    return Math.max(
      0,
      histogram.findIndex((count) => {
        seen += count;
        return seen >= rank;
      }),
    );
  };
  return { p50Us: at(0.5), p99Us: at(0.99), p999Us: at(0.999), maxUs };
}
