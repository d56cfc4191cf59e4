/**
 * Peak meter of a stereo signal with peak hold and clip flags, for panel and page (ux.md, meters).
 * Period path: no allocation after construction. The fields are arrays so that the engine can copy them out.
 */
import { finite } from './gain-law.ts';

/** |sample| from which on a 16-bit converter is at its end. */
const CLIP_LEVEL = 32767 / 32768;
/** How the level falls, how long the peak mark stays, and how long a clip is shown. */
const FALL_DB_PER_SECOND = 24;
const HOLD_SECONDS = 1.5;
const CLIP_SECONDS = 60;
/** -120 dB */
const FLOOR = 1e-6;

export class PeakMeter {
  /** Left, right: largest |sample|, 0…1 and above, at once upwards and 24 dB/s downwards. */
  readonly level = new Float32Array(2);
  /** Left, right: the peak held for 1.5 s, then falling. */
  readonly hold = new Float32Array(2);
  /** Left, right: 1 if a sample of either polarity was at full scale in the last 60 s, else 0. */
  readonly clipped = new Int32Array(2);
  readonly #holdLeft = new Int32Array(2);
  readonly #clipLeft = new Int32Array(2);
  readonly #holdFrames: number;
  readonly #clipFrames: number;
  readonly #fallPerFrame: number;
  /** Length of the last block, and what a level falls by in it. */
  readonly #block = new Float64Array(2);

  /** @param sampleRate frames a second */
  constructor(sampleRate: number) {
    this.#holdFrames = HOLD_SECONDS * sampleRate;
    this.#clipFrames = CLIP_SECONDS * sampleRate;
    this.#fallPerFrame = 10 ** (-FALL_DB_PER_SECOND / 20 / sampleRate);
  }

  /** Takes a block, stereo interleaved; not finite samples count as 0. */
  process(samples: Float32Array, frames: number): void {
    if (this.#block[0] !== frames) {
      this.#block[0] = frames;
      this.#block[1] = this.#fallPerFrame ** frames;
    }
    const fall = this.#block[1] as number;
    for (let channel = 0; channel < 2; channel++) {
      let peak = 0;
      for (let i = channel; i < 2 * frames; i += 2) {
        const magnitude = Math.abs(finite(samples[i] as number));
        if (magnitude > peak) peak = magnitude;
      }
      this.level[channel] = Math.max(peak, fallen((this.level[channel] as number) * fall));

      const holdLeft = (this.#holdLeft[channel] as number) - frames;
      if (peak >= (this.hold[channel] as number)) {
        this.hold[channel] = peak;
        this.#holdLeft[channel] = this.#holdFrames;
      } else if (holdLeft > 0) {
        this.#holdLeft[channel] = holdLeft;
      } else {
        this.#holdLeft[channel] = 0;
        this.hold[channel] = Math.max(this.level[channel] as number, fallen((this.hold[channel] as number) * fall));
      }

      const clipLeft = peak >= CLIP_LEVEL ? this.#clipFrames : (this.#clipLeft[channel] as number) - frames;
      this.#clipLeft[channel] = Math.max(clipLeft, 0);
      this.clipped[channel] = clipLeft > 0 ? 1 : 0;
    }
  }

  /** Clears the clip flags (somebody has seen them). */
  resetClip(): void {
    this.#clipLeft.fill(0);
    this.clipped.fill(0);
  }
}

/** A fallen value, or 0 once nobody can see it. */
function fallen(level: number): number {
  return level > FLOOR ? level : 0;
}
