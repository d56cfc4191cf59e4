/**
 * The audio thread under load: the box at 64 frames on the test card, on a core of its own as on a real box, with its
 * main thread kept busy. What the engine has measured of itself, and what the card and the machine saw meanwhile.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, type PercentilesUs } from '../../src/audio/percentiles.ts';
import { startBox } from '../interop/box.ts';
import { withPeers } from '../peers/processes.ts';
import type { Server } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { residentBytes } from './session.ts';
import { boxArgs, openCard } from './sound.ts';
import { startStallDetector } from './stall-detector.ts';

const FRAMES = 64;
export const PERIOD_US = (FRAMES / 48_000) * 1e6;
/** A stall of the machine this long has made the box miss: the card holds two periods, and one is its slack. */
const STALL_US = 1000;

export type PeriodResult = {
  readonly minutes: number;
  readonly periods: number;
  readonly processingTime: PercentilesUs;
  readonly wakeUpLatency: PercentilesUs;
  /** Periods more than one period late, and xruns, from one second after joining on. */
  readonly missed: number;
  readonly xruns: number;
  readonly machineStalls: { readonly times: number; readonly longestUs: number };
  /** In the audio thread, in the same time; NaN if it has not reported. */
  readonly collections: number;
  /** Its collections before that, while it started. */
  readonly collectionsAtStart: number;
  readonly audioHeapGrowthBytes: number;
  readonly mainThreadShare: number;
  /** Median resident bytes of the first and of the last minute (or quarter of the time, if that is less). */
  readonly residentFirst: number;
  readonly residentLast: number;
};

export async function measurePeriods(server: Server, seconds: number): Promise<PeriodResult> {
  return withPeers('bench-period', async (peers) => {
    const { env } = openCard(peers);
    const core = availableParallelism() - 1;
    const name = `bench${process.pid}`;
    const stalls = startStallDetector(core, STALL_US);
    peers.atEnd(() => void stalls.stop());
    const box = await startBox(peers, {
      args: [...boxArgs({ frames: FRAMES, jitter: [4, 4] }, name, server.address), '--core', String(core)],
      env: { ...env, NODE_OPTIONS: `--import=${import.meta.dirname}/busy-main.ts` },
    });
    await box.connected();
    // The histograms are cleared one second after joining: counters are compared from then on, too.
    await sleep(900);
    const joined = await until('cleared statistics', async () => {
      const { statistics } = await box.ask();
      return statistics.periods < 500 && (statistics.counters['periods'] ?? 0) > 500 ? statistics : undefined;
    });
    stalls.reset();
    const measuredMs = performance.now();
    const resident: number[] = [];
    while (performance.now() - measuredMs < seconds * 1000) {
      await sleep(1000);
      resident.push(residentBytes(box.pid));
    }
    const before = await box.ask();
    const measuredSeconds = (performance.now() - measuredMs) / 1000;
    const machineStalls = stalls.stop();
    const statistics = await box.quit();
    const { thread } = statistics;
    // Its times count from the start of its loop, and the loop has just ended.
    const sinceMs = (thread?.seconds ?? Number.NaN) * 1000 - (performance.now() - measuredMs);
    const collections = thread?.collectionsAtMs.filter((atMs) => atMs >= sinceMs).length ?? Number.NaN;
    const counted = (counter: string) => (before.statistics.counters[counter] ?? 0) - (joined.counters[counter] ?? 0);
    const part = Math.min(60, Math.ceil(resident.length / 4));
    return {
      minutes: measuredSeconds / 60,
      periods: before.statistics.periods,
      processingTime: before.statistics.processingTime,
      wakeUpLatency: before.statistics.wakeUpLatency,
      missed: counted('missed'),
      xruns: counted('xruns'),
      machineStalls,
      collections,
      collectionsAtStart: (thread?.collectionsAtMs.length ?? Number.NaN) - collections,
      audioHeapGrowthBytes: thread?.heapGrowthBytes ?? Number.NaN,
      mainThreadShare: (before.statistics.cpuSeconds - joined.cpuSeconds) / measuredSeconds,
      residentFirst: median(resident.slice(0, part)),
      residentLast: median(resident.slice(-part)),
    };
  });
}
