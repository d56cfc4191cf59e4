/** What a real-time thread has counted of its periods, or ticks, as plain data: for the main thread. */
import { type PercentilesUs, percentilesUs } from './percentiles.ts';
import type { PeriodMemory, PeriodWords } from './period-statistics.ts';

export interface PeriodReport {
  /** Time that the work of a period took, from wake-up to the last that was written or sent. */
  readonly processingTime: PercentilesUs;
  /** How long after its due time a period began. */
  readonly wakeUpLatency: PercentilesUs;
  /** The periods that these two are about. */
  readonly periods: number;
  /** All status words, by name; counters since the start. */
  readonly counters: Readonly<Record<string, number>>;
}

/** @param words positions in `status`, by name */
export function periodReport(
  { processingTimes, wakeUpLatencies, status }: Omit<PeriodMemory, 'controls'>,
  words: Readonly<Record<string, number>> &
    Pick<PeriodWords, 'longestProcessingUs' | 'longestWakeUpLatencyUs' | 'measured'>,
): PeriodReport {
  const word = (at: number): number => Atomics.load(status, at);
  return {
    processingTime: percentilesUs(processingTimes, word(words.longestProcessingUs)),
    wakeUpLatency: percentilesUs(wakeUpLatencies, word(words.longestWakeUpLatencyUs)),
    periods: word(words.measured),
    counters: Object.fromEntries(Object.entries(words).map(([name, at]) => [name, word(at)])),
  };
}
