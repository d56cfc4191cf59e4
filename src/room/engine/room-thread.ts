/**
 * The room thread: a worker that runs the room's engine tick by tick, by the clock. It does not return to its event loop
 * before the main thread says stop. What it has to tell rarely goes through messages, everything else through shared memory.
 */

import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { AudioThreadReport } from '../../audio/audio-thread.ts';
import { PeriodStatistics } from '../../audio/period-statistics.ts';
import { SAMPLE_RATE } from '../../jamulus/limits.ts';
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import { Deadline, nowUs } from '../../linux/clock.ts';
import { waitReadable } from '../../linux/poll.ts';
import { requestRealtime, type SchedulingGrant } from '../../linux/scheduling.ts';
import { UdpReceiver, type UdpSocket } from '../../linux/udp-socket.ts';
import { MAX_SENT_BYTES } from './channel-output.ts';
import { UdpBatch } from './datagram-batch.ts';
import type { RecorderTapMemory } from './recorder-tap.ts';
import { ReportRing } from './report-ring.ts';
import { RoomEngine } from './room-engine.ts';
import { control, roomMemory, status } from './room-memory.ts';
import { BATCH } from './room-socket.ts';

export interface RoomThreadSettings {
  /** Channel IDs are 0…maxChannels − 1, at most 150; about 230 KiB each, taken at the start. */
  readonly maxChannels: number;
  /** Samples of a server frame: one tick. */
  readonly frameSamples: FrameSamples;
  readonly delayPanning: boolean;
  /** Undefined: stay an ordinary thread. */
  readonly realtime: { readonly priority: number; readonly core: number | undefined } | undefined;
}

export interface RoomThreadData {
  readonly settings: RoomThreadSettings;
  readonly memory: SharedArrayBuffer;
  readonly ringMemory: SharedArrayBuffer;
  readonly tap: RecorderTapMemory;
  readonly socket: UdpSocket;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

export type RoomThreadMessage =
  /** The engine is made and runs; `grant` says what the kernel allowed, undefined if nothing was asked for. */
  | { readonly type: 'running'; readonly grant: SchedulingGrant | undefined }
  | { readonly type: 'stopped'; readonly report: AudioThreadReport };

/** Behind by more than this (the machine stood still), the clock is set anew instead of being caught up with. */
const GIVE_UP_LATE_US = 200_000;
/** With nobody there the thread sleeps until something arrives, and looks for orders so often. */
const IDLE_MS = 50;

function run(data: RoomThreadData, post: (message: RoomThreadMessage) => void): void {
  const { settings, socket } = data;
  const room = roomMemory(data.memory);
  const engine = new RoomEngine({
    room,
    ring: new ReportRing(data.ringMemory),
    tap: data.tap,
    source: new UdpReceiver(socket, BATCH),
    batch: new UdpBatch(socket, MAX_SENT_BYTES, room.status),
    wasm: data.wasm,
    maxChannels: settings.maxChannels,
    frameSamples: settings.frameSamples,
    delayPanning: settings.delayPanning,
  });
  // Not before: compiling the codec takes some tenths of a second, which no real-time thread may take from others.
  const { realtime } = settings;
  post({ type: 'running', grant: realtime && requestRealtime(realtime.priority, realtime.core) });
  const stepNs = (settings.frameSamples * 1e9) / SAMPLE_RATE;
  const deadline = new Deadline(stepNs);
  const tickUs = Math.floor(stepNs / 1000);
  // Of a room that is not empty.
  const statistics = new PeriodStatistics(room, {
    ...control,
    ...status,
    periods: status.ticks,
    missed: status.ticksMissed,
  });
  while (Atomics.load(room.controls, control.stop) === 0) {
    if (engine.isIdle) {
      waitReadable(socket.fd, IDLE_MS);
      // One tick at least: nobody can keep an empty room busy.
      deadline.restart();
      deadline.sleepUntilNext();
      engine.tick();
      continue;
    }
    deadline.sleepUntilNext();
    const lateUs = deadline.lateUs();
    if (lateUs > GIVE_UP_LATE_US) deadline.restart();
    const startUs = nowUs();
    engine.tick();
    statistics.measure((nowUs() - startUs) | 0, lateUs, tickUs);
  }
}

async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this file is a worker');
  // Collections are noted by V8 as they happen, and handed over when the loop has ended.
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) collections.push(entry.startTime);
  });
  observer.observe({ entryTypes: ['gc'] });
  let heapBefore = 0;
  let begun = 0;
  run(workerData as RoomThreadData, (message) => {
    port.postMessage(message);
    heapBefore = getHeapStatistics().used_heap_size;
    begun = performance.now();
  });
  const seconds = (performance.now() - begun) / 1000;
  const heapGrowthBytes = getHeapStatistics().used_heap_size - heapBefore;
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  const collectionsAtMs = collections.map((at) => at - begun).filter((at) => at >= 0 && at < seconds * 1000);
  port.postMessage({ type: 'stopped', report: { collectionsAtMs, heapGrowthBytes, seconds } });
}

await main();
