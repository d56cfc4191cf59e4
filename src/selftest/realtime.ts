/** Measures how punctually threads with SCHED_FIFO wake up on the reserved core and beside it, both at the same time. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { percentilesUs } from '../audio/percentiles.ts';
import { HISTOGRAM_US } from '../audio/shared.ts';
import type { SchedulingGrant } from '../linux/scheduling.ts';
import type { WakeUpLatency } from './judge-realtime.ts';
import type { WakeUpData } from './wake-up-thread.ts';

export function measureWakeUps(cores: readonly number[], priority: number, seconds: number): Promise<WakeUpLatency[]> {
  return Promise.all(cores.map((core) => measureOn(core, priority, seconds)));
}

async function measureOn(core: number, priority: number, seconds: number): Promise<WakeUpLatency> {
  const memory = new SharedArrayBuffer((HISTOGRAM_US + 1) * Int32Array.BYTES_PER_ELEMENT);
  const histogram = new Int32Array(memory, 0, HISTOGRAM_US);
  const latest = new Int32Array(memory, HISTOGRAM_US * Int32Array.BYTES_PER_ELEMENT, 1);
  const workerData: WakeUpData = { core, priority, seconds, histogram, latest };
  const worker = new Worker(new URL('./wake-up-thread.ts', import.meta.url), { workerData });
  const [grant] = (await once(worker, 'message')) as [SchedulingGrant];
  return { core, grant, seconds, ...percentilesUs(histogram, latest[0] as number) };
}
