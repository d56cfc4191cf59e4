import { describe, expect, it } from 'vitest';
import { startRealtimeThread } from '../../src/audio/realtime-thread.ts';
import type { RealtimeRequest, SchedulingGrant } from '../../src/linux/scheduling.ts';
import { until } from './engine-rig.ts';
import type { WakingData } from './realtime-worker.ts';

const at = { stop: 0, wake: 1 } as const;

function start(onWake: () => boolean, realtime?: RealtimeRequest) {
  const words = new Int32Array(new SharedArrayBuffer(16));
  const told: (string | SchedulingGrant | undefined)[] = [];
  const thread = startRealtimeThread<WakingData, string>({
    file: new URL('./realtime-worker.ts', import.meta.url),
    data: { settings: { realtime }, words, at },
    ...{ words, wakeAt: at.wake, onWake },
    onStarted: (grant) => told.push(grant),
    onMessage: (message) => told.push(message),
  });
  const stop = () => {
    Atomics.store(words, at.stop, 1);
    return thread.ended();
  };
  return { words, told, stop };
}

describe('A real-time thread', () => {
  it('makes its parts, then asks for its rights, then runs its loop until it is told to leave, and reports', async () => {
    let wakeUps = 0;
    const { words, told, stop } = start(
      () => {
        wakeUps += 1;
        return false;
      },
      { priority: 1, core: 100_000 },
    );
    await until(() => wakeUps > 5);
    const report = await stop();
    expect(told).toEqual([
      'the parts are made',
      expect.objectContaining({ core: { refused: 'there is no core 100000' } }),
      'the loop runs',
    ]);
    expect(report?.seconds).toBeGreaterThan(0.005);
    expect(report?.seconds).toBeLessThan(20);
    for (const collectionMs of report?.collectionsAtMs ?? []) expect(collectionMs).toBeGreaterThanOrEqual(0);
    expect(report?.heapGrowthBytes).toEqual(expect.any(Number));
    // Nothing is called after the end.
    const seen = wakeUps;
    Atomics.add(words, at.wake, 1);
    Atomics.notify(words, at.wake);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(wakeUps).toBe(seen);
    expect(await stop()).toEqual(report);
  });

  it('stays an ordinary one when nothing is asked for', async () => {
    const { told, stop } = start(() => false);
    await until(() => told.length === 3);
    expect(told).toEqual(['the parts are made', undefined, 'the loop runs']);
    await stop();
  });

  it('may have more to say than the main thread fetches: other events get their turn all the same', async () => {
    let calls = 0;
    const { stop } = start(() => {
      calls += 1;
      return true;
    });
    await until(() => calls > 1000);
    await stop();
    const seen = calls;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toBe(seen);
  });
});
