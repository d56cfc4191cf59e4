import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitClock } from '../../src/selftest/clock-fit.ts';
import { analyseLoop, isClipped, listened, loopSignal } from '../../src/selftest/loop-signal.ts';
import { measureNoise } from '../../src/selftest/noise.ts';

const RATE = 48_000;

function noiseSource(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

interface Cable {
  readonly delayFrames: number;
  readonly gain: readonly [number, number];
  readonly swapped?: boolean;
  readonly crosstalk?: number;
  readonly noise?: number;
  readonly hum?: number;
}

/** Stereo interleaved, as a card with this cable would record it. */
function through(signal: Float32Array, cable: Cable): Float32Array {
  const { delayFrames, gain, swapped = false, crosstalk = 0, noise = 0, hum = 0 } = cable;
  const random = noiseSource(7);
  const out = new Float32Array(signal.length);
  for (let i = 0; i < signal.length / 2; i++) {
    const from = 2 * (i - delayFrames);
    // A delay of half a frame more, as converters make it.
    const at = (side: number) => ((signal[from + side] ?? 0) + (signal[from - 2 + side] ?? 0)) / 2;
    const buzz = hum * Math.sin((2 * Math.PI * 50 * i) / RATE);
    for (const side of [0, 1] as const) {
      const main = swapped ? 1 - side : side;
      out[2 * i + side] = gain[side] * (at(main) + crosstalk * at(1 - main)) + noise * random() + buzz;
    }
  }
  return out;
}

describe('The loop signal', () => {
  const signal = loopSignal(true);

  it('finds delay, level and polarity of any cable, through noise and hum', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 11_000 }),
        fc.double({ min: 0.02, max: 2, noNaN: true }),
        fc.boolean(),
        fc.boolean(),
        (delayFrames, gain, inverted, swapped) => {
          const signed = inverted ? -gain : gain;
          const cable = { delayFrames, gain: [gain, signed], swapped, noise: 0.02 * gain, hum: 0.05 * gain } as const;
          const paths = analyseLoop(through(signal, cable));
          expect(paths.map(({ from, to }) => from === to)).toEqual([!swapped, !swapped]);
          for (const path of paths) {
            for (const delay of path.delaysFrames) expect(Math.abs(delay - delayFrames - 0.5)).toBeLessThanOrEqual(0.5);
            // The filter of half a frame's delay takes 3 dB of white noise.
            expect(path.gainDb).toBeGreaterThan(20 * Math.log10(gain) - 3.6);
            expect(path.gainDb).toBeLessThan(20 * Math.log10(gain) - 2);
            expect(path.inverted).toBe(inverted && path.to === 'right');
          }
        },
      ),
      { numRuns: 4 },
    );
  });

  it('takes crosstalk for none of its ways, and finds a mono cable', () => {
    const ways = (crosstalk: number) =>
      analyseLoop(through(signal, { delayFrames: 170, gain: [1, 1], crosstalk })).length;
    expect(ways(0.01)).toBe(2);
    expect(ways(1)).toBe(4);
  });

  it('is not found in noise, hum or silence', () => {
    expect(analyseLoop(through(signal, { delayFrames: 0, gain: [0, 0], noise: 0.01, hum: 0.1 }))).toEqual([]);
    expect(analyseLoop(new Float32Array(signal.length))).toEqual([]);
  });

  it('leaves two seconds to listen to the input, and is silence without a cable', () => {
    expect(listened(signal, 'left')).toHaveLength(2 * RATE);
    expect(listened(signal, 'left').every((sample) => sample === 0)).toBe(true);
    expect(loopSignal(false).every((sample) => sample === 0)).toBe(true);
    expect(signal.every((sample) => Math.abs(sample) < 0.11)).toBe(true);
  });

  it('knows a clipped sample', () => {
    expect(isClipped(Float32Array.of(0.2, -1))).toBe(true);
    expect(isClipped(signal)).toBe(false);
  });
});

describe('Noise', () => {
  const samples = (wave: (i: number) => number) => Float32Array.from({ length: 2 * RATE }, (_, i) => wave(i));
  const sine = (hz: number, level: number) => (i: number) => level * Math.sin((2 * Math.PI * hz * i) / RATE);

  it('is measured without the offset', () => {
    const random = noiseSource(3);
    const found = measureNoise(samples(() => 0.1 + 0.001 * random()));
    expect(found.offset).toBeCloseTo(0.1, 3);
    expect(found.rmsDbfs).toBeCloseTo(-60 - 10 * Math.log10(3), 0);
    expect(found.hum50Dbfs).toBeLessThan(-90);
    expect(found.isDead).toBe(false);
  });

  it('tells 50 Hz hum from 60 Hz, with harmonics', () => {
    const european = measureNoise(samples(sine(50, 0.01)));
    expect(european.hum50Dbfs).toBeCloseTo(-43, 1);
    expect(european.hum60Dbfs).toBeLessThan(-100);
    expect(measureNoise(samples(sine(120, 0.01))).hum60Dbfs).toBeCloseTo(-43, 1);
  });

  it('is none where no bit moves', () => {
    expect(measureNoise(samples(() => 0))).toMatchObject({ isDead: true, rmsDbfs: -200, hum50Dbfs: -200 });
  });
});

describe('The clock of a card', () => {
  it('is known within what is said, though each reading is up to a period old', () => {
    fc.assert(
      fc.property(fc.integer({ min: -900, max: 900 }), fc.integer({ min: 1, max: 1e6 }), (ppm, seed) => {
        const random = noiseSource(seed);
        const times: number[] = [];
        const frames: number[] = [];
        for (let ms = 0; ms < 60_000; ms += 10 + Math.abs(random())) {
          times.push(5000 + ms);
          frames.push(64 * Math.floor((ms * 48 * (1 + ppm * 1e-6)) / 64));
        }
        const fit = fitClock(times, frames, RATE);
        expect(Math.abs(fit!.ppm - ppm)).toBeLessThan(2 * fit!.uncertaintyPpm);
        expect(fit!.uncertaintyPpm).toBeLessThan(2);
        expect(fit!.seconds).toBeCloseTo(60, 0);
      }),
      { numRuns: 20 },
    );
  });

  it('is not told from too few readings', () => {
    expect(fitClock([1, 2, 3], [48, 96, 144], RATE)).toBeUndefined();
  });
});
