/** Test sounds at 48 kHz, the same for the same seed, and the comparison of recordings with them. */
import { median, percentile } from '../../src/audio/percentiles.ts';

const RATE = 48_000;

/** Uniform random numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Three-note chords that change every 0.5 s under speech-like bursts, most of it below 3 kHz; peak is `peak`. */
export function musicLike(seconds: number, seed: number, peak = 0.5): Float32Array {
  const random = randomFrom(seed);
  const sound = new Float32Array(Math.round(seconds * RATE));
  for (let at = 0; at < sound.length; at += RATE / 2) {
    const root = 110 * 2 ** (Math.floor(random() * 12) / 12);
    for (const semitones of [0, random() < 0.5 ? 3 : 4, 7]) addNote(sound, at, root * 2 ** (semitones / 12), random());
  }
  for (let at = 0; at < sound.length; at += Math.round(RATE * (0.15 + 0.35 * random()))) addBurst(sound, at, random);
  return scaleTo(sound, peak);
}

/** A silence with one-sample clicks at `offset`, `offset + everyFrames`, … */
export function pulseTrain(frames: number, everyFrames: number, offset = 0, amplitude = 0.9): Float32Array {
  const sound = new Float32Array(frames);
  for (let i = offset; i < frames; i += everyFrames) sound[i] = amplitude;
  return sound;
}

/**
 * Where the pulses of a recording are: the frame of the largest magnitude of each stretch above `threshold`, stretches
 * closer than `gapFrames` counting as one.
 */
export function findPulses(sound: Float32Array, threshold: number, gapFrames: number): number[] {
  const found: number[] = [];
  let peakAt = -1;
  let lastAbove = -1;
  const magnitude = (i: number) => Math.abs(sound[i] ?? 0);
  for (let i = 0; i < sound.length; i++) {
    if (magnitude(i) < threshold) continue;
    if (peakAt >= 0 && i - lastAbove >= gapFrames) {
      found.push(peakAt);
      peakAt = -1;
    }
    if (peakAt < 0 || magnitude(i) > magnitude(peakAt)) peakAt = i;
    lastAbove = i;
  }
  if (peakAt >= 0) found.push(peakAt);
  return found;
}

export type Alignment = {
  /** heard[i + lagFrames] is sent[i]: positive when the recording is late. */
  readonly lagFrames: number;
  /** Normalised, -1..1; 1: the same but for the level. */
  readonly correlation: number;
  /** Level of the recording against the original, for the part that is alike. */
  readonly gain: number;
};

export type AlignOptions = {
  readonly minLagFrames?: number;
  readonly maxLagFrames?: number;
  /** The part of `sent` that is compared; the whole of it by default. */
  readonly fromFrame?: number;
  readonly frames?: number;
};

const COARSE = 8;
const CANDIDATES = 12;

/**
 * Finds the lag in [minLagFrames, maxLagFrames] (default 0 to 1 s) at which a recording is most like the original.
 * The normalised cross-correlation, Σ s·h / √(Σ s² · Σ h²) over the chosen part of `sent` as far as it lies within
 * `heard`, is computed for every lag at an eighth of the rate (means of eight samples, so sound above 3 kHz counts
 * little there), then for every frame around the twelve best of these at the full rate. No sub-frame interpolation.
 * Sound shorter than 100 ms, or silent, gives correlation 0.
 */
export function align(sent: Float32Array, heard: Float32Array, options: AlignOptions = {}): Alignment {
  const { minLagFrames = 0, maxLagFrames = RATE, fromFrame = 0, frames = sent.length - fromFrame } = options;
  const part = sent.slice(fromFrame, fromFrame + frames);
  const coarseSent = decimate(part);
  const coarseHeard = decimate(heard);
  const first = Math.floor((minLagFrames + fromFrame) / COARSE) - 1;
  const last = Math.ceil((maxLagFrames + fromFrame) / COARSE) + 1;
  const coarse: Alignment[] = [];
  for (let lag = first; lag <= last; lag++) coarse.push(correlate(coarseSent, coarseHeard, lag, RATE / 10 / COARSE));
  const peaks = coarse
    .filter(({ correlation }, i) => {
      const before = coarse[i - 1]?.correlation ?? -1;
      const after = coarse[i + 1]?.correlation ?? -1;
      return correlation >= before && correlation >= after;
    })
    .sort((a, b) => b.correlation - a.correlation)
    .slice(0, CANDIDATES);

  let best: Alignment = { lagFrames: 0, correlation: 0, gain: 0 };
  for (const peak of peaks) {
    for (let d = -2 * COARSE; d <= 2 * COARSE; d++) {
      const lagFrames = peak.lagFrames * COARSE + d - fromFrame;
      if (lagFrames < minLagFrames || lagFrames > maxLagFrames) continue;
      const { correlation, gain } = correlate(part, heard, lagFrames + fromFrame, RATE / 10);
      if (correlation > best.correlation) best = { lagFrames, correlation, gain };
    }
  }
  return best;
}

