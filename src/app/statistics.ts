/** What the engine measured, as plain data for `--stats` and the bench. */
import type { AudioEngine } from '../audio/audio-engine.ts';
import type { AudioThreadReport } from '../audio/audio-thread.ts';
import { percentileUs, status } from '../audio/shared.ts';
import type { Store } from './store.ts';


/** What V8 compiles and what the first packets cost is not the running engine's: its statistics begin this much later. */
const SETTLING_MS = 1000;

/** Measures from now on; the engine's own figures begin anew one second after a join. */
export function createStatistics(
  store: Pick<Store, 'onStep'>,
  engine: Pick<AudioEngine, 'shared' | 'droppedMessages' | 'resetStatistics'>,
): (thread?: AudioThreadReport) => EngineStatistics {
  const begunCpu = process.cpuUsage();
  const begunMs = performance.now();
  store.onStep((before, now) => {
    if (now.link.kind === 'connected' && before.link.kind !== 'connected') {
      setTimeout(engine.resetStatistics, SETTLING_MS).unref();
    }
  });
  return (thread) =>
    engineStatistics(engine, thread, process.cpuUsage(begunCpu), (performance.now() - begunMs) / 1000);
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
  readonly thread: AudioThreadReport | undefined;
  /** CPU of the whole process since the start. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly residentBytes: number;
}

function engineStatistics(
  engine: Pick<AudioEngine, 'shared' | 'droppedMessages'>,
  thread: AudioThreadReport | undefined,
  cpu: NodeJS.CpuUsage,
  seconds: number,
): EngineStatistics {
  const { status: words, pathUs, lateUs } = engine.shared;
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
    droppedMessages: engine.droppedMessages(),
    thread,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    seconds,
    residentBytes: process.memoryUsage.rss(),
  };
}
