/**
 * The input level as the official client measures it, in eighths of −50…0 dB (protocol: audio.md §4 item 2,
 * constants.md, messages.md §3.7). Period path: no allocation after construction.
 */
const STRIDE_FRAMES = 3;
const FULL_SCALE = 32768;
/** How the peak falls: its share that is left after a block, and the magnitude below which it is 0. */
const DECAY_PER_BLOCK = 0.99;
const FLOOR = 2;
/** The scale: steps, and the decibels that they stand for. */
const STEPS = 8;
const RANGE_DB = 50;

export class InputLevel {
  readonly #steps = new Float32Array(2);
  /** Left, right: the level in units of 16-bit samples, 0…32768. */
  readonly #magnitude = new Float64Array(2);

  /** Takes one internal block after boost, stereo interleaved: negative peaks of every third frame. */
  process(samples: Float32Array, frames: number): void {
    for (let channel = 0; channel < 2; channel++) {
      let lowest = 0;
      for (let i = channel; i < 2 * frames; i += 2 * STRIDE_FRAMES) {
        const sample = samples[i] as number;
        if (sample < lowest) lowest = sample;
      }
      const peak = Math.min(-lowest, 1) * FULL_SCALE;
      const last = this.#magnitude[channel] as number;
      this.#magnitude[channel] = Math.max(peak, last >= FLOOR ? last * DECAY_PER_BLOCK : 0);
    }
  }

  /** Left, right: level in steps, 0 (−50 dB or less) … 8 (0 dB), not rounded; always the same array. */
  get steps(): Float32Array {
    // Here and not in every block: asked for ten times a second at most.
    for (let channel = 0; channel < 2; channel++) {
      const decibels = 20 * Math.log10((this.#magnitude[channel] as number) / (FULL_SCALE - 1));
      this.#steps[channel] = Math.max(0, (STEPS * (decibels + RANGE_DB)) / RANGE_DB);
    }
    return this.#steps;
  }
}
