/** How much an open input makes by itself: noise and mains hum. Pure. */
import { SAMPLE_RATE } from '../jamulus/limits.ts';

/** Nothing is quieter than that here. */
const SILENCE_DBFS = -200;
const HARMONICS = [1, 2, 3] as const;
/** Second by second, so that both mains frequencies and their harmonics fall on whole turns. */
const WINDOW_FRAMES = SAMPLE_RATE;

export interface InputNoise {
  /** RMS without the offset, dB against a full-scale square wave. */
  readonly rmsDbfs: number;
  readonly offset: number;
  /** RMS of the first three harmonics of 50 Hz and of 60 Hz. */
  readonly hum50Dbfs: number;
  readonly hum60Dbfs: number;
  /** Not even the lowest bit moves. */
  readonly isDead: boolean;
}

/** @param samples at least a second at 48 kHz */
export function measureNoise(samples: Float32Array): InputNoise {
  const offset = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const power = samples.reduce((sum, sample) => sum + (sample - offset) ** 2, 0) / samples.length;
  return {
    rmsDbfs: decibels(power),
    offset,
    hum50Dbfs: decibels(humPower(samples, 50)),
    hum60Dbfs: decibels(humPower(samples, 60)),
    isDead: samples.every((sample) => sample === samples[0]),
  };
}

function humPower(samples: Float32Array, mainsHz: number): number {
  let sum = 0;
  let windows = 0;
  for (let at = 0; at + WINDOW_FRAMES <= samples.length; at += WINDOW_FRAMES) {
    for (const harmonic of HARMONICS) sum += tonePower(samples, at, mainsHz * harmonic);
    windows++;
  }
  return windows === 0 ? 0 : sum / windows;
}

/** Mean square of the sine of `hz` in one window. */
function tonePower(samples: Float32Array, at: number, hz: number): number {
  let cosines = 0;
  let sines = 0;
  for (let i = 0; i < WINDOW_FRAMES; i++) {
    const angle = (2 * Math.PI * hz * i) / SAMPLE_RATE;
    cosines += (samples[at + i] as number) * Math.cos(angle);
    sines += (samples[at + i] as number) * Math.sin(angle);
  }
  return (2 * (cosines * cosines + sines * sines)) / WINDOW_FRAMES ** 2;
}

function decibels(power: number): number {
  return Math.max(SILENCE_DBFS, 10 * Math.log10(power));
}
