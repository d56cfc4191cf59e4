/** Xruns of the box, and which of them the machine made by standing still (stalls.c). */
import { join } from 'node:path';
import type { Peers } from '../peers/processes.ts';
import { until } from '../peers/wait.ts';
import { compileC } from '../testcard/build.ts';
import type { Box } from './box.ts';

const POLL_MS = 20;
/** A stall at most this long before the last look without the xrun has made it: two buffers, with room. */
const EXPLAINS_MS = 80;

export type XrunWatch = {
  readonly stop: () => Promise<{
    readonly xruns: number;
    /** Those without a stall of 0.5 ms or more beside them. */
    readonly unexplained: number;
    readonly stalls: number;
  }>;
};

/** When a processor stood still, CLOCK_MONOTONIC, and for how long: 0.5 ms or more. */
export type Stall = { readonly atMs: number; readonly lateMs: number };

/** Watches from now on. */
export async function watchStalls(peers: Peers): Promise<{ readonly stop: () => Promise<Stall[]> }> {
  const program = compileC(join(import.meta.dirname, 'stalls.c'), 'stalls', ['-lpthread']);
  const watcher = peers.start('stalls', program, []);
  await until('the watcher', () => watcher.log().includes('watching'));
  return {
    stop: async () => {
      const lines = watcher.log().split('\n');
      await watcher.stop();
      const parsed = lines.map((line) => line.trim().split(/\s+/).map(Number));
      return parsed.flatMap(([atMs = Number.NaN, , lateMs = 0]) => (Number.isFinite(atMs) ? [{ atMs, lateMs }] : []));
    },
  };
}

/** Counts from now on. */
export async function watchXruns(peers: Peers, box: Box): Promise<XrunWatch> {
  const watcher = await watchStalls(peers);
  const count = async () => (await box.ask()).statistics.counters['xruns'] ?? 0;
  const noticed: { readonly sinceMs: number; readonly atMs: number; readonly xruns: number }[] = [];
  let lastMs = nowMs();
  const first = await count();
  let last = first;
  const look = async () => {
    const askedMs = nowMs();
    const xruns = await count();
    if (xruns > last) noticed.push({ sinceMs: lastMs, atMs: nowMs(), xruns: xruns - last });
    last = xruns;
    lastMs = askedMs;
  };
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, POLL_MS);
  peers.atEnd(() => clearInterval(timer));
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      await look();
      const stalls = await watcher.stop();
      const unexplained = noticed.filter(
        ({ sinceMs, atMs }) => !stalls.some((one) => one.atMs <= atMs + POLL_MS && one.atMs > sinceMs - EXPLAINS_MS),
      );
      return {
        xruns: last - first,
        unexplained: unexplained.reduce((sum, { xruns }) => sum + xruns, 0),
        stalls: stalls.length,
      };
    },
  };
}

function nowMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
