/** One connection of the box or of the real client, and what was measured during it. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, threadCpuSeconds, withPeers } from '../peers/processes.ts';
import type { Server } from '../peers/server.ts';
import { type Setup, startPlayer } from './sound.ts';

export type SessionPlan = {
  /** Time from being on the server to the first window: both have their format by then, and V8 has compiled the box. */
  readonly settleSeconds: number;
  readonly windows: number;
  /** At most 4.5: the card takes music for 5 s at a time. */
  readonly windowSeconds: number;
  readonly bursts: number;
};

export type Session = Setup & {
  /** CPU seconds of the whole process a second of audio, one a window. */
  readonly cpu: readonly number[];
  /** The same of the jackd that the real client needs on the card. */
  readonly jackdCpu: readonly number[];
  readonly serverCpu: readonly number[];
  /** The same, by thread name, over all windows. */
  readonly threadCpu: Readonly<Record<string, number>>;
  readonly delaysFrames: readonly number[];
  readonly residentBytes: number;
  readonly xruns: number | undefined;
};

export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1024;
}

/** CPU seconds of a process: the sum of its threads, exact to the microsecond, where /proc/PID/stat counts in 10 ms. */
function exactCpuSeconds(pid: number): number {
  return threadCpuSeconds(pid).reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Joins, settles, measures, leaves. */
export async function runSession(setup: Setup, plan: SessionPlan, server: Server): Promise<Session> {
  const { kind, who, frames } = setup;
  return withPeers(`bench-${kind}-${who}-${frames}`, async (peers) => {
    const player = await startPlayer(peers, setup, server);
    await sleep(plan.settleSeconds * 1000);
    const { pid } = player.process;
    const xrunsBefore = player.xruns();
    const measured = [pid, player.jackd?.pid, server.process.pid];
    const cpu = measured.map((): number[] => []);
    const threads = new Map<string, number>();
    for (let window = 0; window < plan.windows; window++) {
      await player.playMusic(plan.windowSeconds + 0.2);
      const begunMs = performance.now();
      const statBefore = cpuSeconds(pid);
      const before = measured.map((id) => (id === undefined ? 0 : exactCpuSeconds(id)));
      const threadsBefore = threadCpuSeconds(pid);
      await sleep(plan.windowSeconds * 1000);
      const seconds = (performance.now() - begunMs) / 1000;
      measured.forEach((id, i) => {
        if (id !== undefined) cpu[i]?.push((exactCpuSeconds(id) - (before[i] ?? 0)) / seconds);
      });
      // Threads that have ended in the window are missing from the sum, but not from the process' own figure.
      const statUsed = (cpuSeconds(pid) - statBefore) / seconds;
      const own = cpu[0] ?? [];
      own[window] = Math.max(own[window] ?? 0, statUsed - 0.02 / seconds);
      for (const { tid, name, seconds: used } of threadCpuSeconds(pid)) {
        const since = used - (threadsBefore.find((thread) => thread.tid === tid)?.seconds ?? 0);
        const share = since / seconds / plan.windows;
        if (share > 0.0005) threads.set(name, (threads.get(name) ?? 0) + share);
      }
    }
    // The music's last echo is over by then.
    if (plan.windows > 0) await sleep(500);
    const delaysFrames = await player.delaysFrames(plan.bursts);
    const xruns = player.xruns();
    return {
      ...setup,
      cpu: cpu[0] ?? [],
      jackdCpu: cpu[1] ?? [],
      serverCpu: cpu[2] ?? [],
      threadCpu: Object.fromEntries([...threads].sort(([, a], [, b]) => b - a)),
      delaysFrames,
      residentBytes: residentBytes(pid),
      xruns: xruns === undefined ? undefined : xruns - (xrunsBefore ?? 0),
    };
  });
}
