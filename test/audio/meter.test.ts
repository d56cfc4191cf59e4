import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FeedbackGuard } from '../../src/audio/feedback-guard.ts';
import { InputLevel } from '../../src/audio/input-level.ts';
import { PeakMeter } from '../../src/audio/meter.ts';
import { anySamples, constant } from './signals.ts';

const RATE = 48000;
const FRAMES = 128;

/** A silent stereo block with one sample. */
function impulse(value: number, frame: number, channel: 0 | 1): Float32Array {
  const samples = new Float32Array(2 * FRAMES);
  samples[2 * frame + channel] = value;
  return samples;
}

function run(meter: PeakMeter, samples: Float32Array, seconds: number): void {
  for (let frames = 0; frames < seconds * RATE; frames += FRAMES) meter.process(samples, FRAMES);
}

const silence = constant(0, 0, FRAMES);

describe('The peak meter', () => {
  test.each([0.5, -0.5])('shows the largest sample of a block, here %f, on its channel only', (value) => {
    const meter = new PeakMeter(RATE);
    meter.process(impulse(value, 77, 1), FRAMES);
    expect([...meter.level]).toEqual([0, 0.5]);
    expect([...meter.hold]).toEqual([0, 0.5]);
  });

  test('falls by 24 dB a second, whatever the block size', () => {
    for (const frames of [64, 128, 256]) {
      const meter = new PeakMeter(RATE);
      meter.process(constant(1, 1, 1), 1);
      for (let done = 0; done < RATE; done += frames) meter.process(constant(0, 0, frames), frames);
      expect(20 * Math.log10(meter.level[0]!)).toBeCloseTo(-24, 0);
    }
  });

  test('holds the peak for 1.5 s, then lets it fall to zero', () => {
    const meter = new PeakMeter(RATE);
    meter.process(impulse(0.8, 0, 0), FRAMES);
    run(meter, silence, 1.49);
    expect(meter.hold[0]).toBeCloseTo(0.8, 6);
    run(meter, silence, 0.2);
    expect(meter.hold[0]).toBeLessThan(0.8);
    run(meter, silence, 10);
    expect([meter.level[0], meter.hold[0]]).toEqual([0, 0]);
  });

  test.each([
    [1, 1],
    [-1, 1],
    [32767 / 32768, 1],
    [-32767 / 32768, 1],
    [32766 / 32768, 0],
    [-32766 / 32768, 0],
  ])('a sample of %f sets the clip flag to %i', (value, flag) => {
    const meter = new PeakMeter(RATE);
    meter.process(impulse(value, 3, 0), FRAMES);
    expect([...meter.clipped]).toEqual([flag, 0]);
  });

  test('keeps the clip flag for 60 s after the last clip, or until it is reset', () => {
    const meter = new PeakMeter(RATE);
    meter.process(impulse(1, 0, 0), FRAMES);
    run(meter, silence, 30);
    meter.process(impulse(-1, 0, 0), FRAMES);
    run(meter, silence, 59.9);
    expect(meter.clipped[0]).toBe(1);
    run(meter, silence, 0.2);
    expect(meter.clipped[0]).toBe(0);
    meter.process(impulse(1, 0, 0), FRAMES);
    meter.resetClip();
    meter.process(silence, FRAMES);
    expect(meter.clipped[0]).toBe(0);
  });

  test('shows finite values for any input', () => {
    fc.assert(
      fc.property(anySamples(64), (samples) => {
        const meter = new PeakMeter(RATE);
        meter.process(samples, 32);
        for (const value of [...meter.level, ...meter.hold]) expect(Number.isFinite(value)).toBe(true);
      }),
    );
  });
});

