/**
 * The memory that the main thread and the room thread share: what is ordered one way, counters, levels and histograms the
 * other. Gains and pans are single words, written and read whole; the words of one channel have a sequence lock.
 * What is ordered is a state and not a queue: it can't overflow, and the thread takes what is newest.
 */
import { HISTOGRAM_US } from '../../audio/shared.ts';
import { MAX_CHANNELS } from '../../jamulus/limits.ts';

/** Words of the whole room, by position. */
export const control = {
  /** Not 0: leave the loop. */
  stop: 0,
  /** Changes with every order that concerns a channel. */
  orders: 1,
  /** Odd while recording; changes with every order to start or stop. */
  recording: 2,
  /** Each change clears the histograms and the largest values. */
  statisticsReset: 3,
} as const;

/** Words of one channel, by position; written by the main thread between two increments of `lock`. */
export const word = {
  lock: 0,
  open: 1,
  generation: 2,
  identified: 3,
  /** One of MIXING. */
  mixing: 4,
  /** Changes with every setMixing. */
  mixingOrder: 5,
  jitterAuto: 6,
  jitterBlocks: 7,
  /** 0: none announced; then the words below mean nothing. */
  frameSamples: 8,
  channels: 9,
  frameBytes: 10,
  blockFactor: 11,
  sequenceNumbers: 12,
  raw: 13,
  /** The PeerAddress, 18 bytes. */
  peer: 14,
} as const;

/** The words of the format, from `word.frameSamples` on. */
export const FORMAT_WORDS = word.peer - word.frameSamples;
export const CHANNEL_WORDS = 32;

export const MIXING = { no: 0, yes: 1, 'once-silent': 2 } as const;

/** Status words, by position; counters wrap. */
export const status = {
  /** Changes, with a notification, when the main thread has something to fetch. */
  wake: 0,
  ticks: 1,
  ticksMissed: 2,
  /** Messages of channels that were not reported: no room, too long or too many in a tick. */
  reportsDropped: 3,
  unknownDatagrams: 4,
  unknownDropped: 5,
  audioReceived: 6,
  audioSent: 7,
  sendFailures: 8,
  levelsDue: 9,
  longestProcessingUs: 10,
  longestWakeUpLatencyUs: 11,
  /** Ticks since the histograms were cleared. */
  measured: 12,
  codecErrors: 13,
  /** Blocks asked of all jitter buffers, and those that they did not have. */
  gets: 14,
  misses: 15,
  /** Datagrams of channels that were neither message nor audio of the announced size. */
  wrongSize: 16,
} as const;

const STATUS_WORDS = 32;
const CONTROL_WORDS = 32;
const PAIRS = MAX_CHANNELS * MAX_CHANNELS;

export interface RoomMemory {
  readonly memory: SharedArrayBuffer;
  readonly controls: Int32Array;
  readonly status: Int32Array;
  /** CHANNEL_WORDS for each channel ID. */
  readonly channels: Int32Array;
  /** The same memory, for the peer addresses. */
  readonly channelBytes: Uint8Array;
  /** Linear, at listener · MAX_CHANNELS + source. */
  readonly gains: Float32Array;
  /** 0 = left … 1 = right, as the gains. */
  readonly pans: Float32Array;
  /** Meter step 0…9 by channel ID. */
  readonly levels: Uint8Array;
  /** Blocks 1…20 by channel ID, 0 = no channel. */
  readonly jitterBlocks: Uint8Array;
  /** Histogram of processing times: the index is the time in microseconds, the value how often it was counted. */
  readonly processingTimes: Int32Array;
  /** The same of wake-up latencies: how long after its due time a tick began. */
  readonly wakeUpLatencies: Int32Array;
}

/** Views of `memory`, or of new memory. */
export function roomMemory(memory?: SharedArrayBuffer): RoomMemory {
  const words = [CONTROL_WORDS, STATUS_WORDS, MAX_CHANNELS * CHANNEL_WORDS, PAIRS, PAIRS, HISTOGRAM_US, HISTOGRAM_US];
  const starts = words.map((_, part) => 4 * words.slice(0, part).reduce((sum, count) => sum + count, 0));
  const bytesAt = 4 * words.reduce((sum, count) => sum + count, 0);
  const shared = memory ?? new SharedArrayBuffer(bytesAt + 2 * MAX_CHANNELS);
  const integers = (part: number) => new Int32Array(shared, starts[part], words[part]);
  const floats = (part: number) => new Float32Array(shared, starts[part], words[part]);
  return {
    memory: shared,
    controls: integers(0),
    status: integers(1),
    channels: integers(2),
    channelBytes: new Uint8Array(shared, starts[2], MAX_CHANNELS * CHANNEL_WORDS * 4),
    gains: floats(3),
    pans: floats(4),
    processingTimes: integers(5),
    wakeUpLatencies: integers(6),
    levels: new Uint8Array(shared, bytesAt, MAX_CHANNELS),
    jitterBlocks: new Uint8Array(shared, bytesAt + MAX_CHANNELS, MAX_CHANNELS),
  };
}
