/**
 * The channels' meters as clients see them (sessions.md §5, "Channel levels"; messages.md §3.7). Period path: the steps
 * are found by thresholds, since a logarithm's result would be boxed.
 */
import { levelOfPeak, MAX_LEVEL } from '../../jamulus/levels.ts';
import type { Mixer } from './mixer.ts';

const FULL_SCALE = 32768;
/** A level below this falls to 0. */
const FLOOR = 2;

/** The smallest peak magnitude of each level. */
const THRESHOLDS = Int32Array.from({ length: MAX_LEVEL + 1 }, (_, level) => {
  let low = 0;
  let high = FULL_SCALE;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (levelOfPeak(middle) >= level) high = middle;
    else low = middle + 1;
  }
  return low;
});

export class LevelMeter {
  /** Falling peaks by channel ID, in 16-bit magnitudes. */
  readonly #peaks: Float64Array;

  constructor(maxChannels: number) {
    this.#peaks = new Float64Array(maxChannels);
  }

  /** A new user. */
  reset(channelId: number): void {
    this.#peaks[channelId] = 0;
  }

  /** Looks at the channel's present frame of `frameSamples`; returns its level, 0…9. */
  update(mixer: Mixer, channelId: number, frameSamples: number): number {
    const { samples } = mixer;
    const sides = mixer.sides[channelId] as number;
    let peak = 0;
    for (let side = 0; side < sides; side++) {
      const at = mixer.plane(channelId, side === 0 ? 0 : 1);
      for (let i = 0; i < frameSamples; i += 3) {
        const magnitude = (-(samples[at + i] as number) * FULL_SCALE) | 0;
        if (magnitude > peak) peak = magnitude;
      }
    }
    const before = this.#peaks[channelId] as number;
    const fallen = before >= FLOOR ? before * 0.5 : 0;
    this.#peaks[channelId] = Math.max(peak, fallen);
    const now = (this.#peaks[channelId] as number) | 0;
    let level = 0;
    while (level < MAX_LEVEL && now >= (THRESHOLDS[level + 1] as number)) level++;
    return level;
  }
}
