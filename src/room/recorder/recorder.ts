/**
 * The recorder as the room knows it (sessions.md §9): starts its thread, tells it who plays, and keeps the order that the
 * promise to musicians needs (privacy.md S3): the notice goes out before the first byte is written, and "no longer
 * recording" after the last.
 */
import { Worker } from 'node:worker_threads';
import type { RecorderState } from '../../jamulus/enumerations.ts';
import type { RecorderTapMemory } from '../engine/recorder-tap.ts';
import type { RoomOutput } from '../session/room-session-types.ts';
import { safeAddress } from './file-names.ts';
import type {
  RecorderCommand,
  RecorderReport,
  RecorderStatus,
  RecorderThreadData,
  RecorderWarning,
  StopReason,
} from './recorder-messages.ts';

export interface RecorderOptions {
  /** Absolute; made, for the owner alone, if it is missing. */
  readonly folder: string;
  readonly tap: RecorderTapMemory;
  /** Recording stops when less than this is free; default 200 MB. */
  readonly minFreeBytes?: number;
  /**
   * RoomSession.setRecorder(), and what it puts out. 'recording' must send the notice and then order setRecording on, as
   * the session does.
   */
  readonly announce: (state: RecorderState) => void;
  /** RoomOrder setRecording off. */
  readonly closeTap: () => void;
  readonly onEvent: (event: RecorderEvent) => void;
}

/** Texts are sentences for panel and page; no player's name or address is in them. */
export type RecorderEvent =
  | { readonly type: 'started' }
  /** A folder of that name in the recordings folder is being written. */
  | { readonly type: 'session'; readonly session: string }
  | { readonly type: 'stopped'; readonly reason: StopReason; readonly text: string }
  | { readonly type: 'warning'; readonly warning: RecorderWarning }
  | { readonly type: 'status'; readonly status: RecorderStatus };

export interface Recorder {
  /** 'not-initialised': the folder can't be used; start() tries it again. */
  state(): RecorderState;
  /** Give it each output of the room's session, before it is executed: from these it knows who plays. */
  observe(output: RoomOutput): void;
  /** The error is a sentence. When true comes back, everybody has been told. */
  start(): Promise<true | { readonly error: string }>;
  /** Resolves when the last byte is on the disk and everybody has been told. */
  stop(): Promise<void>;
  /** What comes from now on goes to a new folder. */
  newSession(): void;
  /** As of the last second; undefined before the first. */
  status(): RecorderStatus | undefined;
  /** Stops and ends the thread. */
  close(): Promise<void>;
}

const DEFAULT_MIN_FREE_BYTES = 200_000_000;

/** Resolves when it is known whether the folder can be used. */
export async function createRecorder(options: RecorderOptions): Promise<Recorder> {
  const { folder, tap, minFreeBytes = DEFAULT_MIN_FREE_BYTES, announce, closeTap, onEvent } = options;
  const wake = new Int32Array(new SharedArrayBuffer(4));
  const data: RecorderThreadData = { settings: { folder, minFreeBytes }, tap, wake };
  const worker = new Worker(new URL('./recorder-thread.ts', import.meta.url), { workerData: data });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  // A bug in the recorder is a bug of the program.
  worker.on('error', (error) => {
    throw error;
  });

  let state: RecorderState = 'not-initialised';
  let lastStatus: RecorderStatus | undefined;
  /** Commands that want an answer wait for each other. */
  let turn: Promise<unknown> = Promise.resolve();
  let answer: ((report: RecorderReport) => void) | undefined;

  function send(command: RecorderCommand): void {
    worker.postMessage(command);
    Atomics.add(wake, 0, 1);
    Atomics.notify(wake, 0);
  }

  function ask(command: RecorderCommand | undefined): Promise<RecorderReport> {
    return new Promise((resolve) => {
      answer = resolve;
      if (command !== undefined) send(command);
    });
  }

  function inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = turn.then(action);
    turn = result;
    return result;
  }

  function handle(report: RecorderReport): void {
    switch (report.type) {
      case 'session':
      case 'warning':
        onEvent(report);
        return;
      case 'status':
        lastStatus = report.status;
        onEvent(report);
        return;
      case 'stopped':
        ended(report.reason, report.text);
        if (report.reason !== 'asked') return; // by itself; an answer to stop() is still to come
        break;
      case 'folder':
      case 'ready':
      case 'refused':
        break;
    }
    answer?.(report);
    answer = undefined;
  }

  function ended(reason: StopReason, text: string): void {
    if (state !== 'recording') return;
    state = 'not-enabled';
    if (reason !== 'asked') closeTap();
    announce(state);
    onEvent({ type: 'stopped', reason, text });
  }

  worker.on('message', handle);
  const found = await ask(undefined);
  if (found.type === 'folder' && found.usable) state = 'not-enabled';

  async function start(): Promise<true | { readonly error: string }> {
    if (state === 'recording') return true;
    const report = await ask({ type: 'start' });
    if (report.type !== 'ready') {
      const isUsable = report.type === 'refused' && report.usable;
      const found: RecorderState = isUsable ? 'not-enabled' : 'not-initialised';
      if (found !== state) announce(found);
      state = found;
      return { error: report.type === 'refused' ? report.text : 'Recording is not possible.' };
    }
    state = 'recording';
    announce(state);
    onEvent({ type: 'started' });
    return true;
  }

  async function stop(): Promise<void> {
    if (state !== 'recording') return;
    closeTap();
    await ask({ type: 'stop' });
  }

  return {
    state: () => state,
    observe(output) {
      if (output.type === 'order' && output.order.type === 'openChannel') {
        const { channelId, generation, peer } = output.order;
        send({ type: 'opened', channelId, generation, address: safeAddress(peer) });
      } else if (output.type === 'event' && output.event.type === 'named') {
        send({ type: 'named', channelId: output.event.channelId, name: output.event.info.name });
      }
    },
    start: () => inTurn(start),
    stop: () => inTurn(stop),
    newSession: () => send({ type: 'newSession' }),
    status: () => lastStatus,
    close: () =>
      inTurn(async () => {
        await stop();
        send({ type: 'close' });
        await exited;
      }),
  };
}