/**
 * As align, for recordings with gaps: compares the original piece by piece (default 0.5 s) and gives the median of the
 * pieces' lags and correlations, and the pieces. An xrun somewhere then spoils one piece, not the whole.
 */
export function alignPieces(
  sent: Float32Array,
  heard: Float32Array,
  options: Omit<AlignOptions, 'fromFrame' | 'frames'> & { readonly pieceFrames?: number } = {},
): { lagFrames: number; correlation: number; pieces: readonly Alignment[] } {
  const { pieceFrames: frames = RATE / 2, ...range } = options;
  const pieces = Array.from({ length: Math.floor(sent.length / frames) }, (_, i) =>
    align(sent, heard, { ...range, fromFrame: i * frames, frames }),
  );
  return {
    lagFrames:
      percentile(
        pieces.map((piece) => piece.lagFrames),
        0.5,
      ) || 0,
    correlation: median(pieces.map((piece) => piece.correlation)) || 0,
    pieces,
  };
}

/** Root mean square of a stretch, 0..1. */
export function rms(sound: Float32Array, fromFrame = 0, toFrame = sound.length): number {
  let sum = 0;
  for (let i = fromFrame; i < toFrame; i++) sum += (sound[i] ?? 0) ** 2;
  return Math.sqrt(sum / Math.max(1, toFrame - fromFrame));
}

function correlate(sent: Float32Array, heard: Float32Array, lag: number, leastFrames: number): Alignment {
  const from = Math.max(0, -lag);
  const to = Math.min(sent.length, heard.length - lag);
  if (to - from < leastFrames) return { lagFrames: lag, correlation: 0, gain: 0 };
  let cross = 0;
  let sentPower = 0;
  let heardPower = 0;
  for (let i = from; i < to; i++) {
    const s = sent[i] as number;
    const h = heard[i + lag] as number;
    cross += s * h;
    sentPower += s * s;
    heardPower += h * h;
  }
  const norm = Math.sqrt(sentPower * heardPower);
  return norm < 1e-12
    ? { lagFrames: lag, correlation: 0, gain: 0 }
    : { lagFrames: lag, correlation: cross / norm, gain: cross / sentPower };
}

function decimate(sound: Float32Array): Float32Array {
  const result = new Float32Array(Math.floor(sound.length / COARSE));
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (let k = 0; k < COARSE; k++) sum += sound[i * COARSE + k] as number;
    result[i] = sum / COARSE;
  }
  return result;
}

/** A plucked note: six harmonics that die away within half a second. */
function addNote(sound: Float32Array, at: number, hertz: number, phase: number): void {
  for (let i = 0; i < RATE / 2 && at + i < sound.length; i++) {
    const t = i / RATE;
    const envelope = Math.min(1, i / 240) * Math.exp(-4 * t);
    let sample = 0;
    for (let k = 1; k <= 6; k++) sample += Math.sin(2 * Math.PI * (k * hertz * t + phase * k)) / k;
    sound[at + i] = (sound[at + i] ?? 0) + 0.15 * envelope * sample;
  }
}

/** A syllable: noise and a gliding buzz under a smooth hump, 60 to 180 ms long. */
function addBurst(sound: Float32Array, at: number, random: () => number): void {
  const length = Math.round(RATE * (0.06 + 0.12 * random()));
  const hertz = 90 + 120 * random();
  let noise = 0;
  for (let i = 0; i < length && at + i < sound.length; i++) {
    noise += 0.2 * (2 * random() - 1 - noise);
    const t = i / RATE;
    const buzz = ((t * hertz * (1 + 0.8 * t)) % 1) - 0.5;
    sound[at + i] = (sound[at + i] ?? 0) + Math.sin((Math.PI * i) / length) ** 2 * (0.9 * noise + 0.3 * buzz);
  }
}

function scaleTo(sound: Float32Array, peak: number): Float32Array {
  const loudest = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
  return sound.map((sample) => (sample * peak) / loudest);
}
