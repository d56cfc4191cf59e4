/**
 * One stream's codecs: a block of stereo floats to an audio datagram, and frames of the jitter buffer back to floats
 * (audio.md §2, §3, §4 items 5 and 6). Period path but for the constructor.
 */
import { FRAME_SAMPLES } from '../jamulus/stream-format.ts';
import { createDecoder, createEncoder, loadOpus, type OpusDecoder, type OpusEncoder } from '../opus/codec.ts';
import type { JitterBuffer } from './jitter-buffer.ts';
import { floatToS16Bytes, s16BytesToFloat } from './sample-format.ts';

const MAX_FRAME_SAMPLES = 128;
const MAX_RAW_BYTES = MAX_FRAME_SAMPLES * 2 * 2;

export class StreamCoder {
  frameSamples = 64;
  channels: 1 | 2 = 2;
  frameBytes = 0;
  blockFactor = 1;
  sequenceNumbers = false;
  raw = false;
  /** Codec errors so far; not 0 is a bug or an attack, never an exception. */
  errors = 0;
  readonly #encoders: readonly OpusEncoder[];
  readonly #decoders: readonly OpusDecoder[];
  /** The two in use. (Private accessors in their place would be calls into V8's runtime.) */
  #encoder: OpusEncoder;
  #decoder: OpusDecoder;
  readonly #scratch = new Float32Array(MAX_FRAME_SAMPLES * 2);
  readonly #rawBytes = new Uint8Array(MAX_RAW_BYTES);
  /** Runs on through all streams, also while numbers are off (audio.md §2.4). */
  #sequence = 0;

  /** @param wasm the content of build/opus.wasm */
  constructor(wasm: Uint8Array<ArrayBuffer>) {
    const library = loadOpus(wasm, 8);
    const formats = FRAME_SAMPLES.flatMap((frameSamples) =>
      ([1, 2] as const).map((channels) => ({ frameSamples, channels })),
    );
    this.#encoders = formats.map((format) => createEncoder(library, format));
    this.#decoders = formats.map((format) => createDecoder(library, format));
    this.#encoder = this.#encoders[0] as OpusEncoder;
    this.#decoder = this.#decoders[0] as OpusDecoder;
  }

  /** Frames of one block: what one datagram carries. */
  get blockFrames(): number {
    return this.frameSamples * this.blockFactor;
  }

  /** Bytes of one datagram. */
  get datagramBytes(): number {
    return (this.frameBytes + (this.sequenceNumbers ? 1 : 0)) * this.blockFactor;
  }

  /** Call after the fields have changed. */
  configured(): void {
    const index = (this.frameSamples === 128 ? 2 : 0) + this.channels - 1;
    this.#encoder = this.#encoders[index] as OpusEncoder;
    this.#decoder = this.#decoders[index] as OpusDecoder;
    if (!this.raw) this.#encoder.setFrameBytes(this.frameBytes);
  }

  /** Forgets all signals: a new connection. */
  reset(): void {
    for (let i = 0; i < this.#encoders.length; i++) {
      this.#encoders[i]?.reset();
      this.#decoders[i]?.reset();
    }
  }

  /**
   * Codes one block into a datagram.
   * @param block stereo interleaved, `blockFrames` long
   */
  encode(block: Float32Array, datagram: Uint8Array): void {
    const { frameSamples, frameBytes, channels } = this;
    const encoder = this.#encoder;
    const pcm = this.raw ? this.#scratch : encoder.pcm;
    let to = 0;
    for (let frame = 0; frame < this.blockFactor; frame++) {
      const from = frame * frameSamples * 2;
      if (channels === 2) {
        for (let i = 0; i < 2 * frameSamples; i++) pcm[i] = block[from + i] as number;
      } else {
        for (let i = 0; i < frameSamples; i++) {
          pcm[i] = ((block[from + 2 * i] as number) + (block[from + 2 * i + 1] as number)) * 0.5;
        }
      }
      if (this.raw) {
        floatToS16Bytes(pcm, datagram, to, frameSamples * channels);
      } else if (encoder.encode() === frameBytes) {
        const bytes = encoder.bytes;
        for (let i = 0; i < frameBytes; i++) datagram[to + i] = bytes[i] as number;
      } else {
        this.errors++;
        for (let i = 0; i < frameBytes; i++) datagram[to + i] = 0;
      }
      to += frameBytes;
      if (this.sequenceNumbers) {
        datagram[to] = this.#sequence;
        to++;
      }
      this.#sequence = (this.#sequence + 1) & 255;
    }
  }

  /**
   * Takes one block out of the jitter buffer, decoded or concealed (raw: silence for what is missing).
   * @param block stereo interleaved, `blockFrames` long
   * @returns how many frames were missing
   */
  decode(jitter: JitterBuffer, block: Float32Array): number {
    const { frameSamples, channels } = this;
    const decoder = this.#decoder;
    let misses = 0;
    for (let frame = 0; frame < this.blockFactor; frame++) {
      const bytes = this.raw ? this.#rawBytes : decoder.bytes;
      const hit = jitter.get(bytes, 0);
      if (!hit) misses++;
      let pcm = decoder.pcm;
      if (this.raw) {
        pcm = this.#scratch as Float32Array<ArrayBuffer>;
        if (!hit) bytes.fill(0);
        s16BytesToFloat(bytes, 0, pcm, frameSamples * channels);
      } else if ((hit ? decoder.decode(this.frameBytes) : decoder.conceal()) < 0) {
        this.errors++;
      }
      const to = frame * frameSamples * 2;
      if (channels === 2) {
        for (let i = 0; i < 2 * frameSamples; i++) block[to + i] = pcm[i] as number;
      } else {
        for (let i = 0; i < frameSamples; i++) {
          block[to + 2 * i] = pcm[i] as number;
          block[to + 2 * i + 1] = pcm[i] as number;
        }
      }
    }
    return misses;
  }
}
