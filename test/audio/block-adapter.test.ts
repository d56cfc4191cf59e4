import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BlockAdapter } from '../../src/audio/block-adapter.ts';

/** Runs numbered frames (left n, right −n) through an adapter whose internal blocks pass unchanged. */
function run(adapter: BlockAdapter, periodFrames: number, periods: number): number[] {
  const out: number[] = [];
  const period = new Float32Array(2 * periodFrames);
  const block = new Float32Array(2 * 512);
  let next = 1;
  for (let i = 0; i < periods; i++) {
    for (let frame = 0; frame < periodFrames; frame++) {
      period[2 * frame] = next;
      period[2 * frame + 1] = -next++;
    }
    expect(adapter.pushInput(period, periodFrames)).toBe(true);
    while (adapter.hasBlock()) {
      expect(adapter.takeBlock(block)).toBe(true);
      expect(adapter.pushOutput(block)).toBe(true);
    }
    expect(adapter.pullOutput(period, periodFrames)).toBe(true);
    for (let frame = 0; frame < periodFrames; frame++) {
      expect(period[2 * frame]! + period[2 * frame + 1]!).toBe(0);
      out.push(period[2 * frame]!);
    }
  }
  return out;
}

/** `count` numbers from 1 on after `delay` zeros. */
function delayed(delay: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.max(0, i + 1 - delay));
}

describe('Periods and internal blocks', () => {
  test.each([
    [32, 64, 32],
    [32, 128, 96],
    [64, 128, 64],
    [64, 256, 192],
    [64, 64, 0],
    [128, 128, 0],
    [128, 64, 0],
    [256, 64, 0],
    [256, 256, 0],
  ])('%i frames a period and %i a block add %i frames of delay and lose nothing', (period, block, added) => {
    const adapter = new BlockAdapter(period, block);
    expect(adapter.addedFrames).toBe(added);
    expect(run(adapter, period, 20)).toEqual(delayed(added, 20 * period));
  });

  test('any other pair of sizes never runs dry either, with a delay below one block', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 512 }), (period, block) => {
        const adapter = new BlockAdapter(period, block);
        expect(adapter.addedFrames).toBeLessThan(block);
        expect(run(adapter, period, 10)).toEqual(delayed(adapter.addedFrames, 10 * period));
      }),
      { numRuns: 30 },
    );
  });

  test('the block size can change: what was on its way is dropped', () => {
    const adapter = new BlockAdapter(64, 128);
    run(adapter, 64, 5);
    adapter.configure(256);
    expect(run(adapter, 64, 10)).toEqual(delayed(192, 640));
    expect(() => adapter.configure(513)).toThrow(RangeError);
  });
});

test('Missing frames are silence and reported, and input that nobody takes is refused whole', () => {
  const adapter = new BlockAdapter(64, 64);
  const frames = new Float32Array(128).fill(1);
  expect(adapter.pullOutput(frames, 64)).toBe(false);
  expect(frames).toEqual(new Float32Array(128));
  expect(adapter.takeBlock(frames)).toBe(false);
  let taken = 0;
  while (adapter.pushInput(frames, 64)) taken++;
  expect(taken).toBeGreaterThanOrEqual(9);
  for (let i = 0; i < taken; i++) expect(adapter.takeBlock(frames)).toBe(true);
  expect(adapter.hasBlock()).toBe(false);
});
