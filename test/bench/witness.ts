/**
 * A worker that sleeps from millisecond to millisecond on the box's core, above the box's priority, and notes when it
 * woke late: then the machine stood still (a virtual one does that), and no program could have met its period.
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Deadline } from '../../src/linux/clock.ts';
import { requestRealtime } from '../../src/linux/scheduling.ts';

const STEP_NS = 1_000_000;
/** Above the box (80). */
const PRIORITY = 95;
const STOP = 0;
const LATE = 1;
const LATEST_US = 2;

export type Witness = {
  /** Forgets what was seen so far. */
  readonly reset: () => void;
  /** Times that the machine stood still for `lateUs` or longer, and the longest lateness. */
  readonly stop: () => { readonly times: number; readonly latestUs: number };
};

export function startWitness(core: number, lateUs: number): Witness {
  const words = new Int32Array(new SharedArrayBuffer(16));
  new Worker(new URL(import.meta.url), { workerData: { words, core, lateUs } }).unref();
  return {
    reset: () => words.fill(0),
    stop: () => {
      Atomics.store(words, STOP, 1);
      return { times: words[LATE] as number, latestUs: words[LATEST_US] as number };
    },
  };
}

function watch({ words, core, lateUs }: { words: Int32Array; core: number; lateUs: number }): void {
  requestRealtime(PRIORITY, core);
  const deadline = new Deadline(STEP_NS);
  while (Atomics.load(words, STOP) === 0) {
    deadline.sleepUntilNext();
    const late = deadline.lateUs();
    if (late > (words[LATEST_US] as number)) words[LATEST_US] = late;
    if (late < lateUs) continue;
    words[LATE] = (words[LATE] as number) + 1;
    deadline.restart();
  }
}

if (!isMainThread) watch(workerData);
