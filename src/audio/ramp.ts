/**
 * Gains that change without a click: every block, each gain moves on a straight line from where the last block ended
 * to its target, which it reaches exactly in the block's last frame. Period path: no allocation after construction.
 *
 * In the frame loop, with `left` = frames after this one (n − 1 … 0): gain = target[k] − step[k] · left.
 * So a change takes effect within one block, and no frame changes a gain by more than |change| / n.
 */
export class RampedGains {
  /** Where to go. Set before `begin`. */
  readonly target: Float64Array;
  /** Change a frame in this block, set by `begin`. */
  readonly step: Float64Array;
  readonly #reached: Float64Array;

  /** All gains start at `initial`. */
  constructor(count: number, initial: number) {
    this.target = new Float64Array(count).fill(initial);
    this.step = new Float64Array(count);
    this.#reached = new Float64Array(count).fill(initial);
  }

  /** Prepares a block of `frames` (1 or more) frames, which must then be played to its end. */
  begin(frames: number): void {
    for (let i = 0; i < this.target.length; i++) {
      const target = this.target[i] as number;
      this.step[i] = (target - (this.#reached[i] as number)) / frames;
      this.#reached[i] = target;
    }
  }
}
