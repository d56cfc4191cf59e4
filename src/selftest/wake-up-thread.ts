/**
 * A worker that sleeps from millisecond to millisecond with SCHED_FIFO on one core and counts its wake-up latencies. The loop
 * is period path: it allocates nothing.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Deadline } from '../linux/clock.ts';
import { requestRealtime } from '../linux/scheduling.ts';

export interface WakeUpData {
  readonly core: number;
  readonly priority: number;
  readonly seconds: number;
  /** Histogram of wake-up latencies, microseconds; the last bucket takes all that is longer. Shared memory. */
  readonly histogram: Int32Array;
  /** [the latest, microseconds]. Shared memory. */
  readonly latest: Int32Array;
}

const STEP_US = 1000;
/** Steps that are not counted, in which V8 compiles. */
const WARM_UP_STEPS = 1000;

function measure(steps: number, histogram: Int32Array, latest: Int32Array): void {
  const last = histogram.length - 1;
  const deadline = new Deadline(STEP_US * 1000);
  for (let i = 0; i < steps; i++) {
    deadline.sleepUntilNext();
    const wakeUpLatencyUs = deadline.lateUs();
    const bucket = Math.max(0, Math.min(wakeUpLatencyUs, last));
    histogram[bucket] = (histogram[bucket] as number) + 1;
    if (wakeUpLatencyUs > (latest[0] as number)) latest[0] = wakeUpLatencyUs;
    // One stall is one late wake-up, however long.
    if (wakeUpLatencyUs > STEP_US) deadline.restart();
  }
}

const { core, priority, seconds, histogram, latest } = workerData as WakeUpData;
const grant = requestRealtime(priority, core);
measure(WARM_UP_STEPS, histogram, latest);
histogram.fill(0);
latest.fill(0);
measure(seconds * 1000, histogram, latest);
parentPort?.postMessage(grant);
