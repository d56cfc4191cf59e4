/**
 * Writes a WAV file (48 kHz) while it is being played. For the desk and for tests, which may call it from the audio
 * thread: it allocates nothing a period, but it waits for the disk and so is not real-time on the box.
 *
 * The sizes in the header are brought up to date after every chunk and the file is synced every few seconds: a crash
 * costs at most the last chunk and a power cut the last seconds, never the file.
 */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import { floatToS16Bytes } from './sample-format.ts';

/** 16-bit PCM (clipped and truncated, not dithered) or 32-bit float as it comes. */
export type WavFormat = 's16' | 'float';

export type WavCreation =
  | { readonly ok: true; readonly writer: WavWriter }
  | { readonly ok: false; readonly error: string };

/** A third of a second of stereo. */
const CHUNK_SAMPLES = 32768;
const SYNC_CHUNKS = 16;
/** Sizes in a WAV file have 32 bits. */
const MAX_DATA_BYTES = 0xffff0000;

/** Creates or replaces a file. */
export function createWavFile(path: string, format: WavFormat, channels: 1 | 2): WavCreation {
  try {
    return { ok: true, writer: new WavWriter(openSync(path, 'w'), format, channels) };
  } catch (error) {
    return {
      ok: false,
      error: `The file cannot be created: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

export class WavWriter {
  readonly #fd: number;
  readonly #format: WavFormat;
  readonly #channels: 1 | 2;
  readonly #header: DataView;
  readonly #chunk = new Float32Array(CHUNK_SAMPLES);
  readonly #bytes: Uint8Array;
  #fill = 0;
  #chunks = 0;
  #dataBytes = 0;
  #state: 'open' | 'failed' | 'closed' = 'open';

  /** Takes over an open, empty file. */
  constructor(fd: number, format: WavFormat, channels: 1 | 2) {
    this.#fd = fd;
    this.#format = format;
    this.#channels = channels;
    this.#header = headerOf(format, channels);
    this.#bytes = format === 'float' ? new Uint8Array(this.#chunk.buffer) : new Uint8Array(2 * CHUNK_SAMPLES);
    this.#flush();
  }

  /**
   * Appends `frames` frames, interleaved.
   * @returns false once the disk has refused something, or the file is full (4 GiB) or closed: no more is written
   */
  write(src: Float32Array, frames: number): boolean {
    for (let i = 0; i < frames * this.#channels && this.#state === 'open'; i++) {
      this.#chunk[this.#fill++] = src[i] as number;
      if (this.#fill === CHUNK_SAMPLES) this.#flush();
    }
    return this.#state === 'open';
  }

  /** Writes the rest and closes the file. Returns false if anything is missing from it. */
  close(): boolean {
    if (this.#state === 'closed') return false;
    if (this.#state === 'open') this.#flush();
    const complete = this.#state === 'open';
    this.#state = 'closed';
    try {
      closeSync(this.#fd);
    } catch {
      return false;
    }
    return complete;
  }

  /** Data first, sizes after it, so that the header never promises what is not there. */
  #flush(): void {
    const length = this.#fill * (this.#format === 'float' ? 4 : 2);
    if (this.#format === 's16') floatToS16Bytes(this.#chunk, this.#bytes, 0, this.#fill);
    this.#fill = 0;
    const header = this.#header;
    const end = header.byteLength + this.#dataBytes;
    if (this.#dataBytes + length > MAX_DATA_BYTES) {
      this.#state = 'failed';
      return;
    }
    try {
      const complete = writeSync(this.#fd, this.#bytes, 0, length, end) === length;
      this.#dataBytes += length;
      header.setUint32(4, header.byteLength - 8 + this.#dataBytes, true);
      header.setUint32(header.byteLength - 4, this.#dataBytes, true);
      if (!complete || writeSync(this.#fd, header, 0, header.byteLength, 0) !== header.byteLength) {
        this.#state = 'failed';
      }
      if (++this.#chunks % SYNC_CHUNKS === 0) fdatasyncSync(this.#fd);
    } catch {
      this.#state = 'failed';
    }
  }
}

/** The 44 bytes before the samples, with both sizes still 0. */
function headerOf(format: WavFormat, channels: number): DataView {
  const sampleBytes = format === 'float' ? 4 : 2;
  const header = new DataView(new ArrayBuffer(44));
  setTag(header, 0, 'RIFF');
  setTag(header, 8, 'WAVE');
  setTag(header, 12, 'fmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, format === 'float' ? 3 : 1, true);
  header.setUint16(22, channels, true);
  header.setUint32(24, SAMPLE_RATE, true);
  header.setUint32(28, SAMPLE_RATE * channels * sampleBytes, true);
  header.setUint16(32, channels * sampleBytes, true);
  header.setUint16(34, 8 * sampleBytes, true);
  setTag(header, 36, 'data');
  return header;
}

function setTag(header: DataView, at: number, tag: string): void {
  for (let i = 0; i < tag.length; i++) header.setUint8(at + i, tag.charCodeAt(i));
}
