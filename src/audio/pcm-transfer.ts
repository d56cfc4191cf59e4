/**
 * Samples on their way between a card's memory (interleaved, in one of its formats, 1…32 channels) and stereo floats.
 * Period path: no allocation after construction.
 */
import type { PcmParameters, SampleFormat } from '../linux/alsa-configure.ts';
import { addressOf } from '../linux/libc.ts';
import { finite } from './gain-law.ts';
import { S16_SCALE, S32_SCALE, toF32, toS16, toS24, toS32 } from './sample-format.ts';

const SAMPLE_BYTES: Readonly<Record<SampleFormat, number>> = {
  S32_LE: 4,
  S24_3LE: 3,
  S24_LE: 4,
  FLOAT_LE: 4,
  S16_LE: 2,
};

/** koffi wants memory outside of V8's own heap. */
const LEAST_BYTES = 1024;

export class PcmTransfer {
  /** Of the memory that ALSA reads and writes: a whole buffer of the card. */
  readonly address: bigint;
  /** The same memory. */
  readonly bytes: Uint8Array;
  readonly #format: SampleFormat;
  readonly #channels: number;
  /** Counted from 0; the same for both sides of one channel. */
  readonly #left: number;
  readonly #right: number;
  readonly #s32: Int32Array;
  readonly #s16: Int16Array;
  readonly #f32: Float32Array;
  readonly #mono: Float32Array;

  constructor({ format, channels, pair, bufferFrames }: PcmParameters) {
    this.#format = format;
    this.#channels = channels;
    this.#left = pair[0] - 1;
    this.#right = pair[1] - 1;
    const size = Math.max(LEAST_BYTES, bufferFrames * channels * SAMPLE_BYTES[format]);
    const memory = new ArrayBuffer(Math.ceil(size / 4) * 4);
    this.bytes = new Uint8Array(memory);
    this.#s32 = new Int32Array(memory);
    this.#s16 = new Int16Array(memory);
    this.#f32 = new Float32Array(memory);
    this.#mono = new Float32Array(bufferFrames);
    this.address = addressOf(this.bytes);
  }

  /** The pair's channels → `into`, stereo interleaved. One channel for both sides goes to both. */
  toStereo(into: Float32Array, frames: number): void {
    this.#load(this.#left, into, 0, frames);
    if (this.#right === this.#left) for (let i = 0; i < frames; i++) into[2 * i + 1] = into[2 * i] as number;
    else this.#load(this.#right, into, 1, frames);
  }

  /** `from`, stereo interleaved → the pair's channels; one channel gets the mean of both sides. The others stay silent. */
  fromStereo(from: Float32Array, frames: number): void {
    if (this.#left !== this.#right) {
      this.#store(from, 0, 2, this.#left, frames);
      this.#store(from, 1, 2, this.#right, frames);
      return;
    }
    const mono = this.#mono;
    for (let i = 0; i < frames; i++) {
      mono[i] = (finite(from[2 * i] as number) + finite(from[2 * i + 1] as number)) / 2;
    }
    this.#store(mono, 0, 1, this.#left, frames);
  }

  /** On all channels. Zero bytes are silence in every format. */
  silence(): void {
    this.#s32.fill(0);
  }

  #load(channel: number, into: Float32Array, side: number, frames: number): void {
    const step = this.#channels;
    let at = channel;
    switch (this.#format) {
      case 'S32_LE':
        for (let i = side; i < 2 * frames; i += 2, at += step) into[i] = (this.#s32[at] as number) / S32_SCALE;
        return;
      case 'S24_LE':
        // The fourth byte means nothing (alsa-lib, "PCM formats"): it is shifted out.
        for (let i = side; i < 2 * frames; i += 2, at += step) into[i] = ((this.#s32[at] as number) << 8) / S32_SCALE;
        return;
      case 'S24_3LE': {
        const { bytes } = this;
        at *= 3;
        for (let i = side; i < 2 * frames; i += 2, at += 3 * step) {
          const low = ((bytes[at] as number) << 8) | ((bytes[at + 1] as number) << 16);
          into[i] = (low | ((bytes[at + 2] as number) << 24)) / S32_SCALE;
        }
        return;
      }
      case 'FLOAT_LE':
        for (let i = side; i < 2 * frames; i += 2, at += step) into[i] = finite(this.#f32[at] as number);
        return;
      case 'S16_LE':
        for (let i = side; i < 2 * frames; i += 2, at += step) into[i] = (this.#s16[at] as number) / S16_SCALE;
    }
  }

  #store(from: Float32Array, first: number, stride: number, channel: number, frames: number): void {
    const step = this.#channels;
    const end = first + stride * frames;
    let at = channel;
    switch (this.#format) {
      case 'S32_LE':
        for (let i = first; i < end; i += stride, at += step) this.#s32[at] = toS32(from[i] as number);
        return;
      case 'S24_LE':
        for (let i = first; i < end; i += stride, at += step) this.#s32[at] = toS24(from[i] as number);
        return;
      case 'S24_3LE': {
        const { bytes } = this;
        at *= 3;
        for (let i = first; i < end; i += stride, at += 3 * step) {
          const value = toS24(from[i] as number);
          bytes[at] = value;
          bytes[at + 1] = value >> 8;
          bytes[at + 2] = value >> 16;
        }
        return;
      }
      case 'FLOAT_LE':
        for (let i = first; i < end; i += stride, at += step) this.#f32[at] = toF32(from[i] as number);
        return;
      case 'S16_LE':
        for (let i = first; i < end; i += stride, at += step) this.#s16[at] = toS16(from[i] as number);
    }
  }
}
