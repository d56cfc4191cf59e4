/** What a real-time thread has counted of its periods, or ticks, as plain data: for the main thread. */
import { type PercentilesUs, percentilesUs } from './percentiles.ts';
import type { PeriodMemory, PeriodWords } from './period-statistics.ts';

export interface PeriodReport {
  /** Time that the work of a period took, from wake-up to the last that was written or sent. */
  readonly path: PercentilesUs;
  /** Lateness of the wake-up. */
  readonly late: PercentilesUs;
  /** The periods that these two are about. */
  readonly periods: number;
  /** All status words, by name; counters since the start. */
  readonly counters: Readonly<Record<string, number>>;
}

/** @param words positions in `status`, by name */
export function periodReport(
  { pathUs, lateUs, status }: Omit<PeriodMemory, 'controls'>,
  words: Readonly<Record<string, number>> & Pick<PeriodWords, 'longestPathUs' | 'latestUs' | 'measured'>,
): PeriodReport {
  const word = (at: number): number => Atomics.load(status, at);
  return {
    path: percentilesUs(pathUs, word(words.longestPathUs)),
    late: percentilesUs(lateUs, word(words.latestUs)),
    periods: word(words.measured),
    counters: Object.fromEntries(Object.entries(words).map(([name, at]) => [name, word(at)])),
  };
}
