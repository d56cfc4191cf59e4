/** Signals and measures for the tests of the audio stages. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createWavFile } from '../../src/audio/wav-writer.ts';

/** `frames` stereo frames of a constant. */
export function constant(left: number, right: number, frames: number): Float32Array {
  return Float32Array.from({ length: 2 * frames }, (_, i) => (i % 2 === 0 ? left : right));
}

/** A stereo sine from frame `start` on. */
export function sine(hertz: number, level: number, start: number, frames: number): Float32Array {
  return Float32Array.from(
    { length: 2 * frames },
    (_, i) => level * Math.sin((2 * Math.PI * hertz * (start + (i >> 1))) / 48000),
  );
}

/** One channel of an interleaved stereo signal. */
export function channel(samples: Float32Array, index: 0 | 1): number[] {
  return Array.from({ length: samples.length / 2 }, (_, i) => samples[2 * i + index]!);
}

/** Largest difference between neighbours, with `before` ahead of the first. */
export function largestStep(values: readonly number[], before: number): number {
  return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (values[i - 1] ?? before))), 0);
}

/** Any samples that can be in a Float32Array, NaN and infinities included. */
export function anySamples(count: number): fc.Arbitrary<Float32Array> {
  const sample = fc.oneof(fc.float(), fc.float({ min: -2, max: 2 }), fc.constantFrom(Number.NaN, 1, -1, Infinity));
  return fc.array(sample, { minLength: count, maxLength: count }).map((values) => Float32Array.from(values));
}

/** Any settings that can be in the controls of a stage, sensible ones more often. */
export function anyControls(count: number): fc.Arbitrary<number[]> {
  const control = fc.oneof(fc.constantFrom(0, 1, 2, 50, 100), fc.double(), fc.double({ min: -1, max: 101 }));
  return fc.array(control, { minLength: count, maxLength: count });
}

/** Path of a file for people to look at or listen to. */
export function outFile(name: string): string {
  const folder = join(import.meta.dirname, '..', 'out');
  mkdirSync(folder, { recursive: true });
  return join(folder, name);
}

/** Writes a stereo signal for listening. */
export function saveWav(name: string, samples: Float32Array): void {
  const creation = createWavFile(outFile(name), 's16', 2);
  if (!creation.ok) throw new Error(creation.error);
  creation.writer.write(samples, samples.length / 2);
  creation.writer.close();
}
