/**
 * What is recorded on its way from the room thread to the recorder: a single-producer single-consumer ring of fixed slots
 * in shared memory. One slot is one server frame of one channel: decoded, concealment included, before gain, pan and fade
 * (sessions.md §9). The room thread never waits: without a free slot the frame is lost and counted, and shows as a gap in
 * the frame numbers.
 *
 * The recorder looks into the ring when it likes, at least about five times a second; the ring holds about one second of
 * all channels (capacity()). Nobody is woken by it.
 *
 * Each start of recording has a number of its own, so that a stop and start that the recorder slept through is seen.
 * The frame numbers begin with 0 at each start and count ticks, also those in which nobody was there.
 */
import { SAMPLE_RATE } from '../../jamulus/limits.ts';
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import type { Mixer } from './mixer.ts';

/** Head, tail, lost, start, frame, each on a cache line of its own or written by the same side. */
const HEAD = 0;
const LOST = 1;
const START = 2;
const FRAME = 3;
const TAIL = 16;
const INDEX_WORDS = 32;
const HEADER_WORDS = 4;
/** Seconds of all channels that are to fit, at least. */
const SECONDS = 8;
/** 150 channels fill it in about two seconds, ten in eight: an SD card may stand still as long. */
const MAX_SLOT_BYTES = 72 * 1024 * 1024;

export interface RecorderTapMemory {
  readonly memory: SharedArrayBuffer;
  /** Server frame S: 64 or 128. */
  readonly frameSamples: FrameSamples;
  /** A power of two. */
  readonly slots: number;
}

/** One server frame of one channel. */
export interface TapFrame {
  /** Number of this start of recording. */
  start: number;
  channelId: number;
  generation: number;
  /** Ticks since the start of recording. */
  frame: number;
  channels: 1 | 2;
  /** `frameSamples` · `channels` samples, interleaved as in a WAV file; a copy that the next read overwrites. */
  readonly samples: Int16Array;
}

/** Memory for `maxChannels` channels. The kernel gives it only as recording uses it. */
export function createTapMemory(frameSamples: FrameSamples, maxChannels: number): RecorderTapMemory {
  const wanted = (SECONDS * maxChannels * SAMPLE_RATE) / frameSamples;
  const slotBytes = slotWords(frameSamples) * 4;
  let slots = 64;
  while (slots < wanted && slots * 2 * slotBytes <= MAX_SLOT_BYTES) slots *= 2;
  return { memory: new SharedArrayBuffer(INDEX_WORDS * 4 + slots * slotBytes), frameSamples, slots };
}

/** Header and stereo samples. */
function slotWords(frameSamples: number): number {
  return HEADER_WORDS + frameSamples;
}

/** The room thread's end. Period path. */
export class TapWriter {
  readonly #index: Int32Array;
  readonly #words: Int32Array;
  readonly #samples: Int16Array;
  readonly #frameSamples: number;
  readonly #slots: number;

  constructor({ memory, frameSamples, slots }: RecorderTapMemory) {
    this.#index = new Int32Array(memory, 0, INDEX_WORDS);
    this.#words = new Int32Array(memory, INDEX_WORDS * 4);
    this.#samples = new Int16Array(memory, INDEX_WORDS * 4);
    this.#frameSamples = frameSamples;
    this.#slots = slots;
  }

  /** Recording begins: numbers count from 0. */
  begin(): void {
    Atomics.add(this.#index, START, 1);
    Atomics.store(this.#index, FRAME, 0);
  }

  /** A tick is over in which recording was on. */
  advance(): void {
    Atomics.add(this.#index, FRAME, 1);
  }

  /** Hands over the present frame of a channel; a silent one as zeros. */
  write(mixer: Mixer, channelId: number, generation: number, channels: number): void {
    const index = this.#index;
    const head = Atomics.load(index, HEAD);
    if (((head - Atomics.load(index, TAIL)) | 0) >= this.#slots) {
      Atomics.add(index, LOST, 1);
      return;
    }
    const at = (head & (this.#slots - 1)) * slotWords(this.#frameSamples);
    this.#words[at] = index[START] as number;
    this.#words[at + 1] = index[FRAME] as number;
    this.#words[at + 2] = channelId | (channels << 8);
    this.#words[at + 3] = generation;
    const sides = mixer.sides[channelId] as number;
    for (let side = 0; side < channels; side++) {
      const from = mixer.plane(channelId, side === 0 ? 0 : 1);
      let to = (at + HEADER_WORDS) * 2 + side;
      for (let i = 0; i < this.#frameSamples; i++, to += channels) {
        this.#samples[to] = side < sides ? rounded((mixer.samples[from + i] as number) * 32768) : 0;
      }
    }
    Atomics.store(index, HEAD, (head + 1) | 0);
  }
}

function rounded(sample: number): number {
  if (sample > 32767) return 32767;
  if (sample < -32768) return -32768;
  return (sample < 0 ? sample - 0.5 : sample + 0.5) | 0;
}

/** The recorder's end, in whichever one thread that is. */
export interface TapReader {
  /** The oldest frame, in an object that each read uses again; undefined when there is none. */
  read(): TapFrame | undefined;
  /** Frames lost for want of a free slot so far; 32 bits, wraps. */
  lost(): number;
  /** Number of the present start of recording, 0 before the first, and how many ticks it has lasted. */
  progress(): { readonly start: number; readonly frames: number };
  /** Slots in all, and those that wait to be read. */
  capacity(): number;
  waiting(): number;
}

export function openTapReader({ memory, frameSamples, slots }: RecorderTapMemory): TapReader {
  const index = new Int32Array(memory, 0, INDEX_WORDS);
  const words = new Int32Array(memory, INDEX_WORDS * 4);
  const samples = new Int16Array(memory, INDEX_WORDS * 4);
  const mono = { samples: new Int16Array(frameSamples) };
  const stereo = { samples: new Int16Array(2 * frameSamples) };
  const blank = { start: 0, channelId: 0, generation: 0, frame: 0 };
  const frames: readonly [TapFrame, TapFrame] = [
    { ...blank, channels: 1, ...mono },
    { ...blank, channels: 2, ...stereo },
  ];
  return {
    read() {
      const tail = Atomics.load(index, TAIL);
      if (tail === Atomics.load(index, HEAD)) return undefined;
      const at = (tail & (slots - 1)) * slotWords(frameSamples);
      const owner = words[at + 2] as number;
      const frame = frames[owner >> 8 === 2 ? 1 : 0];
      frame.start = words[at] as number;
      frame.frame = words[at + 1] as number;
      frame.channelId = owner & 255;
      frame.generation = words[at + 3] as number;
      const from = (at + HEADER_WORDS) * 2;
      for (let i = 0; i < frame.samples.length; i++) frame.samples[i] = samples[from + i] as number;
      Atomics.store(index, TAIL, (tail + 1) | 0);
      return frame;
    },
    lost: () => Atomics.load(index, LOST),
    progress: () => ({ start: Atomics.load(index, START), frames: Atomics.load(index, FRAME) }),
    capacity: () => slots,
    waiting: () => (Atomics.load(index, HEAD) - Atomics.load(index, TAIL)) | 0,
  };
}
