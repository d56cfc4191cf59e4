/** Counts periods (or ticks of a room) in shared memory: how many, their processing times and wake-up latencies. Period path. */
import { HISTOGRAM_US } from './shared.ts';

export interface PeriodMemory {
  /** Histogram of processing times: the index is the time in microseconds, the value how often it was counted. */
  readonly processingTimes: Int32Array;
  /** The same of wake-up latencies: how long after its due time a period began. */
  readonly wakeUpLatencies: Int32Array;
  readonly controls: Int32Array;
  readonly status: Int32Array;
}

/** Positions in `controls` (the first) and `status`. */
export interface PeriodWords {
  /** Each change clears the histograms and the largest values. */
  readonly statisticsReset: number;
  readonly periods: number;
  /** Periods found more than one period late. */
  readonly missed: number;
  readonly longestProcessingUs: number;
  readonly longestWakeUpLatencyUs: number;
  /** Periods since the histograms were cleared. */
  readonly measured: number;
}

export class PeriodStatistics {
  readonly #memory: PeriodMemory;
  readonly #at: PeriodWords;
  #reset = 0;

  constructor(memory: PeriodMemory, at: PeriodWords) {
    this.#memory = memory;
    this.#at = at;
  }

  /** The period that has just ended; the one in which the statistics begin anew is not measured. */
  measure(processingUs: number, wakeUpLatencyUs: number, periodUs: number): void {
    const { controls, processingTimes, wakeUpLatencies, status } = this.#memory;
    const at = this.#at;
    this.#count(at.periods);
    if (wakeUpLatencyUs > periodUs) this.#count(at.missed);
    const reset = controls[at.statisticsReset] as number;
    if (reset !== this.#reset) {
      this.#reset = reset;
      processingTimes.fill(0);
      wakeUpLatencies.fill(0);
      status[at.longestProcessingUs] = 0;
      status[at.longestWakeUpLatencyUs] = 0;
      status[at.measured] = 0;
      return;
    }
    this.#tally(processingTimes, processingUs, at.longestProcessingUs);
    this.#tally(wakeUpLatencies, wakeUpLatencyUs, at.longestWakeUpLatencyUs);
    this.#count(at.measured);
  }

  #tally(histogram: Int32Array, us: number, longest: number): void {
    const bucket = us < 0 ? 0 : us < HISTOGRAM_US ? us : HISTOGRAM_US - 1;
    histogram[bucket] = (histogram[bucket] as number) + 1;
    if (us > (this.#memory.status[longest] as number)) this.#memory.status[longest] = us;
  }

  #count(at: number): void {
    const { status } = this.#memory;
    status[at] = ((status[at] as number) + 1) | 0;
  }
}
