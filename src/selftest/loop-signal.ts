/**
 * What is played round a cable from the output to the input, and what a recording of it says: delay, level, polarity and
 * sides. A maximum length sequence looks like noise at every lag but its own, so that hum, hiss and echoes don't matter.
 * Pure; not for the period path.
 */
import { SAMPLE_RATE } from '../jamulus/limits.ts';

/** x^11 + x^9 + 1: 2047 steps until it repeats. */
const SEQUENCE_FRAMES = 2047;
/** -20 dBFS: harmless if headphones are on. */
const LEVEL = 0.1;
/** Delays up to a quarter of a second are found. */
const LONGEST_DELAY_FRAMES = 12_000;
const EVERY_FRAMES = SEQUENCE_FRAMES + LONGEST_DELAY_FRAMES;
const ROUNDS = 3;
/** Noise alone reaches 0.1 now and then. */
const LEAST_CORRELATION = 0.2;
/** Sum of squares below which the running sum's own rounding counts: -150 dBFS. */
const LEAST_POWER = 1e-12;
/** What is this much weaker than the strongest is crosstalk, no cable. */
const CROSSTALK_DB = 20;
/** Takes hum and offset away before the comparison, Hz. */
const HIGH_PASS_HZ = 500;

/** Before the signal: the time for the input to settle, then the time in which its noise is measured. */
const SETTLE_FRAMES = SAMPLE_RATE / 2;
const LISTEN_FRAMES = 2 * SAMPLE_RATE;
const LEAD_FRAMES = SETTLE_FRAMES + LISTEN_FRAMES;

export type Side = 'left' | 'right';
const SIDES = ['left', 'right'] as const;

/** One output heard on one input. */
export interface LoopPath {
  readonly from: Side;
  readonly to: Side;
  /** Of each time that it was heard. */
  readonly delaysFrames: readonly number[];
  /** Input against output. */
  readonly gainDb: number;
  readonly inverted: boolean;
}

/** Stereo interleaved: silence, then left and right in turn. Without `loop` only the silence. */
export function loopSignal(loop: boolean): Float32Array {
  const samples = new Float32Array(2 * (LEAD_FRAMES + (loop ? 2 * ROUNDS * EVERY_FRAMES : 0)));
  if (!loop) return samples;
  const sequence = maximumLengthSequence();
  for (let n = 0; n < 2 * ROUNDS; n++) {
    const at = LEAD_FRAMES + n * EVERY_FRAMES;
    for (let i = 0; i < SEQUENCE_FRAMES; i++) samples[2 * (at + i) + (n & 1)] = LEVEL * (sequence[i] as number);
  }
  return samples;
}

/** The part of the recording in which nothing was played. */
export function listened(recorded: Float32Array, side: Side): Float32Array {
  return channel(recorded, side).subarray(SETTLE_FRAMES, LEAD_FRAMES);
}

/** Every way from an output to an input that was heard at least twice, crosstalk left out. */
export function analyseLoop(recorded: Float32Array): readonly LoopPath[] {
  const sequence = highPassed(maximumLengthSequence());
  const paths = SIDES.flatMap((to) => {
    const heard = highPassed(channel(recorded, to));
    return SIDES.flatMap((from) => findPath(heard, sequence, from, to) ?? []);
  });
  return paths.filter((path) => {
    const rivals = paths.filter(({ from, to }) => from === path.from || to === path.to);
    return rivals.every(({ gainDb }) => gainDb - path.gainDb < CROSSTALK_DB);
  });
}

/** True if a sample of it is as large as a sample can be. */
export function isClipped(recorded: Float32Array): boolean {
  return recorded.some((sample) => Math.abs(sample) >= 0.9999);
}

function findPath(heard: Float32Array, sequence: Float32Array, from: Side, to: Side): LoopPath | undefined {
  const found = Array.from({ length: ROUNDS }, (_, round) => {
    const at = LEAD_FRAMES + (2 * round + SIDES.indexOf(from)) * EVERY_FRAMES;
    return bestLag(heard, at, sequence);
  }).filter((match) => match !== undefined);
  if (found.length < 2) return undefined;
  const middle = found.toSorted((a, b) => a.gain - b.gain)[found.length >> 1] as Match;
  return {
    from,
    to,
    delaysFrames: found.map(({ lag }) => lag),
    gainDb: 20 * Math.log10(middle.gain),
    inverted: middle.inverted,
  };
}

interface Match {
  readonly lag: number;
  readonly gain: number;
  readonly inverted: boolean;
}

function bestLag(heard: Float32Array, at: number, sequence: Float32Array): Match | undefined {
  let best: Match | undefined;
  let bestCorrelation = LEAST_CORRELATION;
  let power = 0;
  let sequencePower = 0;
  for (let i = 0; i < SEQUENCE_FRAMES; i++) {
    power += (heard[at + i] as number) ** 2;
    sequencePower += (sequence[i] as number) ** 2;
  }
  for (let lag = 0; lag < LONGEST_DELAY_FRAMES; lag++) {
    const begin = at + lag;
    let cross = 0;
    for (let i = 0; i < SEQUENCE_FRAMES; i++) cross += (sequence[i] as number) * (heard[begin + i] as number);
    const ratio = Math.sqrt(Math.max(power, LEAST_POWER) / sequencePower);
    const correlation = Math.abs(cross) / sequencePower / ratio;
    if (correlation > bestCorrelation) {
      bestCorrelation = correlation;
      best = { lag, gain: ratio / LEVEL, inverted: cross < 0 };
    }
    power += (heard[begin + SEQUENCE_FRAMES] ?? 0) ** 2 - (heard[begin] as number) ** 2;
  }
  return best;
}

function maximumLengthSequence(): Float32Array {
  const sequence = new Float32Array(SEQUENCE_FRAMES);
  let register = 1;
  for (let i = 0; i < SEQUENCE_FRAMES; i++) {
    sequence[i] = register & 1 ? 1 : -1;
    const bit = (register ^ (register >> 2)) & 1;
    register = (register >> 1) | (bit << 10);
  }
  return sequence;
}

function channel(interleaved: Float32Array, side: Side): Float32Array {
  const samples = new Float32Array(interleaved.length / 2);
  const offset = SIDES.indexOf(side);
  for (let i = 0; i < samples.length; i++) samples[i] = interleaved[2 * i + offset] as number;
  return samples;
}

function highPassed(samples: Float32Array): Float32Array {
  const keep = 1 / (1 + (2 * Math.PI * HIGH_PASS_HZ) / SAMPLE_RATE);
  const passed = new Float32Array(samples.length);
  let before = 0;
  let out = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as number;
    out = keep * (out + sample - before);
    before = sample;
    passed[i] = out;
  }
  return passed;
}
