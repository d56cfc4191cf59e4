/** Test signals and measurements for the codec tests. */

/** Small reproducible random generator: integers 0 to 2³²−1. */
export function randomIntegers(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Plucked notes with some noise in each attack, not the same in both channels; interleaved, within ±1. */
export function music(frames: number, channels: 1 | 2): Float32Array {
  const random = randomIntegers(1);
  const samples = new Float32Array(frames * channels);
  for (let i = 0; i < frames; i++) {
    const timeS = i / 48000;
    const sinceAttackS = timeS % 0.25;
    const hertz = 220 * 2 ** (((Math.floor(timeS / 0.25) * 5) % 12) / 12);
    const noise = (random() / 2 ** 31 - 1) * 0.2 * Math.exp(-40 * sinceAttackS);
    for (let c = 0; c < channels; c++) {
      const phase = 2 * Math.PI * hertz * timeS;
      const tone = Math.sin(phase) + 0.5 * Math.sin(2.003 * phase + c) + 0.2 * Math.sin(5 * phase);
      samples[i * channels + c] = 0.4 * Math.exp(-8 * sinceAttackS) * tone + noise * (1 - 0.3 * c);
    }
  }
  return samples;
}

/** Normalised correlation, −1 to 1, of `a[i]` with `b[i + lag]` for `from` ≤ i < `to`. */
export function correlation(a: Float32Array, b: Float32Array, lag: number, from: number, to: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = from; i < to; i++) {
    const x = a[i]!;
    const y = b[i + lag]!;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/** The share, 0 to 1, of the signal's energy that is at one frequency (Goertzel's algorithm, 48 kHz). */
export function shareAt(hertz: number, samples: Float32Array): number {
  const step = 2 * Math.cos((2 * Math.PI * hertz) / 48000);
  let s1 = 0;
  let s2 = 0;
  let energy = 0;
  for (const x of samples) {
    const s0 = x + step * s1 - s2;
    s2 = s1;
    s1 = s0;
    energy += x * x;
  }
  return (2 * (s1 * s1 + s2 * s2 - step * s1 * s2)) / (samples.length * energy);
}
