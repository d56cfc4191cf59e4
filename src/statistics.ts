/** What the engine measured, as plain data for `--stats` and the bench. */
import type { ThreadReport } from './audio/realtime-thread.ts';
import { percentileUs, status } from './audio/shared.ts';
import type { BoxState } from './box/state.ts';
import type { Service } from './service.ts';

/** What V8 compiles and what the first packets cost is not the running engine's: its statistics begin this much later. */
const SETTLING_MS = 1000;

/** Clears the statistics one second after a join. */
export function resetStatisticsAfterJoining(before: BoxState, now: BoxState, reset: () => void): void {
  if (now.link.kind === 'connected' && before.link.kind !== 'connected') setTimeout(reset, SETTLING_MS).unref();
}

export interface EngineStatistics {
  /** Time of the period path, from wake-up to written, microseconds, over `periods` periods. */
  readonly path: { readonly p50Us: number; readonly p99Us: number; readonly p999Us: number; readonly maxUs: number };
  /** Lateness of the wake-up. */
  readonly late: { readonly p50Us: number; readonly p99Us: number; readonly p999Us: number; readonly maxUs: number };
  readonly periods: number;
  /** All counters of shared.ts, by name, since the start. */
  readonly counters: Readonly<Record<string, number>>;
  readonly droppedMessages: number;
  readonly thread: ThreadReport | undefined;
  /** CPU of the whole process since the start. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly residentBytes: number;
}

export function engineStatistics(
  service: Service,
  thread: ThreadReport | undefined,
  cpu: NodeJS.CpuUsage,
  seconds: number,
): EngineStatistics {
  const { status: words, pathUs, lateUs } = service.engine.shared;
  const word = (at: number): number => words[at] as number;
  const percentiles = (histogram: Int32Array, longest: number) => ({
    p50Us: percentileUs(histogram, 0.5),
    p99Us: percentileUs(histogram, 0.99),
    p999Us: percentileUs(histogram, 0.999),
    maxUs: word(longest),
  });
  return {
    path: percentiles(pathUs, status.longestPathUs),
    late: percentiles(lateUs, status.latestUs),
    periods: word(status.measured),
    counters: Object.fromEntries(Object.entries(status).map(([name, at]) => [name, word(at)])),
    droppedMessages: service.engine.droppedMessages(),
    thread,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    seconds,
    residentBytes: process.memoryUsage.rss(),
  };
}
