/** The monotonic clock and exact sleeping, without an allocation per call (period path). */
import { addressOf, libc } from './libc.ts';

const CLOCK_MONOTONIC = 1;
const TIMER_ABSTIME = 1;

const clockGettime = libc.func('int clock_gettime(int, void *)');
const clockNanosleep = libc.func('int clock_nanosleep(int, int, void *, void *)');

/** struct timespec, twice: {s64 seconds, s64 nanoseconds}; the low halves are all that is read. */
const times = new Int32Array(new SharedArrayBuffer(128));
const nowAddress = addressOf(times);
const deadline = times.subarray(8);
const deadlineAddress = addressOf(deadline);

/**
 * Microseconds of the monotonic clock, wrapped to a signed 32-bit integer (so that V8 keeps it as a small integer).
 * Only differences have a meaning: `(a - b) | 0`, right for spans below 35 minutes.
 */
export function nowUs(): number {
  clockGettime(CLOCK_MONOTONIC, nowAddress);
  return (Math.imul(times[0] as number, 1_000_000) + (((times[2] as number) / 1000) | 0)) | 0;
}

/** A deadline that is moved on by exact steps, for a loop without a sound card to pace it. */
export class Deadline {
  /** [deadline, step], nanoseconds. */
  readonly #state = new Float64Array(2);

  /** Starts at the present moment; each step is `stepNs` nanoseconds. */
  constructor(stepNs: number) {
    this.#state[1] = stepNs;
    this.restart();
  }

  /** Moves the deadline to the present moment. */
  restart(): void {
    clockGettime(CLOCK_MONOTONIC, nowAddress);
    this.#state[0] = (times[0] as number) * 1e9 + (times[2] as number);
  }

  /** Moves the deadline on by one step and sleeps until it has come; returns at once when it is past. */
  sleepUntilNext(): void {
    const at = (this.#state[0] as number) + (this.#state[1] as number);
    this.#state[0] = at;
    const seconds = Math.floor(at / 1e9);
    deadline[0] = seconds;
    deadline[1] = 0;
    deadline[2] = at - seconds * 1e9;
    deadline[3] = 0;
    clockNanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, deadlineAddress, null);
  }

  /** How many microseconds the deadline is past, at most `2^31 - 1`; negative while it is ahead. */
  lateUs(): number {
    clockGettime(CLOCK_MONOTONIC, nowAddress);
    const late = ((times[0] as number) * 1e9 + (times[2] as number) - (this.#state[0] as number)) / 1000;
    return late > 2_147_483_647 ? 2_147_483_647 : late | 0;
  }
}

/** Blocks this thread. */
export function sleepMs(ms: number): void {
  Atomics.wait(times, times.length - 1, 0, ms);
}
