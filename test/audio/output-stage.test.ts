import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutputControl, OutputStage } from '../../src/audio/output-stage.ts';
import { anyControls, anySamples, channel, constant, largestStep, saveWav, sine } from './signals.ts';

const FRAMES = 64;
const silence = constant(0, 0, FRAMES);

type Controls = Partial<Record<keyof typeof OutputControl, number>>;

function set(stage: OutputStage, controls: Controls): void {
  for (const [name, value] of Object.entries(controls)) {
    stage.controls[OutputControl[name as keyof typeof OutputControl]] = value;
  }
}

/** The output block for these inputs. */
function hear(stage: OutputStage, network: Float32Array, local: Float32Array, channels: 1 | 2 = 2): Float32Array {
  const output = new Float32Array(2 * FRAMES);
  stage.process(network, channels, local, FRAMES, output);
  return output;
}

/** The last frame after the controls have settled. */
function settled(controls: Controls, network: Float32Array, local: Float32Array, channels: 1 | 2 = 2): number[] {
  const stage = new OutputStage();
  set(stage, controls);
  hear(stage, network, local, channels);
  return [...hear(stage, network, local, channels).slice(-2)];
}

const network = constant(0.25, -0.125, FRAMES);
const local = constant(0.5, 0.0625, FRAMES);

describe('What I hear', () => {
  test('is silent before the stream plays', () => {
    expect(settled({}, network, local)).toEqual([0, 0]);
  });

  test('is the mix of the server, times its gain and the master', () => {
    expect(settled({ playing: 1 }, network, local)).toEqual([0.25, -0.125]);
    expect(settled({ playing: 1, network: 2, master: 0.5 }, network, local)).toEqual([0.25, -0.125]);
    expect(settled({ playing: 1, network: 2 }, network, local)).toEqual([0.5, -0.25]);
  });

  test('has a mono stream on both sides', () => {
    expect(settled({ playing: 1 }, new Float32Array(FRAMES).fill(0.3), local, 1)).toEqual([
      Math.fround(0.3),
      Math.fround(0.3),
    ]);
  });

  test('has direct sound only when asked for, playing or not', () => {
    expect(settled({ monitor: 1 }, network, local)).toEqual([0.5, 0.0625]);
    expect(settled({ playing: 1, monitor: 0.5 }, network, local)).toEqual([0.5, -0.09375]);
  });

  test.each([
    [0, 1, 0],
    [25, 1, 0.5],
    [50, 1, 1],
    [75, 0.5, 1],
    [100, 0, 1],
  ])('has direct sound at position %i with gains %f and %f (balance law)', (monitorPan, left, right) => {
    expect(settled({ monitor: 1, monitorPan }, silence, constant(0.5, 0.5, FRAMES))).toEqual([0.5 * left, 0.5 * right]);
  });

  test('has the own signal while muted, at the own fader, and only while playing (audio.md §4 item 7)', () => {
    expect(settled({ playing: 1, muted: 1 }, network, local)).toEqual([0.75, -0.0625]);
    expect(settled({ playing: 1, muted: 1, ownFader: 0.5 }, network, local)).toEqual([0.5, -0.09375]);
    expect(settled({ playing: 1, muted: 1, ownWhileMuted: 0 }, network, local)).toEqual([0.25, -0.125]);
    expect(settled({ muted: 1 }, network, local)).toEqual([0, 0]);
  });

  test('clips at full scale', () => {
    const loud = constant(0.9, -0.9, FRAMES);
    expect(settled({ playing: 1, monitor: 1 }, loud, loud)).toEqual([1, -1]);
  });
});

test('The stream fades in from silence and out to silence in a straight line over one block', () => {
  const stage = new OutputStage();
  const full = constant(1, 1, FRAMES);
  hear(stage, full, silence);
  set(stage, { playing: 1 });
  const fadeIn = channel(hear(stage, full, silence), 0);
  set(stage, { playing: 0 });
  const fadeOut = channel(hear(stage, full, silence), 0);
  for (let i = 0; i < FRAMES; i++) {
    expect(fadeIn[i]).toBeCloseTo((i + 1) / FRAMES, 6);
    expect(fadeOut[i]).toBeCloseTo(1 - (i + 1) / FRAMES, 6);
  }
  expect(hear(stage, full, silence).every((sample) => sample === 0)).toBe(true);
});

test('No change of controls makes a step larger than its total divided by the frames of a block', () => {
  const gain = fc.double({ min: 0, max: 1, noNaN: true });
  const onOff = fc.constantFrom(0, 1);
  const controls = fc.record({
    network: gain,
    master: gain,
    monitor: gain,
    monitorPan: fc.integer({ min: 0, max: 100 }),
    playing: onOff,
    muted: onOff,
    ownWhileMuted: onOff,
    ownFader: gain,
  });
  fc.assert(
    fc.property(fc.array(controls, { minLength: 1, maxLength: 6 }), (changes) => {
      const stage = new OutputStage();
      const quarter = constant(0.25, 0.25, FRAMES);
      let last = 0;
      for (const change of changes) {
        set(stage, change);
        const output = channel(hear(stage, quarter, quarter), 0);
        // Network, monitor and own signal change at the same time, each by at most 0.25.
        expect(largestStep(output, last)).toBeLessThanOrEqual((3 * 0.25 * 1.0001) / FRAMES);
        last = output.at(-1)!;
      }
    }),
  );
});

test('The output is within ±1 for any input and any controls', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anySamples(32), anySamples(32), anyControls(8)), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(1, 2),
      (blocks, channels) => {
        const stage = new OutputStage();
        const output = new Float32Array(32);
        for (const [decoded, captured, controls] of blocks) {
          stage.controls.set(controls);
          stage.process(decoded, channels as 1 | 2, captured, 16, output);
          for (const sample of output) expect(Math.abs(sample)).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});

test('A file to listen to: start, mute with own signal, direct sound, stop (test/out/output-stage.wav)', () => {
  const stage = new OutputStage();
  const steps: Controls[] = [
    {},
    { playing: 1 },
    { muted: 1 },
    { muted: 0, monitor: 1, monitorPan: 0 },
    { monitorPan: 100 },
    { monitor: 0 },
    { master: 0.3 },
    { playing: 0 },
  ];
  const blocksPerStep = 375;
  const all = new Float32Array(steps.length * blocksPerStep * 2 * FRAMES);
  let at = 0;
  for (const controls of steps) {
    set(stage, controls);
    for (let i = 0; i < blocksPerStep; i++, at += FRAMES) {
      all.set(hear(stage, sine(375, 0.3, at, FRAMES), sine(562.5, 0.3, at, FRAMES)), 2 * at);
    }
  }
  saveWav('output-stage.wav', all);
  const slope = 0.3 * ((2 * Math.PI * (375 + 562.5)) / 48000);
  expect(largestStep(channel(all, 0), 0)).toBeLessThanOrEqual(slope + 0.6 / FRAMES);
});
