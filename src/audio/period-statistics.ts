/** Counts periods (or ticks of a room) in shared memory: how many, how long they took, how late they began. Period path. */
import { HISTOGRAM_US } from './shared.ts';

export interface PeriodMemory {
  /** How often the work of a period took so many microseconds. */
  readonly pathUs: Int32Array;
  /** How often a period began so many microseconds late. */
  readonly lateUs: Int32Array;
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
  readonly longestPathUs: number;
  readonly latestUs: number;
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
  measure(tookUs: number, lateUs: number, periodUs: number): void {
    const { controls, pathUs, lateUs: lateness, status } = this.#memory;
    const at = this.#at;
    this.#count(at.periods);
    if (lateUs > periodUs) this.#count(at.missed);
    const reset = controls[at.statisticsReset] as number;
    if (reset !== this.#reset) {
      this.#reset = reset;
      pathUs.fill(0);
      lateness.fill(0);
      status[at.longestPathUs] = 0;
      status[at.latestUs] = 0;
      status[at.measured] = 0;
      return;
    }
    this.#tally(pathUs, tookUs, at.longestPathUs);
    this.#tally(lateness, lateUs, at.latestUs);
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
