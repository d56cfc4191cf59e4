/**
 * The memory that the main thread and the audio thread share: controls one way, counters and meters the other.
 * Single words are written and read whole; the stream (several words that belong together) has a sequence lock.
 */
import type { StreamFormat } from '../jamulus/stream-format.ts';
import { PEER_ADDRESS_BYTES } from '../linux/udp-socket.ts';
import { INPUT_CONTROLS } from './input-stage.ts';
import { OUTPUT_CONTROLS } from './output-stage.ts';

/** Integer controls, by position. */
export const control = {
  /** One of `leave`. */
  leave: 0,
  /** Odd while the words up to `raw` and the peer are being written; each even value is a new stream. */
  streamLock: 1,
  streamOn: 2,
  frameSamples: 3,
  channels: 4,
  frameBytes: 5,
  blockFactor: 6,
  sequenceNumbers: 7,
  raw: 8,
  /** Changes with every stream that starts after none: codecs and buffers begin afresh. */
  streamStart: 9,
  jitterAuto: 10,
  jitterBlocks: 11,
  /** Each change is an order to the feedback guard: odd = watch the next seconds, even = watch no more. */
  guardOrder: 12,
  /** Each change lets the clip lamps go out. */
  clipReset: 13,
  /** Each change clears the histograms and the largest values. */
  statisticsReset: 14,
} as const;

/** Whether the period loop is to be left. */
export const leave = {
  not: 0,
  /** There is another order for the card. */
  forOrder: 1,
  forGood: 2,
} as const;

/** Integer status words, by position; counters wrap. */
export const status = {
  /** Changes, with a notification, when the main thread has something to fetch. */
  wake: 0,
  periods: 1,
  /** Xruns: times that the device stopped and was started anew. */
  xruns: 2,
  /** Periods found more than one period late. */
  missed: 3,
  jitterSize: 4,
  /** Blocks asked of the jitter buffer, and those it did not have. */
  gets: 5,
  misses: 6,
  putErrors: 7,
  audioReceived: 8,
  audioSent: 9,
  sendFailures: 10,
  /** Datagrams from other addresses that are no connectionless message, and other people's messages. */
  foreign: 11,
  messages: 12,
  codecErrors: 13,
  /** 1 after the feedback guard has closed the microphone. */
  guardTripped: 14,
  clip: 15,
  longestProcessingUs: 16,
  longestWakeUpLatencyUs: 17,
  /** Periods since the histograms were cleared. */
  measured: 18,
} as const;

/** Fractional status, by position: peaks 0...1 (and above when clipped), with hold. */
export const meter = { inLeft: 0, inRight: 1, outLeft: 2, outRight: 3, holds: 4 } as const;

/** Buckets of the two histograms, 1 us each; the last takes all that is longer. */
export const HISTOGRAM_US = 8192;

export interface SharedAudio {
  readonly memory: SharedArrayBuffer;
  readonly controls: Int32Array;
  /** What the musician sends, by `InputControl`; `guarded` belongs to the audio thread. */
  readonly input: Float64Array;
  /** What the musician hears, by `OutputControl`; `playing` belongs to the audio thread. */
  readonly output: Float64Array;
  readonly status: Int32Array;
  readonly meters: Float32Array;
  /** Server address of the stream, as in PeerAddress. */
  readonly peer: Uint8Array;
  /** Histogram of processing times: the index is the time in microseconds, the value how often it was counted. */
  readonly processingTimes: Int32Array;
  /** The same of wake-up latencies. */
  readonly wakeUpLatencies: Int32Array;
}

const BLOCK = 128;

/** Views of `memory`, or of new memory. */
export function sharedAudio(
  memory = new SharedArrayBuffer(5 * BLOCK + 2 * HISTOGRAM_US * Int32Array.BYTES_PER_ELEMENT),
): SharedAudio {
  return {
    memory,
    controls: new Int32Array(memory, 0, BLOCK / 4),
    input: new Float64Array(memory, BLOCK, INPUT_CONTROLS),
    output: new Float64Array(memory, BLOCK + BLOCK / 2, OUTPUT_CONTROLS),
    status: new Int32Array(memory, 2 * BLOCK, BLOCK / 4),
    meters: new Float32Array(memory, 3 * BLOCK, BLOCK / 4),
    peer: new Uint8Array(memory, 4 * BLOCK, PEER_ADDRESS_BYTES),
    processingTimes: new Int32Array(memory, 5 * BLOCK, HISTOGRAM_US),
    wakeUpLatencies: new Int32Array(memory, 5 * BLOCK + HISTOGRAM_US * 4, HISTOGRAM_US),
  };
}

/** Main thread: what to send and expect from the next period on; null = nothing. */
export function writeStream(shared: SharedAudio, format: StreamFormat | null, peer: Uint8Array): void {
  const { controls } = shared;
  const wasOn = controls[control.streamOn] === 1;
  Atomics.add(controls, control.streamLock, 1);
  controls[control.streamOn] = format === null ? 0 : 1;
  if (format !== null) {
    controls[control.frameSamples] = format.frameSamples;
    controls[control.channels] = format.channels;
    controls[control.frameBytes] = format.frameBytes;
    controls[control.blockFactor] = format.blockFactor;
    controls[control.sequenceNumbers] = format.sequenceNumbers ? 1 : 0;
    controls[control.raw] = format.raw ? 1 : 0;
    shared.peer.set(peer);
    if (!wasOn) controls[control.streamStart] = ((controls[control.streamStart] as number) + 1) | 0;
  }
  Atomics.add(controls, control.streamLock, 1);
}
