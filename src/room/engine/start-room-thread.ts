/** The main thread's handle on the room thread: starts and stops it, gives orders, fetches reports, reads its counters. */
import { type PeriodReport, periodReport } from '../../audio/period-report.ts';
import { startRealtimeThread, type ThreadReport } from '../../audio/realtime-thread.ts';
import { MAX_CHANNELS } from '../../jamulus/limits.ts';
import type { SchedulingGrant } from '../../linux/scheduling.ts';
import type { UdpSocket } from '../../linux/udp-socket.ts';
import type { RoomThreadPort } from '../room-ports.ts';
import { writeOrder } from './order-writer.ts';
import { createTapMemory, type RecorderTapMemory } from './recorder-tap.ts';
import { createReportMemory, ReportRing } from './report-ring.ts';
import { control, roomMemory, status } from './room-memory.ts';
import type { RoomThreadData, RoomThreadSettings } from './room-thread.ts';

export interface RoomThreadOptions extends RoomThreadSettings {
  /** Receiving from it belongs to the room thread until that has stopped; anybody may send. */
  readonly socket: UdpSocket;
  /** The content of build/opus.wasm. */
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** There are reports to fetch, or levelsDue() has changed. True: there are more reports; it is called again soon. */
  readonly onWake: () => boolean;
}

export interface RoomThread extends RoomThreadPort {
  /** For the recorder: openTapReader(), in whatever thread. */
  readonly tap: RecorderTapMemory;
  /** Resolves when the thread runs, with what the kernel granted; undefined if nothing was asked for. */
  readonly running: Promise<SchedulingGrant | undefined>;
  /** Of its ticks. */
  statistics(): PeriodReport;
  /** Clears histograms and largest values. */
  resetStatistics(): void;
  /** Ends the thread; the socket is the caller's again. May be called again. */
  stop(): Promise<ThreadReport | undefined>;
}

/** Starts the room thread. Orders may be given at once. `maxChannels` outside 1…150 becomes the nearest of these. */
export function startRoomThread(options: RoomThreadOptions): RoomThread {
  const { socket, wasm, onWake, frameSamples, delayPanning, realtime } = options;
  const maxChannels = Math.min(Math.max(Math.trunc(options.maxChannels), 1), MAX_CHANNELS);
  const room = roomMemory();
  const ringMemory = createReportMemory();
  const ring = new ReportRing(ringMemory);
  const tap = createTapMemory(frameSamples, maxChannels);
  const settings: RoomThreadSettings = { maxChannels, frameSamples, delayPanning, realtime };
  const data: RoomThreadData = { settings, memory: room.memory, ringMemory, tap, socket, wasm };
  const { promise: running, resolve: onStarted } = Promise.withResolvers<SchedulingGrant | undefined>();
  const thread = startRealtimeThread<RoomThreadData, never>({
    file: new URL('./room-thread.ts', import.meta.url),
    data,
    words: room.status,
    wakeAt: status.wake,
    onWake,
    onStarted,
    onMessage: () => undefined,
  });

  const count = (at: number): number => room.status[at] as number;

  return {
    tap,
    running,
    order(order) {
      if ('channelId' in order && order.channelId >= maxChannels) throw new RangeError(`channel ${order.channelId}`);
      writeOrder(room, order);
    },
    nextReport: () => ring.shift(),
    levelsDue: () => Atomics.load(room.status, status.levelsDue),
    levels: () => room.levels,
    jitterBlocks: () => room.jitterBlocks,
    counters: () => ({
      ticks: count(status.ticks),
      ticksMissed: count(status.ticksMissed),
      reportsDropped: count(status.reportsDropped),
      unknownDatagrams: count(status.unknownDatagrams),
      unknownDropped: count(status.unknownDropped),
      audioReceived: count(status.audioReceived),
      audioSent: count(status.audioSent),
      sendFailures: count(status.sendFailures),
    }),
    statistics: () => periodReport(room, status),
    resetStatistics() {
      Atomics.add(room.controls, control.statisticsReset, 1);
    },
    stop() {
      Atomics.store(room.controls, control.stop, 1);
      return thread.ended();
    },
  };
}
