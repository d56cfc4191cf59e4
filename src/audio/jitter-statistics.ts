/**
 * The automatic size of the jitter buffer: ten simulated buffers of 2…11 blocks, their error rates and the filter that
 * decides (protocol: jitter-buffer.md §2). Period path: no allocation after construction.
 */
import type { FrameSamples } from '../jamulus/stream-format.ts';
import { ReceiveWindows } from './receive-window.ts';

const SMALLEST = 2;
const LARGEST = 11;
const SIMULATED = LARGEST - SMALLEST + 1;
const LAST = SIMULATED - 1;
const START_BLOCKS = 6;
const HYSTERESIS_BLOCKS = 0.1;

interface Tuning {
  /** Events that an error rate looks back on. */
  readonly windowEvents: number;
  readonly errorBound: number;
  readonly upperErrorBound: number;
  readonly up: number;
  readonly down: number;
  readonly fastUp: number;
  readonly fastDown: number;
}

const TUNING_128: Tuning = {
  windowEvents: 11000,
  errorBound: 0.0005,
  upperErrorBound: 0.01,
  up: 0.999995,
  down: 0.9999,
  fastUp: 0.9995,
  fastDown: 0.999,
};

const TUNING_64: Tuning = {
  windowEvents: 22500,
  errorBound: 0.00025,
  upperErrorBound: 0.005,
  up: 0.9999975,
  down: 0.99994999875,
  fastUp: 0.9997499687422,
  fastDown: 0.999499875,
};

const HISTORY_WORDS = Math.ceil(TUNING_64.windowEvents / 32);

export class JitterStatistics {
  readonly #windows = new ReceiveWindows(Array.from({ length: SIMULATED }, (_, index) => SMALLEST + index));
  /** The last events of each simulated buffer, one bit each, 1 = error. */
  readonly #history = new Int32Array(SIMULATED * HISTORY_WORDS);
  readonly #position = new Int32Array(SIMULATED);
  readonly #events = new Int32Array(SIMULATED);
  readonly #errors = new Int32Array(SIMULATED);
  readonly #afterError = new Int32Array(SIMULATED);
  readonly #filter = new Float64Array(1);
  #tuning = TUNING_128;
  #sequenceNumbers = false;
  #blocks = START_BLOCKS;
  #initialPhase = 0;

  constructor() {
    this.configure(128, false);
  }

  /** The automatic size in blocks, 2…11. */
  get blocks(): number {
    return this.#blocks;
  }

  /** The filtered size before rounding, in blocks. For tests and status, not for the period path. */
  get filteredBlocks(): number {
    return this.#filter[0] as number;
  }

  /** Starts again: simulated buffers empty, no events, size 6. */
  configure(frameSamples: FrameSamples, sequenceNumbers: boolean): void {
    this.#tuning = frameSamples === 64 ? TUNING_64 : TUNING_128;
    this.#sequenceNumbers = sequenceNumbers;
    this.#windows.clear();
    this.#filter[0] = START_BLOCKS;
    this.#blocks = START_BLOCKS;
    this.#initialPhase = this.#tuning.windowEvents >> 2;
    this.#clearEvents();
  }

  /**
   * A datagram of `frames` frames, `strideBytes` apart, each one's sequence byte last (without sequence numbers the
   * bytes are not read). Its length has been checked.
   */
  put(src: Uint8Array, offset: number, frames: number, strideBytes: number): void {
    for (let index = 0; index < SIMULATED; index++) {
      let error = 0;
      if (this.#sequenceNumbers) {
        for (let frame = 1; frame <= frames; frame++) {
          this.#windows.place(index, src[offset + frame * strideBytes - 1] as number);
        }
      } else {
        error = 1 - this.#windows.append(index, frames);
      }
      this.#record(index, error);
    }
  }

  /** A datagram of a wrong length, which no buffer takes. */
  putRejected(): void {
    for (let index = 0; index < SIMULATED; index++) this.#record(index, 1);
  }

  /** One get, and the new decision. */
  get(): void {
    for (let index = 0; index < SIMULATED; index++) {
      const hit = this.#sequenceNumbers ? this.#windows.advance(index) : this.#windows.shift(index);
      this.#record(index, 1 - hit);
    }
    this.#decide();
  }

  #record(index: number, error: number): void {
    // A run of errors counts once.
    if ((error & (this.#afterError[index] as number)) !== 0) return;
    this.#afterError[index] = error;
    const position = this.#position[index] as number;
    const word = index * HISTORY_WORDS + (position >>> 5);
    const bit = 1 << (position & 31);
    const events = this.#history[word] as number;
    let errors = this.#errors[index] as number;
    if ((this.#events[index] as number) < this.#tuning.windowEvents) {
      this.#events[index] = (this.#events[index] as number) + 1;
    } else if ((events & bit) !== 0) {
      errors--;
    }
    this.#history[word] = error !== 0 ? events | bit : events & ~bit;
    this.#errors[index] = errors + error;
    this.#position[index] = position + 1 < this.#tuning.windowEvents ? position + 1 : 0;
  }

  /** Whether a simulated buffer's error rate is above the bound, or the upper one. (A bound as a parameter would be boxed.) */
  #exceeds(index: number, upper: boolean): boolean {
    const events = this.#events[index] as number;
    const bound = upper ? this.#tuning.upperErrorBound : this.#tuning.errorBound;
    return events === 0 || (this.#errors[index] as number) / events > bound;
  }

  #decide(): void {
    const tuning = this.#tuning;
    let wanted = 0;
    while (wanted < LAST && this.#exceeds(wanted, false)) wanted++;
    let atLeast = 0;
    while (atLeast < LAST && this.#exceeds(atLeast, true)) atLeast++;

    if (atLeast === LAST) this.#initialPhase = tuning.windowEvents >> 2;
    let fast = this.#blocks < atLeast + SMALLEST;
    if (this.#initialPhase > 0) {
      this.#initialPhase--;
      fast = true;
    }

    const decision = wanted + SMALLEST;
    let filtered = this.#filter[0] as number;
    const down = decision < filtered;
    const weight = fast ? (down ? tuning.fastDown : tuning.fastUp) : down ? tuning.down : tuning.up;
    filtered = filtered * weight + (1 - weight) * decision;
    this.#filter[0] = filtered;
    // Relative to the start value and not to the last decision: so does every released version (§2, note).
    const hysteresis = filtered > START_BLOCKS ? -HYSTERESIS_BLOCKS : HYSTERESIS_BLOCKS;
    this.#blocks = Math.floor(filtered + hysteresis + 0.5);

    if (this.#initialPhase === tuning.windowEvents >> 3 && this.#exceeds(LAST, false)) {
      this.#clearEvents();
    }
  }

  #clearEvents(): void {
    this.#position.fill(0);
    this.#events.fill(0);
    this.#errors.fill(0);
    this.#afterError.fill(1);
  }
}
