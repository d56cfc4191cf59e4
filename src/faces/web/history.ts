/** The last ten minutes of the connection, one sample a second: numbers and nothing else (privacy C10). */

import type { BoxState } from '../../box/state.ts';
import { delayFigure } from '../../box/views.ts';
import type { HistorySample } from './api/page-state.ts';

export const HISTORY_SAMPLES = 600;
const FIELDS = 4;

export class History {
  /** Per sample: time, ping, delay (NaN = not connected), drops since the one before. */
  readonly #numbers = new Float64Array(FIELDS * HISTORY_SAMPLES);
  #count = 0;
  #attemptId = -1;
  #misses = 0;

  take(box: BoxState, nowMs: number): void {
    const { visit, attemptId, link } = box;
    const misses = visit.missReadings.at(-1)?.misses ?? 0;
    const isSameVisit = attemptId === this.#attemptId && link.kind === 'connected';
    const before = isSameVisit ? this.#misses : (visit.missReadings[0]?.misses ?? misses);
    this.#attemptId = attemptId;
    this.#misses = misses;
    const at = FIELDS * (this.#count % HISTORY_SAMPLES);
    this.#numbers[at] = nowMs;
    this.#numbers[at + 1] = link.kind === 'connected' ? (visit.pingMs ?? Number.NaN) : Number.NaN;
    this.#numbers[at + 2] = delayFigure(box)?.ms ?? Number.NaN;
    this.#numbers[at + 3] = Math.max(0, misses - before);
    this.#count += 1;
  }

  /** Oldest first. */
  samples(): HistorySample[] {
    const length = Math.min(this.#count, HISTORY_SAMPLES);
    return Array.from({ length }, (_, index) => this.#sample(this.#count - length + index));
  }

  newest(): HistorySample | undefined {
    return this.#count === 0 ? undefined : this.#sample(this.#count - 1);
  }

  #sample(number: number): HistorySample {
    const at = FIELDS * (number % HISTORY_SAMPLES);
    const value = (offset: number): number => this.#numbers[at + offset] as number;
    const known = (offset: number): number | null => (Number.isNaN(value(offset)) ? null : value(offset));
    return [Math.round(value(0)), known(1), known(2), value(3)];
  }
}
