/**
 * The personal mixes (audio.md §5.3): each listener hears the sum of all sources with their own gains and pans. Samples are
 * floats, full scale ±1, one plane for each side. Period path.
 *
 * Silent sources and gains of 0 cost nothing. What a pair of listener and source costs is measured in test/bench/room.ts.
 */
import { MAX_CHANNELS } from '../../jamulus/limits.ts';
import type { FrameSamples } from '../../jamulus/stream-format.ts';
import { FIRST_BYTE, loadMixKernel, type MixKernel } from './mix-kernel.ts';
import type { RoomMemory } from './room-memory.ts';

/** The end of the frame before, for delay panning: 63 samples at most. */
const HISTORY = 64;
/** Width of delay panning: from −63 to 63 samples. */
const DELAY_SPAN = 126;

export class Mixer {
  /** Memory of mix.c. In it all planes: of each channel left (or mono) and right, each after its history; then the two of the mix. */
  readonly samples: Float32Array;
  /** By channel ID: how many planes have sound in this tick, 0…2. */
  readonly sides = new Int32Array(MAX_CHANNELS);
  /** By channel ID: the fade-in, 0…1. */
  readonly fades = new Float32Array(MAX_CHANNELS);
  /** Where the mix is, in `samples`. */
  readonly left: number;
  readonly right: number;
  readonly delayPanning: boolean;
  readonly #frame: FrameSamples;
  readonly #gains: Float32Array;
  readonly #pans: Float32Array;
  readonly #kernel: MixKernel;
  /** The terms of the two sums: the address of a plane, and its factor. */
  readonly #from: readonly [Int32Array, Int32Array];
  readonly #factor: readonly [Float32Array, Float32Array];
  readonly #fromAddress: readonly [number, number];
  readonly #factorAddress: readonly [number, number];
  #count = 0;

  /** @param frameSamples of the server: 64 or 128 */
  constructor(room: RoomMemory, maxChannels: number, frameSamples: FrameSamples, delayPanning: boolean) {
    this.#frame = frameSamples;
    this.#gains = room.gains;
    this.#pans = room.pans;
    this.delayPanning = delayPanning;
    const planeWords = (2 * maxChannels + 2) * (HISTORY + frameSamples);
    const terms = 2 * maxChannels;
    const tables = FIRST_BYTE + planeWords * 4;
    const { kernel, memory } = loadMixKernel(tables + 4 * terms * 4);
    this.#kernel = kernel;
    this.samples = new Float32Array(memory, 0, tables / 4);
    this.#fromAddress = [tables, tables + 4 * terms];
    this.#factorAddress = [tables + 8 * terms, tables + 12 * terms];
    this.#from = [new Int32Array(memory, tables, terms), new Int32Array(memory, tables + 4 * terms, terms)];
    this.#factor = [
      new Float32Array(memory, tables + 8 * terms, terms),
      new Float32Array(memory, tables + 12 * terms, terms),
    ];
    this.left = this.plane(maxChannels, 0);
    this.right = this.plane(maxChannels, 1);
  }

  /** Where the frame of one side of a channel begins, in `samples`. */
  plane(channelId: number, side: 0 | 1): number {
    return FIRST_BYTE / 4 + (2 * channelId + side) * (HISTORY + this.#frame) + HISTORY;
  }

  /** Before a channel's next frame is written: its present one becomes history. */
  keepHistory(channelId: number): void {
    const { samples } = this;
    const base = this.plane(channelId, 0) - HISTORY;
    const stride = HISTORY + this.#frame;
    for (let at = base; at < base + 2 * stride; at += stride) {
      for (let i = 0; i < HISTORY; i++) samples[at + i] = samples[at + this.#frame + i] as number;
    }
  }

  /** A channel has a new user: nothing of the former one's may be heard. */
  forget(channelId: number): void {
    const base = this.plane(channelId, 0) - HISTORY;
    this.samples.fill(0, base, base + 2 * (HISTORY + this.#frame));
    this.sides[channelId] = 0;
    this.fades[channelId] = 0;
  }

  /** Puts what `listener` hears of the `count` first channels in `sources` into the mix; mono: only into its left. */
  mix(listener: number, channels: number, sources: Int32Array, count: number): void {
    const { sides, fades } = this;
    const row = listener * MAX_CHANNELS;
    this.#count = 0;
    for (let i = 0; i < count; i++) {
      const source = sources[i] as number;
      if (sides[source] === 0) continue;
      const others = source === listener ? 1 : (fades[listener] as number);
      const gain = (this.#gains[row + source] as number) * (fades[source] as number) * others;
      if (gain === 0) continue;
      if (channels === 1) this.#addToMono(source, gain);
      else if (this.delayPanning) this.#addDelayed(source, gain, this.#pans[row + source] as number);
      else this.#addToStereo(source, gain, this.#pans[row + source] as number);
    }
    this.#sum(0, this.left);
    if (channels === 2) this.#sum(1, this.right);
  }

  #addToMono(source: number, gain: number): void {
    const n = this.#count;
    this.#from[0][n] = 4 * this.plane(source, 0);
    if (this.sides[source] === 1) {
      this.#factor[0][n] = gain;
      this.#count = n + 1;
      return;
    }
    this.#from[0][n + 1] = 4 * this.plane(source, 1);
    this.#factor[0][n] = gain / 2;
    this.#factor[0][n + 1] = gain / 2;
    this.#count = n + 2;
  }

  #addToStereo(source: number, gain: number, pan: number): void {
    const n = this.#count;
    this.#from[0][n] = 4 * this.plane(source, 0);
    this.#from[1][n] = 4 * this.plane(source, this.sides[source] === 2 ? 1 : 0);
    this.#factor[0][n] = gain * (pan > 0.5 ? 2 * (1 - pan) : 1);
    this.#factor[1][n] = gain * (pan < 0.5 ? 2 * pan : 1);
    this.#count = n + 1;
  }

  #addDelayed(source: number, gain: number, pan: number): void {
    const n = this.#count;
    const delay = Math.round(DELAY_SPAN * (pan - 0.5));
    this.#from[0][n] = 4 * (this.plane(source, 0) - Math.max(delay, 0));
    this.#from[1][n] = 4 * (this.plane(source, this.sides[source] === 2 ? 1 : 0) + Math.min(delay, 0));
    this.#factor[0][n] = gain;
    this.#factor[1][n] = gain;
    this.#count = n + 1;
  }

  #sum(side: 0 | 1, out: number): void {
    this.#kernel.sum(4 * out, this.#fromAddress[side], this.#factorAddress[side], this.#count, this.#frame);
  }
}
