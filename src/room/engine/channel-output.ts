/**
 * What one channel's peer gets: pieces of the mix, collected to coded frames, collected to datagrams (audio.md §2, §5.2).
 * Period path but for the constructor.
 */
import { FRAME_SAMPLES } from '../../jamulus/stream-format.ts';
import { createEncoder, type OpusEncoder, type OpusLibrary } from '../../opus/codec.ts';
import { MAX_ROOM_FRAME_BYTES } from '../room-ports.ts';
import type { DatagramBatch } from './datagram-batch.ts';
import type { Mixer } from './mixer.ts';
import { status, word } from './room-memory.ts';

/** A channel holds an encoder and a decoder of each of these kinds, so that nothing is made while the room runs. */
export const CODEC_KINDS = FRAME_SAMPLES.flatMap((frameSamples) =>
  ([1, 2] as const).map((channels) => ({ frameSamples, channels })),
);

/** Position in CODEC_KINDS. Period path. */
export function codecKind(frameSamples: number, channels: number): number {
  return (frameSamples === 128 ? 2 : 0) + channels - 1;
}

/** The longest datagram that a channel sends. */
export const MAX_SENT_BYTES = 4 * (MAX_ROOM_FRAME_BYTES + 1);
const FIRST = word.frameSamples;

export class ChannelOutput {
  readonly #serverFrame: number;
  readonly #counts: Int32Array;
  readonly #encoders: readonly OpusEncoder[];
  #encoder: OpusEncoder;
  #frameSamples = 128;
  #channels = 1;
  #frameBytes = 0;
  /** With the sequence byte. */
  #strideBytes = 0;
  #blockFactor = 1;
  #raw = false;
  readonly #datagram = new Uint8Array(MAX_SENT_BYTES);
  #samplesFilled = 0;
  #framesFilled = 0;
  /** Runs on through all users, also while numbers are off (audio.md §2.4). */
  #sequence = 0;

  /** @param counts status words */
  constructor(serverFrame: number, library: OpusLibrary, counts: Int32Array) {
    this.#serverFrame = serverFrame;
    this.#counts = counts;
    this.#encoders = CODEC_KINDS.map((kind) => createEncoder(library, kind));
    this.#encoder = this.#encoders[0] as OpusEncoder;
  }

  /**
   * A new format; what was collected of a datagram is dropped.
   * @param format the words from `word.frameSamples` on
   * @param anew the codec forgets the signal so far
   */
  configure(format: Int32Array, anew: boolean): void {
    this.#frameSamples = format[0] as number;
    this.#channels = format[word.channels - FIRST] as number;
    this.#frameBytes = format[word.frameBytes - FIRST] as number;
    this.#strideBytes = this.#frameBytes + (format[word.sequenceNumbers - FIRST] as number);
    this.#blockFactor = format[word.blockFactor - FIRST] as number;
    this.#raw = format[word.raw - FIRST] === 1;
    this.#samplesFilled = 0;
    this.#framesFilled = 0;
    this.#encoder = this.#encoders[codecKind(this.#frameSamples, this.#channels)] as OpusEncoder;
    if (anew) this.#encoder.reset();
    if (!this.#raw) this.#encoder.setFrameBytes(this.#frameBytes);
  }

  /** Codes the mixer's mix; a datagram that is complete goes into the batch. */
  send(mixer: Mixer, batch: DatagramBatch, peer: Uint8Array): void {
    const serverFrame = this.#serverFrame;
    const frameSamples = this.#frameSamples;
    const piece = Math.min(frameSamples, serverFrame);
    for (let from = 0; from < serverFrame; from += piece) {
      if (this.#raw) this.#fillRaw(mixer, from, piece);
      else this.#fillEncoder(mixer, from, piece);
      this.#samplesFilled += piece;
      if (this.#samplesFilled < frameSamples) return;
      this.#samplesFilled = 0;
      this.#finishFrame();
      if (this.#framesFilled < this.#blockFactor) continue;
      this.#framesFilled = 0;
      batch.add(peer, this.#datagram, this.#strideBytes * this.#blockFactor);
    }
  }

  #fillEncoder(mixer: Mixer, from: number, count: number): void {
    const { samples } = mixer;
    const channels = this.#channels;
    const pcm = this.#encoder.pcm;
    for (let side = 0; side < channels; side++) {
      const source = (side === 0 ? mixer.left : mixer.right) + from;
      let to = this.#samplesFilled * channels + side;
      for (let i = 0; i < count; i++, to += channels) pcm[to] = samples[source + i] as number;
    }
  }

  /** Clipped, then truncated toward zero (audio.md §4, end). */
  #fillRaw(mixer: Mixer, from: number, count: number): void {
    const { samples } = mixer;
    const channels = this.#channels;
    const datagram = this.#datagram;
    const start = this.#framesFilled * this.#strideBytes;
    for (let side = 0; side < channels; side++) {
      const source = (side === 0 ? mixer.left : mixer.right) + from;
      let to = start + 2 * (this.#samplesFilled * channels + side);
      for (let i = 0; i < count; i++, to += 2 * channels) {
        const scaled = (samples[source + i] as number) * 32768;
        const sample = scaled > 32767 ? 32767 : scaled < -32768 ? -32768 : scaled | 0;
        datagram[to] = sample;
        datagram[to + 1] = sample >> 8;
      }
    }
  }

  #finishFrame(): void {
    const frameBytes = this.#frameBytes;
    const datagram = this.#datagram;
    const start = this.#framesFilled * this.#strideBytes;
    if (!this.#raw) {
      const { bytes } = this.#encoder;
      const coded = this.#encoder.encode() === frameBytes;
      if (!coded) this.#counts[status.codecErrors] = ((this.#counts[status.codecErrors] as number) + 1) | 0;
      for (let i = 0; i < frameBytes; i++) datagram[start + i] = coded ? (bytes[i] as number) : 0;
    }
    if (this.#strideBytes > frameBytes) datagram[start + frameBytes] = this.#sequence;
    this.#sequence = (this.#sequence + 1) & 255;
    this.#framesFilled++;
  }
}
