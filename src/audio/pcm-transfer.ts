/**
 * The samples of one ALSA stream on their way to or from stereo floats: its format, and which of its channels are left
 * and right. Period path: no allocation after construction.
 */
import type { ChannelPair } from '../box/sound-settings.ts';
import type { AlsaPcm, SampleFormat } from '../linux/alsa.ts';
import { addressOf } from '../linux/libc.ts';
import {
  floatToFloat,
  floatToS16,
  floatToS24,
  floatToS24Packed,
  floatToS32,
  s16ToFloat,
  s24PackedToFloat,
  s24ToFloat,
  s32ToFloat,
} from './sample-format.ts';

const BYTES: Readonly<Record<SampleFormat, number>> = { S32_LE: 4, S24_LE: 4, S24_3LE: 3, FLOAT_LE: 4, S16_LE: 2 };
/** addressOf wants memory outside of V8's own heap. */
const LEAST_BYTES = 1024;

/**
 * What a choice of two channels (from 1 on) means on a device with `channels` of them: the choice itself; where it is not
 * there, the first two; and twice the only one of a mono device.
 */
export function pairOn(channels: number, wanted: ChannelPair): ChannelPair {
  if (wanted[0] <= channels && wanted[1] <= channels) return wanted;
  return channels === 1 ? [1, 1] : [1, 2];
}

export class PcmTransfer {
  /** Of the memory that ALSA reads or writes: interleaved frames, as many as the device's buffer has. */
  readonly address: bigint;
  /** Left and right, from 1 on. */
  readonly pair: ChannelPair;
  readonly #format: SampleFormat;
  readonly #channels: number;
  readonly #s32: Int32Array;
  readonly #s16: Int16Array;
  readonly #float: Float32Array;
  readonly #bytes: Uint8Array;
  /** Left and right in one, for a single output channel. */
  readonly #mix: Float32Array;

  constructor({ parameters }: Pick<AlsaPcm, 'parameters'>, wanted: ChannelPair) {
    const { format, channels, bufferFrames, periodFrames } = parameters;
    this.#format = format;
    this.#channels = channels;
    this.pair = pairOn(channels, wanted);
    const words = Math.ceil((Math.max(bufferFrames, periodFrames) * channels * BYTES[format]) / 4);
    const memory = new ArrayBuffer(Math.max(LEAST_BYTES, 4 * words));
    this.#s32 = new Int32Array(memory);
    this.#s16 = new Int16Array(memory);
    this.#float = new Float32Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#mix = new Float32Array(Math.max(bufferFrames, periodFrames));
    this.address = addressOf(this.#bytes);
  }

  /** What was captured, as stereo interleaved floats. */
  toFloat(into: Float32Array, frames: number): void {
    this.#read(this.pair[0] - 1, into, 0, frames);
    this.#read(this.pair[1] - 1, into, 1, frames);
  }

  /** Stereo interleaved floats, to be played: on the pair, half of both where it is one channel; the others stay silent. */
  fromFloat(from: Float32Array, frames: number): void {
    if (this.pair[0] !== this.pair[1]) {
      this.#write(from, 0, 2, this.pair[0] - 1, frames);
      this.#write(from, 1, 2, this.pair[1] - 1, frames);
      return;
    }
    const mix = this.#mix;
    for (let i = 0; i < frames; i++) mix[i] = ((from[2 * i] as number) + (from[2 * i + 1] as number)) / 2;
    this.#write(mix, 0, 1, this.pair[0] - 1, frames);
  }

  silence(): void {
    this.#bytes.fill(0);
  }

  #read(channel: number, into: Float32Array, side: number, frames: number): void {
    const step = this.#channels;
    switch (this.#format) {
      case 'S32_LE':
        s32ToFloat(this.#s32, channel, step, into, side, 2, frames);
        return;
      case 'S24_LE':
        s24ToFloat(this.#s32, channel, step, into, side, 2, frames);
        return;
      case 'S24_3LE':
        s24PackedToFloat(this.#bytes, 3 * channel, 3 * step, into, side, 2, frames);
        return;
      case 'FLOAT_LE':
        floatToFloat(this.#float, channel, step, into, side, 2, frames);
        return;
      case 'S16_LE':
        s16ToFloat(this.#s16, channel, step, into, side, 2, frames);
        return;
    }
  }

  #write(from: Float32Array, at: number, step: number, channel: number, frames: number): void {
    const toStep = this.#channels;
    switch (this.#format) {
      case 'S32_LE':
        floatToS32(from, at, step, this.#s32, channel, toStep, frames);
        return;
      case 'S24_LE':
        floatToS24(from, at, step, this.#s32, channel, toStep, frames);
        return;
      case 'S24_3LE':
        floatToS24Packed(from, at, step, this.#bytes, 3 * channel, 3 * toStep, frames);
        return;
      case 'FLOAT_LE':
        floatToFloat(from, at, step, this.#float, channel, toStep, frames);
        return;
      case 'S16_LE':
        floatToS16(from, at, step, this.#s16, channel, toStep, frames);
        return;
    }
  }
}
