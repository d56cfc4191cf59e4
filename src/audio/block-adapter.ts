/**
 * Between sound-card periods of P frames and internal blocks of M frames, stereo interleaved, both directions
 * (protocol: audio.md §4, conversion buffer). Period path: no allocation after construction.
 *
 * The output is primed with M − gcd(P, M) silent frames, the smallest number with which it can never run dry. That is
 * 0 for P ≥ M and M − P for P < M when both are powers of two; the official client adds M.
 */

/** Largest internal block: 128 frames × block factor 4. */
export const MAX_BLOCK_FRAMES = 512;

class FrameRing {
  readonly #samples: Float32Array;
  readonly #mask: number;
  #read = 0;
  #frames = 0;

  constructor(minimumFrames: number) {
    const capacity = 2 ** Math.ceil(Math.log2(minimumFrames));
    this.#samples = new Float32Array(2 * capacity);
    this.#mask = 2 * capacity - 1;
  }

  get frames(): number {
    return this.#frames;
  }

  prime(frames: number): void {
    this.#samples.fill(0);
    this.#read = 0;
    this.#frames = frames;
  }

  push(src: Float32Array, frames: number): boolean {
    if (2 * (this.#frames + frames) > this.#samples.length) return false;
    const start = this.#read + 2 * this.#frames;
    for (let i = 0; i < 2 * frames; i++) this.#samples[(start + i) & this.#mask] = src[i] as number;
    this.#frames += frames;
    return true;
  }

  pull(dst: Float32Array, frames: number): boolean {
    const available = Math.min(frames, this.#frames);
    for (let i = 0; i < 2 * available; i++) dst[i] = this.#samples[(this.#read + i) & this.#mask] as number;
    for (let i = 2 * available; i < 2 * frames; i++) dst[i] = 0;
    this.#read = (this.#read + 2 * available) & this.#mask;
    this.#frames -= available;
    return available === frames;
  }
}

export class BlockAdapter {
  readonly #periodFrames: number;
  readonly #input: FrameRing;
  readonly #output: FrameRing;
  #blockFrames = 0;
  #addedFrames = 0;

  /** @param periodFrames P, frames of a sound-card period, from 1 on */
  constructor(periodFrames: number, blockFrames: number) {
    this.#periodFrames = periodFrames;
    this.#input = new FrameRing(periodFrames + MAX_BLOCK_FRAMES);
    this.#output = new FrameRing(periodFrames + 2 * MAX_BLOCK_FRAMES);
    this.configure(blockFrames);
  }

  /** Empties both directions and starts with internal blocks of M = 1…512 frames; anything else is a bug and throws. */
  configure(blockFrames: number): void {
    if (!(blockFrames >= 1 && blockFrames <= MAX_BLOCK_FRAMES)) throw new RangeError('block size out of range');
    this.#blockFrames = blockFrames;
    let divisor = this.#periodFrames;
    for (let rest = blockFrames; rest !== 0; ) {
      const next = divisor % rest;
      divisor = rest;
      rest = next;
    }
    this.#addedFrames = blockFrames - divisor;
    this.#input.prime(0);
    this.#output.prime(this.#addedFrames);
  }

  /** Frames of delay that the conversion adds to the round trip. */
  get addedFrames(): number {
    return this.#addedFrames;
  }

  /** Appends captured frames. False (nothing taken) if blocks were not taken out in time. */
  pushInput(src: Float32Array, frames: number): boolean {
    return this.#input.push(src, frames);
  }

  /** True while a whole internal block of input is there. */
  hasBlock(): boolean {
    return this.#input.frames >= this.#blockFrames;
  }

  /** Takes one internal block of input; false, with silence where frames are missing, if there is none. */
  takeBlock(dst: Float32Array): boolean {
    return this.#input.pull(dst, this.#blockFrames);
  }

  /** Appends one internal block of output. False (nothing taken) if it was not pulled in time. */
  pushOutput(src: Float32Array): boolean {
    return this.#output.push(src, this.#blockFrames);
  }

  /** Takes frames for the sound card; false, with silence where frames are missing, if there were too few. */
  pullOutput(dst: Float32Array, frames: number): boolean {
    return this.#output.pull(dst, frames);
  }
}
