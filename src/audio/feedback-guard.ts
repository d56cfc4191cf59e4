/**
 * Detects acoustic feedback right after connecting, when a loudspeaker beside a microphone starts to howl: the input
 * stays near full scale (protocol: sessions.md §3 timers). The engine then mutes. Period path: no allocation.
 *
 * The official client mutes at the first of its checks that finds the level too high. One loud note does that, too,
 * so here three checks in a row have to: a single full-scale sample keeps the meter up for 36 blocks, which is less
 * than that for every block size.
 */
import type { InputLevel } from './input-level.ts';

/** How long the guard watches after connecting. */
const WATCH_SECONDS = 3;
/** Interval between checks of the level. */
const CHECK_SECONDS = 0.1;
/** Level above which a check counts, in steps of InputLevel; and how many such checks in a row are feedback. */
const TOO_HIGH_STEPS = 7.5;
const CHECKS_IN_A_ROW = 3;

export class FeedbackGuard {
  readonly #watchFrames: number;
  readonly #checkFrames: number;
  #framesLeft = 0;
  #framesToCheck = 0;
  #highChecks = 0;
  #tripped = false;

  /** @param sampleRate frames a second; doesn't watch before `start` */
  constructor(sampleRate: number) {
    this.#watchFrames = WATCH_SECONDS * sampleRate;
    this.#checkFrames = Math.round(CHECK_SECONDS * sampleRate);
  }

  /** Watches for 3 s from now on, on every new connection. */
  start(): void {
    this.#framesLeft = this.#watchFrames;
    this.#framesToCheck = this.#checkFrames;
    this.#highChecks = 0;
    this.#tripped = false;
  }

  /** Watches no more. */
  stop(): void {
    this.#framesLeft = 0;
    this.#tripped = false;
  }

  /** True from the moment feedback was found until the next `start` or `stop`. */
  get tripped(): boolean {
    return this.#tripped;
  }

  /** Accounts for a block whose input is in `level` already. Returns true in the one block in which it trips. */
  process(level: InputLevel, frames: number): boolean {
    if (this.#framesLeft <= 0 || this.#tripped) return false;
    this.#framesLeft -= frames;
    this.#framesToCheck -= frames;
    if (this.#framesToCheck > 0) return false;
    this.#framesToCheck += this.#checkFrames;
    const steps = level.steps;
    const high = (steps[0] as number) > TOO_HIGH_STEPS || (steps[1] as number) > TOO_HIGH_STEPS;
    this.#highChecks = high ? this.#highChecks + 1 : 0;
    this.#tripped = this.#highChecks === CHECKS_IN_A_ROW;
    return this.#tripped;
  }
}
