/**
 * The recorder's thread: an ordinary worker that may wait for the disk as long as it takes. It does not return to its
 * event loop; commands are fetched before each batch of sound.
 */
import { randomUUID } from 'node:crypto';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openTapReader } from '../engine/recorder-tap.ts';
import { createRecorderCore } from './recorder-core.ts';
import { diskFiles } from './recorder-files.ts';
import type { RecorderCommand, RecorderThreadData } from './recorder-messages.ts';

/** Longest sleep between two turns while recording. */
const PAUSE_MS = 50;

const { settings, tap, wake } = workerData as RecorderThreadData;
const port = parentPort;
if (port === null) throw new Error('not a worker');

const core = createRecorderCore({
  settings,
  files: diskFiles,
  tap: openTapReader(tap),
  frameSamples: tap.frameSamples,
  nowMs: () => performance.now(),
  wallMs: Date.now,
  newId: randomUUID,
  report: (report) => port.postMessage(report),
});

/** False: the thread is to end. */
function execute(): boolean {
  for (let received = receiveMessageOnPort(port as NonNullable<typeof port>); received !== undefined; ) {
    const command = received.message as RecorderCommand;
    if (command.type === 'close') return false;
    core.handle(command);
    received = receiveMessageOnPort(port as NonNullable<typeof port>);
  }
  return true;
}

core.open();
for (let seen = Atomics.load(wake, 0); execute(); seen = Atomics.load(wake, 0)) {
  if (!core.turn()) Atomics.wait(wake, 0, seen, core.isRecording() ? PAUSE_MS : Number.POSITIVE_INFINITY);
}
