/**
 * What the real-time threads (the sound's and the room's) have in common, seen from both sides. The worker makes its
 * parts, asks for its rights, runs one loop until it is told to leave, and reports. The main thread starts it, is woken
 * by a word in shared memory, and waits for its end.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { parentPort, type Transferable, Worker, workerData } from 'node:worker_threads';
import { type RealtimeRequest, requestRealtime, type SchedulingGrant } from '../linux/scheduling.ts';

/** What only the thread itself knows, at its end. */
export interface ThreadReport {
  /** Garbage collections of this thread, milliseconds after the loop began (from V8's own trace of this thread). */
  readonly collectionsAtMs: readonly number[];
  /** Growth of this thread's JavaScript heap during the loop, bytes. */
  readonly heapGrowthBytes: number;
  /** Length of the loop. */
  readonly seconds: number;
}

type ThreadMessage<Message> =
  | { readonly type: 'started'; readonly grant: SchedulingGrant | undefined }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'stopped'; readonly report: ThreadReport };

/** The young generation of the thread: large, so that what start-up leaves behind never makes V8 collect. */
const YOUNG_GENERATION_MB = 64;
/** V8 hands its trace of collections over a moment later. */
const TRACE_MS = 50;

export interface RealtimeThreadOptions<Data, Message> {
  /** It calls runRealtimeThread with the same types. */
  readonly file: URL;
  readonly data: Data;
  readonly transferList?: readonly Transferable[];
  /** Shared memory; the word at `wakeAt` changes, with a notification, when there is something to fetch. */
  readonly words: Int32Array;
  readonly wakeAt: number;
  /** Something may be there to fetch. True: there is more; then other events get their turn before the next call. */
  readonly onWake: () => boolean;
  /** The parts are made and the loop begins; undefined if no rights were asked for. */
  readonly onStarted: (grant: SchedulingGrant | undefined) => void;
  readonly onMessage: (message: Message) => void;
}

export interface RealtimeThread {
  /**
   * To be called when the thread has been told to leave its loop. Resolves when the thread has ended; nothing is called
   * afterwards. May be called again.
   */
  ended(): Promise<ThreadReport | undefined>;
}

/** Main thread: starts the worker. */
export function startRealtimeThread<Data, Message>(options: RealtimeThreadOptions<Data, Message>): RealtimeThread {
  const { words, wakeAt, onWake } = options;
  const worker = new Worker(options.file, {
    workerData: options.data,
    transferList: [...(options.transferList ?? [])],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  let report: ThreadReport | undefined;
  let hasEnded = false;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('message', (message: ThreadMessage<Message>) => {
    if (message.type === 'started') options.onStarted(message.grant);
    else if (message.type === 'stopped') report = message.report;
    else options.onMessage(message.message);
  });
  // A bug in the thread is a bug of the program: systemd starts it anew.
  worker.on('error', (error) => {
    throw error;
  });

  async function watch(): Promise<void> {
    let seen = 0;
    while (!hasEnded) {
      const waiting = Atomics.waitAsync(words, wakeAt, seen);
      // Other events of this thread get their turn, however much the other one has to say.
      await (waiting.async ? waiting.value : nextTurn());
      seen = Atomics.load(words, wakeAt);
      while (!hasEnded && onWake()) await nextTurn();
    }
  }
  void watch();

  return {
    async ended() {
      await exited;
      hasEnded = true;
      Atomics.add(words, wakeAt, 1);
      Atomics.notify(words, wakeAt);
      return report;
    },
  };
}

/**
 * Worker: from its start to its end.
 * @param prepare makes all parts and returns the loop, which runs until the main thread says so in shared memory
 */
export async function runRealtimeThread<
  Data extends { readonly settings: { readonly realtime: RealtimeRequest | undefined } },
  Message,
>(prepare: (data: Data, post: (message: Message) => void) => () => void): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('this file is a worker');
  const post = (message: ThreadMessage<Message>): void => port.postMessage(message);
  const data = workerData as Data;
  const { realtime } = data.settings;
  const loop = prepare(data, (message) => post({ type: 'message', message }));
  // Not before: compiling the codec takes some tenths of a second, which no real-time thread may take from others.
  post({ type: 'started', grant: realtime && requestRealtime(realtime.priority, realtime.core) });
  post({ type: 'stopped', report: await reportOn(loop) });
}

/** Collections are noted by V8 as they happen, and handed over when the loop has ended. */
async function reportOn(loop: () => void): Promise<ThreadReport> {
  const collections: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) collections.push(entry.startTime);
  });
  observer.observe({ entryTypes: ['gc'] });
  const heapBefore = getHeapStatistics().used_heap_size;
  const begunMs = performance.now();
  loop();
  const lengthMs = performance.now() - begunMs;
  const heapGrowthBytes = getHeapStatistics().used_heap_size - heapBefore;
  await new Promise((resolve) => setTimeout(resolve, TRACE_MS));
  observer.disconnect();
  return {
    collectionsAtMs: collections.map((atMs) => atMs - begunMs).filter((atMs) => atMs >= 0 && atMs < lengthMs),
    heapGrowthBytes,
    seconds: lengthMs / 1000,
  };
}

function nextTurn(): Promise<void> {
  return new Promise(setImmediate);
}
