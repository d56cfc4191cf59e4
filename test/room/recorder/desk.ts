/** A recorder on the desk: core, tap and disk in memory, with a clock that the test turns. */
import { createRecorderCore, type RecorderCore } from '../../../src/room/recorder/recorder-core.ts';
import type { RecorderReport } from '../../../src/room/recorder/recorder-messages.ts';
import { FakeTap } from './fake-tap.ts';
import { MemoryDisk } from './memory-disk.ts';

export const FOLDER = '/rec';
/** 2026-11-23 18:48:19.727 UTC */
export const WALL_MS = Date.UTC(2026, 10, 23, 18, 48, 19, 727);

export interface Desk {
  readonly core: RecorderCore;
  readonly tap: FakeTap;
  readonly disk: MemoryDisk;
  readonly reports: RecorderReport[];
  nowMs: number;
  /** Lets the recorder work until it has nothing to do. */
  readonly run: () => void;
  readonly told: (type: RecorderReport['type']) => RecorderReport[];
}

export function desk({
  disk = new MemoryDisk(),
  tap = new FakeTap(),
  minFreeBytes = 0,
  frameSamples = 128 as 64 | 128,
} = {}): Desk {
  const reports: RecorderReport[] = [];
  let id = 0;
  const core = createRecorderCore({
    settings: { folder: FOLDER, minFreeBytes },
    files: disk,
    tap,
    frameSamples,
    nowMs: () => self.nowMs,
    wallMs: () => WALL_MS + Math.floor(self.nowMs),
    newId: () => `id-${id++}`,
    report: (report) => reports.push(report),
  });
  const self: Desk = {
    core,
    tap,
    disk,
    reports,
    nowMs: 0,
    run: () => {
      while (core.turn() || (core.isRecording() && tap.waiting() > 0));
    },
    told: (type) => reports.filter((report) => report.type === type),
  };
  core.open();
  return self;
}

/** Someone takes channel `channelId`. */
export function join({ core }: Desk, channelId: number, name?: string, { generation = 1, port = 50_000 } = {}): void {
  core.handle({ type: 'opened', channelId, generation, address: `10_0_0_x_${port + channelId}` });
  if (name !== undefined) core.handle({ type: 'named', channelId, name });
}
