/** What the engine measured, as plain data for `--stats` and the bench. */
import type { AudioEngine } from '../audio/audio-engine.ts';
import { type PeriodReport, periodReport } from '../audio/period-report.ts';
import type { ThreadReport } from '../audio/realtime-thread.ts';
import { status } from '../audio/shared.ts';
import type { Store } from './store.ts';

/** What V8 compiles and what the first packets cost is not the running engine's: its statistics begin this much later. */
const SETTLING_MS = 1000;

/** Measures from now on; the engine's own figures begin anew one second after a join. */
export function createStatistics(
  store: Pick<Store, 'onStep'>,
  engine: Pick<AudioEngine, 'shared' | 'droppedMessages' | 'resetStatistics'>,
): (thread?: ThreadReport) => EngineStatistics {
  const begunCpu = process.cpuUsage();
  const begunMs = performance.now();
  store.onStep((before, now) => {
    if (now.link.kind === 'connected' && before.link.kind !== 'connected') {
      setTimeout(engine.resetStatistics, SETTLING_MS).unref();
    }
  });
  return (thread) => engineStatistics(engine, thread, process.cpuUsage(begunCpu), (performance.now() - begunMs) / 1000);
}

export interface EngineStatistics extends PeriodReport {
  readonly droppedMessages: number;
  readonly thread: ThreadReport | undefined;
  /** CPU of the whole process since the start. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly residentBytes: number;
}

function engineStatistics(
  engine: Pick<AudioEngine, 'shared' | 'droppedMessages'>,
  thread: ThreadReport | undefined,
  cpu: NodeJS.CpuUsage,
  seconds: number,
): EngineStatistics {
  return {
    ...periodReport(engine.shared, status),
    droppedMessages: engine.droppedMessages(),
    thread,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    seconds,
    residentBytes: process.memoryUsage.rss(),
  };
}
