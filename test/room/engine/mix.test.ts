import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRig, type EngineRig, join, type Player, randomNumbers } from './engine-rig.ts';
import { raw } from './formats.ts';

interface Source {
  readonly channels: 1 | 2;
  readonly samples: Int16Array;
}

/** What a listener hears, in doubles, 16-bit scale (audio.md §5.3). */
function reference(listener: 1 | 2, sources: readonly Source[], gains: number[], pans: number[], frame: number) {
  const out = new Float64Array(frame * listener);
  sources.forEach(({ channels, samples }, s) => {
    for (let i = 0; i < frame; i++) {
      const left = samples[i * channels]!;
      const right = samples[i * channels + channels - 1]!;
      if (listener === 1) {
        out[i]! += ((left + right) / 2) * gains[s]!;
      } else {
        out[2 * i]! += left * Math.min(0.5, 1 - pans[s]!) * 2 * gains[s]!;
        out[2 * i + 1]! += right * Math.min(0.5, pans[s]!) * 2 * gains[s]!;
      }
    }
  });
  return out.map((x) => Math.trunc(Math.min(32767, Math.max(-32768, x))));
}

function noise(random: () => number, length: number, peak: number): Int16Array {
  return Int16Array.from({ length }, () => (random() * 2 - 1) * peak);
}

/** Everybody sends one frame; returns what each hears of it and after it. Without numbers it is played at once. */
function playOnce(rig: EngineRig, players: readonly Player[], sources: readonly Source[]): Int16Array[] {
  for (const player of players) player.heard();
  for (const [i, player] of players.entries()) player.sendRaw(sources[i]!.samples);
  const frames = players.map(() => [] as number[]);
  for (let n = 0; n < 3; n++) {
    rig.tick();
    for (const [i, player] of players.entries()) frames[i]!.push(...player.heard());
  }
  return frames.map((samples) => Int16Array.from(samples));
}

describe.each([64, 128] as const)('A room of %i samples', (frame) => {
  it('gives each listener their own mix, within one step of 16 bits of a reference in doubles', () => {
    const channels = [1, 2, 2, 1, 2, 1, 2] as const;
    const rig = createRig({ frameSamples: frame, maxChannels: channels.length });
    const players = channels.map((count, id) => join(rig, id, raw(frame, count, 1, false)));
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(200, 5000, 32000), (seed, peak) => {
        const random = randomNumbers(seed);
        const sources = channels.map((count) => ({ channels: count, samples: noise(random, count * frame, peak) }));
        const gains = players.map(() => players.map(() => Math.fround(random() < 0.2 ? 0 : random() * 2)));
        const pans = players.map(() => players.map(() => Math.fround(random() < 0.2 ? 0.5 : random())));
        for (const { id: listener } of players) {
          for (const { id: source } of players) {
            rig.order({ type: 'setGain', listener, source, gain: gains[listener]![source]! });
            rig.order({ type: 'setPan', listener, source, pan: pans[listener]![source]! });
          }
        }
        const heard = playOnce(rig, players, sources);
        for (const { id } of players) {
          const wanted = reference(channels[id]!, sources, gains[id]!, pans[id]!, frame);
          const start = firstSound(heard[id]!, wanted);
          const error = wanted.map((value, i) => Math.abs(value - heard[id]![start + i]!));
          expect(Math.max(...error)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** Where the one frame lies among silent ones: frames are whole. */
function firstSound(heard: Int16Array, wanted: Float64Array): number {
  const at = heard.findIndex((sample) => sample !== 0);
  return at < 0 ? 0 : Math.floor(at / wanted.length) * wanted.length;
}

it('A listener with 40 players around them hears all of them', () => {
  const rig = createRig({ maxChannels: 40 });
  const players = Array.from({ length: 40 }, (_, id) => join(rig, id, raw(128, 2, 1, false), false));
  const random = randomNumbers(5);
  const sources = players.map(() => ({ channels: 2 as const, samples: noise(random, 256, 2000) }));
  // Fades count datagrams, not time.
  for (let n = 0; n < 1125; n++) {
    for (const player of players) player.sendRaw(new Int16Array(256));
    rig.tick();
  }
  rig.tick(30);
  const heard = playOnce(rig, players, sources);
  const wanted = reference(
    2,
    sources,
    players.map(() => 1),
    players.map(() => 0.5),
    128,
  );
  const start = firstSound(heard[27]!, wanted);
  const error = wanted.map((value, i) => Math.abs(value - heard[27]![start + i]!));
  expect(Math.max(...error)).toBeLessThanOrEqual(1);
});

it('A muted player is not heard, and nobody else changes', () => {
  const rig = createRig();
  const [anna, ben, cleo] = [0, 1, 2].map((id) => join(rig, id, raw(128, 1, 1, false))) as [Player, Player, Player];
  rig.order({ type: 'setGain', listener: 0, source: 1, gain: 0 });
  const sources = [0, 100, 1000].map((value) => ({ channels: 1 as const, samples: new Int16Array(128).fill(value) }));
  const heard = playOnce(rig, [anna, ben, cleo], sources);
  expect(heard.map((samples) => Math.max(...samples))).toEqual([1000, 1100, 1100]);
});

it('Delay panning delays the far side by up to 63 samples, across frames', () => {
  const rig = createRig({ delayPanning: true });
  const anna = join(rig, 0, raw(128, 2, 1, false));
  const ben = join(rig, 1, raw(128, 1, 1, false));
  rig.order({ type: 'setPan', listener: 0, source: 1, pan: 1 });
  const click = new Int16Array(128);
  click[100] = 8000;
  const [heard] = playOnce(
    rig,
    [anna, ben],
    [
      { channels: 2, samples: new Int16Array(256) },
      { channels: 1, samples: click },
    ],
  );
  const at = (side: number) => heard!.filter((_, i) => i % 2 === side).indexOf(8000);
  expect(at(1)).toBeGreaterThan(0);
  expect(at(0) - at(1)).toBe(63);
});
