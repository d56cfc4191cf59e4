/**
 * Loaded into a box before its own program (--import): keeps its main thread busy for half of the time with work that
 * leaves garbage behind, so that its collector runs again and again. Other threads are left alone.
 */
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 20;
const BUSY_MS = 10;
/** Old enough to be moved to the old generation: full collections happen too. */
const KEPT = 2000;

if (isMainThread) {
  const kept: object[] = [];
  let count = 0;
  const work = () => {
    const endMs = performance.now() + BUSY_MS;
    while (performance.now() < endMs) {
      const made = { count, text: `line ${count}`, list: Array.from({ length: 32 }, (_, i) => ({ i })) };
      kept[count++ % KEPT] = JSON.parse(JSON.stringify(made));
    }
  };
  setInterval(work, EVERY_MS).unref();
}
