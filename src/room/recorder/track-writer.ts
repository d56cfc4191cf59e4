/**
 * The sound of one player, without gaps, from the moment they came: gathered and written in pieces of 64 KiB, to one file or,
 * where the file system takes no longer ones, to several that follow each other. The first file is made with the first
 * piece: until then, the player has mostly said their name.
 */
import { type FileFailure, isFailure } from './recorder-files.ts';
import type { WavFile } from './wav-file.ts';
import { SAMPLE_BYTES } from './wav-header.ts';

const PIECE_SAMPLES = 32768;

/** Makes the file of a player whose sound begins at `startSample` of the session. */
export type OpenTrackFile = (startSample: number) => TrackFile | FileFailure;

export interface TrackFile {
  readonly wav: WavFile;
  /** Told after each write: samples of one channel in the file. */
  readonly grown: (samples: number) => void;
}

export class TrackWriter {
  readonly #channels: 1 | 2;
  readonly #open: OpenTrackFile;
  readonly #piece = new Int16Array(PIECE_SAMPLES);
  readonly #pieceBytes = new Uint8Array(this.#piece.buffer);
  #fill = 0;
  /** Position in the session of the first sample in the piece. */
  #pieceStart: number;
  #file: TrackFile | undefined;

  constructor(startSample: number, channels: 1 | 2, open: OpenTrackFile) {
    this.#pieceStart = startSample;
    this.#channels = channels;
    this.#open = open;
  }

  /** The position in the session at which the next sample belongs. */
  nextSample(): number {
    return this.#pieceStart + this.#fill / this.#channels;
  }

  /** Appends `count` values (interleaved if stereo), whole frames. */
  append(samples: Int16Array, count: number): true | FileFailure {
    for (let done = 0; done < count; ) {
      if (this.#fill === PIECE_SAMPLES) {
        const flushed = this.#flush();
        if (isFailure(flushed)) return flushed;
      }
      const length = Math.min(count - done, PIECE_SAMPLES - this.#fill);
      for (let i = 0; i < length; i++) this.#piece[this.#fill + i] = samples[done + i] as number;
      this.#fill += length;
      done += length;
    }
    return true;
  }

  /** Up to `endSample`. */
  appendSilence(endSample: number): true | FileFailure {
    while (this.nextSample() < endSample) {
      const values = Math.min((endSample - this.nextSample()) * this.#channels, SILENCE.length);
      const written = this.append(SILENCE, values);
      if (isFailure(written)) return written;
    }
    return true;
  }

  sync(): true | FileFailure {
    const flushed = this.#flush();
    return isFailure(flushed) ? flushed : (this.#file?.wav.sync() ?? true);
  }

  /** Whatever fails, what has been written is closed and valid. */
  finish(): true | FileFailure {
    const flushed = this.#flush();
    const finished = this.#file?.wav.finish() ?? true;
    this.#file = undefined;
    return isFailure(flushed) ? flushed : finished;
  }

  #flush(): true | FileFailure {
    if (this.#fill === 0) return true;
    const bytes = this.#pieceBytes.subarray(0, this.#fill * SAMPLE_BYTES);
    let written = this.#write(bytes);
    if (isFailure(written) && written.reason === 'too-big' && (this.#file?.wav.dataBytes() ?? 0) > 0) {
      const finished = this.#file?.wav.finish() ?? true;
      this.#file = undefined;
      written = isFailure(finished) ? finished : this.#write(bytes);
    }
    if (isFailure(written)) return written;
    this.#pieceStart = this.nextSample();
    this.#fill = 0;
    return true;
  }

  #write(bytes: Uint8Array): true | FileFailure {
    if (this.#file === undefined) {
      const opened = this.#open(this.#pieceStart);
      if (isFailure(opened)) return opened;
      this.#file = opened;
    }
    const written = this.#file.wav.append(bytes);
    this.#file.grown(this.#file.wav.dataBytes() / (SAMPLE_BYTES * this.#channels));
    return written;
  }
}

const SILENCE = new Int16Array(4096);
