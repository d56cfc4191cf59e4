/**
 * A worker that sleeps from millisecond to millisecond on the box's core, above the box's priority, and notes when it
 * woke late: then the machine has stalled (a virtual one does that), and no program could have met its period.
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Deadline } from '../../src/linux/clock.ts';
import { requestRealtime } from '../../src/linux/scheduling.ts';

const STEP_NS = 1_000_000;
/** Above the box (80). */
const PRIORITY = 95;
const STOP = 0;
const STALLS = 1;
const LONGEST_US = 2;

export type StallDetector = {
  /** Forgets what was seen so far. */
  readonly reset: () => void;
  /** Stalls of `stallUs` or longer, and the longest time by which a wake-up was late. */
  readonly stop: () => { readonly times: number; readonly longestUs: number };
};

export function startStallDetector(core: number, stallUs: number): StallDetector {
  const words = new Int32Array(new SharedArrayBuffer(16));
  new Worker(new URL(import.meta.url), { workerData: { words, core, stallUs } }).unref();
  return {
    reset: () => words.fill(0),
    stop: () => {
      Atomics.store(words, STOP, 1);
      return { times: words[STALLS] as number, longestUs: words[LONGEST_US] as number };
    },
  };
}

function watch({ words, core, stallUs }: { words: Int32Array; core: number; stallUs: number }): void {
  requestRealtime(PRIORITY, core);
  const deadline = new Deadline(STEP_NS);
  while (Atomics.load(words, STOP) === 0) {
    deadline.sleepUntilNext();
    const lateUs = deadline.lateUs();
    if (lateUs > (words[LONGEST_US] as number)) words[LONGEST_US] = lateUs;
    if (lateUs < stallUs) continue;
    words[STALLS] = (words[STALLS] as number) + 1;
    deadline.restart();
  }
}

if (!isMainThread) watch(workerData);
