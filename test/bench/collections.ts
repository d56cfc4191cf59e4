/**
 * Shows that the audio thread's way of counting collections counts: a worker with the same young generation and the same
 * observer leaves garbage behind in a loop that does not return to its event loop, and reads the entries afterwards.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const LOOP_MS = 500;
/** As in audio-engine.ts. */
const YOUNG_GENERATION_MB = 64;

/** Collections seen in half a second of making garbage. */
export function countedCollections(): Promise<number> {
  const worker = new Worker(new URL(import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
}

async function collect(): Promise<void> {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  const endMs = performance.now() + LOOP_MS;
  let garbage: number[] = [];
  while (performance.now() < endMs) garbage = Array.from({ length: 1000 }, (_, i) => i + garbage.length * 0.5);
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  parentPort?.postMessage(collections);
}

if (!isMainThread) await collect();