describe('The input level of the official client', () => {
  function levelOf(samples: Float32Array): number[] {
    const level = new InputLevel();
    level.process(samples, FRAMES);
    return [...level.steps];
  }

  test('looks at negative samples of every third frame only', () => {
    expect(levelOf(impulse(-0.9, 3, 0))[0]).toBeGreaterThan(7);
    expect(levelOf(impulse(0.9, 3, 0))[0]).toBe(0);
    expect(levelOf(impulse(-0.9, 4, 0))[0]).toBe(0);
  });

  test.each([
    [Number.NEGATIVE_INFINITY, 0],
    [-50, 0],
    [-25, 4],
    [-3.125, 7.5],
    [0, 8],
  ])('%f dB below full scale are %f steps', (decibels, steps) => {
    const amplitude = (10 ** (decibels / 20) * 32767) / 32768;
    expect(levelOf(constant(-amplitude, 0, FRAMES))[0]).toBeCloseTo(steps, 3);
  });

  test('falls by 1 % a block and ends at zero', () => {
    const level = new InputLevel();
    level.process(constant(-1, -1, FRAMES), FRAMES);
    expect(level.steps[0]).toBeCloseTo(8, 3);
    level.process(silence, FRAMES);
    expect(level.steps[0]).toBeCloseTo(8 + (8 / 50) * 20 * Math.log10(0.99), 3);
    for (let i = 0; i < 2000; i++) level.process(silence, FRAMES);
    expect([...level.steps]).toEqual([0, 0]);
  });

  test('stays within 0 and 8 for any input', () => {
    fc.assert(
      fc.property(anySamples(2 * FRAMES), (samples) => {
        for (const steps of levelOf(samples)) {
          expect(steps).toBeGreaterThanOrEqual(0);
          expect(steps).toBeLessThan(8.0001);
        }
      }),
    );
  });
});

describe('The feedback guard', () => {
  const howl = constant(-0.9, -0.9, FRAMES);

  /** Runs blocks through meter and guard; the time of tripping in seconds. */
  function trip(guard: FeedbackGuard, level: InputLevel, samples: Float32Array, seconds: number): number | undefined {
    for (let frames = 0; frames < seconds * RATE; frames += FRAMES) {
      level.process(samples, FRAMES);
      if (guard.process(level, FRAMES)) return frames / RATE;
    }
    return undefined;
  }

  function started(): FeedbackGuard {
    const guard = new FeedbackGuard(RATE);
    guard.start();
    return guard;
  }

  test('trips once when the level stays high after connecting, on either channel', () => {
    for (const samples of [howl, constant(-0.9, 0, FRAMES), constant(0, -0.9, FRAMES)]) {
      const guard = started();
      expect(trip(guard, new InputLevel(), samples, 1)).toBeCloseTo(0.3, 1);
      expect(guard.tripped).toBe(true);
      expect(trip(guard, new InputLevel(), samples, 1)).toBeUndefined();
    }
  });

  test.each([64, 128, 256])('does not trip on one loud note, with blocks of %i frames', (frames) => {
    const guard = started();
    const level = new InputLevel();
    const quiet = constant(0, 0, frames);
    for (let i = 0; i < 3 * RATE; i += frames) {
      level.process(i === 0 ? constant(-1, -1, frames) : quiet, frames);
      expect(guard.process(level, frames)).toBe(false);
    }
  });

  test('does not trip at a normal level, before a connection, or after three seconds', () => {
    expect(trip(started(), new InputLevel(), constant(-0.6, -0.6, FRAMES), 5)).toBeUndefined();
    expect(trip(new FeedbackGuard(RATE), new InputLevel(), howl, 5)).toBeUndefined();
    const guard = started();
    expect(trip(guard, new InputLevel(), silence, 3.01)).toBeUndefined();
    expect(trip(guard, new InputLevel(), howl, 5)).toBeUndefined();
  });

  test('watches again after the next connection', () => {
    const guard = started();
    trip(guard, new InputLevel(), howl, 1);
    guard.start();
    expect(guard.tripped).toBe(false);
    expect(trip(guard, new InputLevel(), howl, 1)).toBeDefined();
  });
});
