/** What the engine measured, as plain data for `--stats` and the bench. */

import { type PeriodReport, periodReport } from './audio/period-report.ts';
import type { ThreadReport } from './audio/realtime-thread.ts';
import { status } from './audio/shared.ts';
import type { BoxState } from './box/state.ts';
import type { Service } from './service.ts';

/** What V8 compiles and what the first packets cost is not the running engine's: its statistics begin this much later. */
const SETTLING_MS = 1000;

/** Clears the statistics one second after a join. */
export function resetStatisticsAfterJoining(before: BoxState, now: BoxState, reset: () => void): void {
  if (now.link.kind === 'connected' && before.link.kind !== 'connected') setTimeout(reset, SETTLING_MS).unref();
}

export interface EngineStatistics extends PeriodReport {
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
  return {
    ...periodReport(service.engine.shared, status),
    droppedMessages: service.engine.droppedMessages(),
    thread,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    seconds,
    residentBytes: process.memoryUsage.rss(),
  };
}
