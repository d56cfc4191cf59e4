/**
 * The room thread: a worker that runs the room's engine tick by tick, by the clock. It does not return to its event loop
 * before the main thread says stop. What it has to wakeDue rarely goes through messages, everything else through shared memory.
 */
import { PeriodStatistics } from '../../audio/period-statistics.ts';
import { runRealtimeThread } from '../../audio/realtime-thread.ts';
import { SAMPLE_RATE } from '../../jamulus/limits.ts';
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import { Deadline, nowUs } from '../../linux/clock.ts';
import { waitReadable } from '../../linux/poll.ts';
import type { RealtimeRequest } from '../../linux/scheduling.ts';
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
  readonly realtime: RealtimeRequest | undefined;
}

export interface RoomThreadData {
  readonly settings: RoomThreadSettings;
  readonly memory: SharedArrayBuffer;
  readonly ringMemory: SharedArrayBuffer;
  readonly tap: RecorderTapMemory;
  readonly socket: UdpSocket;
  readonly wasm: Uint8Array<ArrayBuffer>;
}

/** Behind by more than this (the machine has stalled), the clock is set anew instead of being caught up with. */
const GIVE_UP_LATE_US = 200_000;
/** Interval between looks for orders while nobody is in; the thread sleeps until then or until something arrives. */
const IDLE_MS = 50;

function prepare(data: RoomThreadData): () => void {
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
  const stepNs = (settings.frameSamples * 1e9) / SAMPLE_RATE;
  const tickUs = Math.floor(stepNs / 1000);
  // Of a room that is not empty.
  const statistics = new PeriodStatistics(room, {
    ...control,
    ...status,
    periods: status.ticks,
    missed: status.ticksMissed,
  });
  return () => {
    const deadline = new Deadline(stepNs);
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
      const wakeUpLatencyUs = deadline.lateUs();
      if (wakeUpLatencyUs > GIVE_UP_LATE_US) deadline.restart();
      const startUs = nowUs();
      engine.tick();
      statistics.measure((nowUs() - startUs) | 0, wakeUpLatencyUs, tickUs);
    }
  };
}

await runRealtimeThread(prepare);
