import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, alignPieces, findPulses, musicLike, pulseTrain, randomFrom, rms } from './signal.ts';
import { deinterleave, interleave, readWav, writeWav } from './wav.ts';

const OUT = join(import.meta.dirname, '../out/peers-signal');

function delayed(sound: Float32Array, lagFrames: number, gain: number, noise = 0): Float32Array {
  const random = randomFrom(99);
  const length = sound.length + Math.abs(lagFrames);
  return Float32Array.from({ length }, (_, i) => gain * (sound[i - lagFrames] ?? 0) + noise * (2 * random() - 1));
}

describe('The music-like test sound', () => {
  it('is the same for the same seed and another for another', () => {
    expect(musicLike(1, 7)).toEqual(musicLike(1, 7));
    expect(align(musicLike(2, 7), musicLike(2, 8)).correlation).toBeLessThan(0.6);
  });

  it('is never silent for long and peaks where it is told to', () => {
    const sound = musicLike(4, 1, 0.5);
    expect(sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeCloseTo(0.5, 5);
    for (let at = 0; at < sound.length; at += 24_000) expect(rms(sound, at, at + 24_000)).toBeGreaterThan(0.01);
    mkdirSync(OUT, { recursive: true });
    writeWav(join(OUT, 'music-like.wav'), [sound]);
  });
});

describe('Aligning a recording with its original', () => {
  const sent = musicLike(2, 3);

  it('finds any lag to the frame, early and late, at any level', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -4000, max: 20_000 }),
        fc.double({ min: 0.05, max: 2, noNaN: true }),
        (lag, gain) => {
          const found = align(sent, delayed(sent, lag, gain), { minLagFrames: -5000, maxLagFrames: 24_000 });
          expect(found.lagFrames).toBe(lag);
          expect(found.correlation).toBeGreaterThan(0.999);
          expect(found.gain).toBeCloseTo(gain, 3);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('still finds it under noise, and says that the two are less alike', () => {
    const found = align(sent, delayed(sent, 1234, 0.7, 0.1), { maxLagFrames: 10_000 });
    expect(found.lagFrames).toBe(1234);
    expect(found.correlation).toBeGreaterThan(0.5);
    expect(found.correlation).toBeLessThan(0.95);
  });

  it('compares just the part that it is given', () => {
    const heard = delayed(sent, 500, 1);
    heard.fill(0.3, 0, 20_000);
    const found = align(sent, heard, { fromFrame: 40_000, frames: 30_000, maxLagFrames: 5000 });
    expect(found.lagFrames).toBe(500);
    expect(found.correlation).toBeGreaterThan(0.999);
  });

  it('sees past a gap in the recording, piece by piece', () => {
    const heard = delayed(sent, 800, 0.9);
    const gappy = Float32Array.of(...heard.slice(0, 50_000), ...heard.slice(50_300));
    const { lagFrames, correlation, pieces } = alignPieces(sent, gappy, { maxLagFrames: 5000 });
    expect(pieces.map((piece) => piece.lagFrames)).toEqual([800, 800, 500, 500]);
    expect([800, 500]).toContain(lagFrames);
    expect(correlation).toBeGreaterThan(0.99);
  });

  it('finds nothing in silence', () => {
    expect(align(sent, new Float32Array(sent.length)).correlation).toBe(0);
  });
});

describe('Finding pulses', () => {
  it('gives back where a pulse train has its pulses', () => {
    expect(findPulses(pulseTrain(10_000, 3000, 100), 0.5, 1000)).toEqual([100, 3100, 6100, 9100]);
  });

  it('takes the largest sample of a smeared pulse', () => {
    const sound = new Float32Array(1000);
    sound.set([0.2, -0.6, 0.8, 0.4], 500);
    expect(findPulses(sound, 0.1, 100)).toEqual([502]);
  });
});

describe('WAV files', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), (samples) => {
        const left = Float32Array.from(samples);
        const right = left.toReversed();
        mkdirSync(OUT, { recursive: true });
        writeWav(join(OUT, 'there-and-back.wav'), [left, right], 44_100);
        expect(readWav(join(OUT, 'there-and-back.wav'))).toEqual({ rate: 44_100, channels: [left, right] });
        expect(deinterleave(interleave([left, right]), 2)).toEqual([left, right]);
      }),
      { numRuns: 20 },
    );
  });
});
