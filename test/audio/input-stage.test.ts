import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChannelMode, InputControl, InputStage } from '../../src/audio/input-stage.ts';
import { anyControls, anySamples, channel, constant, largestStep, saveWav, sine } from './signals.ts';

const FRAMES = 64;

/** A stage that has faded in, with these controls. */
function stageWith(controls: Partial<Record<keyof typeof InputControl, number>>): InputStage {
  const stage = new InputStage(256);
  set(stage, controls);
  send(stage, 0, 0);
  return stage;
}

function set(stage: InputStage, controls: Partial<Record<keyof typeof InputControl, number>>): void {
  for (const [name, value] of Object.entries(controls)) {
    stage.controls[InputControl[name as keyof typeof InputControl]] = value;
  }
}

/** What comes out for one block of a constant input. */
function send(stage: InputStage, left: number, right: number, channels: 1 | 2 = 2): Float32Array {
  const output = new Float32Array(channels * FRAMES);
  stage.process(constant(left, right, FRAMES), FRAMES, output, channels);
  return output;
}

describe('Channel modes and pan laws (audio.md §4 item 4)', () => {
  // position, left and right gain
  const crossFade = [
    [0, 1, 0],
    [25, 0.75, 0.25],
    [50, 0.5, 0.5],
    [90, 0.1, 0.9],
    [100, 0, 1],
  ] as const;
  const balance = [
    [0, 1, 0],
    [25, 1, 0.5],
    [50, 1, 1],
    [90, 0.2, 1],
    [100, 0, 1],
  ] as const;

  test.each(crossFade)('mono at %i sends %f of the left and %f of the right', (fader, left, right) => {
    const stage = stageWith({ mode: ChannelMode.mono, fader });
    expect(send(stage, 0.5, 0, 1)[5]).toBeCloseTo(0.5 * left, 6);
    expect(send(stage, 0, 0.5, 1)[5]).toBeCloseTo(0.5 * right, 6);
    expect(send(stage, 0.25, -0.5, 1)[5]).toBeCloseTo(0.25 * left - 0.5 * right, 6);
  });

  test.each(balance)('mono-in/stereo-out at %i sends the same sum, %f and %f, twice', (fader, left, right) => {
    const output = send(stageWith({ mode: ChannelMode.monoInStereoOut, fader }), 0.25, 0.5);
    expect(output[0]).toBeCloseTo(0.25 * left + 0.5 * right, 6);
    expect(output[1]).toBe(output[0]);
  });

  test.each(balance)('stereo at %i sends %f of the left and %f of the right', (fader, left, right) => {
    const output = send(stageWith({ mode: ChannelMode.stereo, fader }), 0.25, 0.5);
    expect(output[0]).toBeCloseTo(0.25 * left, 6);
    expect(output[1]).toBeCloseTo(0.5 * right, 6);
  });

  test('stereo at the centre and gain 1 changes no bit', () => {
    const stage = stageWith({ mode: ChannelMode.stereo });
    const input = sine(440, 0.7, 0, FRAMES);
    const output = new Float32Array(2 * FRAMES);
    stage.process(input, FRAMES, output, 2);
    expect(output).toEqual(input);
  });

  test('the sum of mono-in/stereo-out clips instead of wrapping', () => {
    expect(send(stageWith({ mode: ChannelMode.monoInStereoOut }), 0.8, 0.8)[0]).toBe(1);
    expect(send(stageWith({ mode: ChannelMode.monoInStereoOut }), -0.8, -0.8)[0]).toBe(-1);
  });

  test('a stereo signal for a mono stream is averaged while the format changes over', () => {
    expect(send(stageWith({ mode: ChannelMode.stereo }), 0.5, 0.25, 1)[9]).toBeCloseTo(0.375, 6);
  });
});

test('Boost multiplies and saturates at full scale, gain is applied with it', () => {
  const stage = stageWith({ mode: ChannelMode.stereo, boost: 10, gain: 0.5 });
  expect(send(stage, 0.1, 0.3)[1]).toBe(1);
  expect(stage.boosted[0]).toBeCloseTo(0.5, 6);
  expect(stage.boosted[1]).toBe(1);
});

describe('Mute', () => {
  const reasons: Partial<Record<keyof typeof InputControl, number>>[] = [
    { muted: 1 },
    { microphoneClosed: 1 },
    { muted: 1, microphoneClosed: 1 },
  ];
  test.each(reasons)('%o reaches zero within one block and then sends exact zeros', (controls) => {
    const stage = stageWith({ mode: ChannelMode.stereo });
    send(stage, -0.9, 0.9);
    set(stage, controls);
    expect(send(stage, -0.9, 0.9).at(-1)).toBe(0);
    const output = send(stage, -0.9, 0.9);
    // Bit for bit: -0 is another bit pattern.
    expect(new Uint32Array(output.buffer)).toEqual(new Uint32Array(2 * FRAMES));
  });

  test('the two mutes are independent: opening one leaves the other closed', () => {
    const stage = stageWith({ muted: 1, microphoneClosed: 1 });
    set(stage, { muted: 0 });
    expect(send(stage, 0.5, 0.5).every((sample) => sample === 0)).toBe(true);
    set(stage, { muted: 1, microphoneClosed: 0 });
    expect(send(stage, 0.5, 0.5).every((sample) => sample === 0)).toBe(true);
    set(stage, { muted: 0 });
    expect(send(stage, 0.5, 0.5).at(-1)).toBe(0.5);
  });

  test('the local signal for monitoring goes on while muted', () => {
    const stage = stageWith({ mode: ChannelMode.stereo, muted: 1 });
    send(stage, 0.25, -0.5);
    expect([stage.local[0], stage.local[1]]).toEqual([0.25, -0.5]);
  });
});

test('No change of controls makes a step larger than its total divided by the frames of a block', () => {
  const control = fc.record({
    gain: fc.double({ min: 0, max: 1, noNaN: true }),
    fader: fc.integer({ min: 0, max: 100 }),
    mode: fc.constantFrom(0, 1, 2),
    muted: fc.constantFrom(0, 1),
    microphoneClosed: fc.constantFrom(0, 1),
  });
  fc.assert(
    fc.property(fc.array(control, { minLength: 2, maxLength: 6 }), (changes) => {
      const stage = stageWith(changes[0]!);
      let last = [...send(stage, 0.4, 0.4).slice(-2)];
      for (const change of changes) {
        set(stage, change);
        const output = send(stage, 0.4, 0.4);
        // Input gain, fader and mute move at the same time: at most three times 0.8 / n.
        expect(largestStep(channel(output, 0), last[0]!)).toBeLessThanOrEqual((3 * 0.8) / FRAMES);
        expect(largestStep(channel(output, 1), last[1]!)).toBeLessThanOrEqual((3 * 0.8) / FRAMES);
        last = [...output.slice(-2)];
      }
    }),
  );
});

test('Mute and opening ramp in a straight line over one block', () => {
  const stage = stageWith({ mode: ChannelMode.stereo });
  send(stage, 1, 1);
  set(stage, { muted: 1 });
  const closing = channel(send(stage, 1, 1), 0);
  set(stage, { muted: 0 });
  const opening = channel(send(stage, 1, 1), 0);
  for (let i = 0; i < FRAMES; i++) {
    expect(closing[i]).toBeCloseTo(1 - (i + 1) / FRAMES, 6);
    expect(opening[i]).toBeCloseTo((i + 1) / FRAMES, 6);
  }
});

test('The output is within ±1 for any input and any controls', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anySamples(32), anyControls(6)), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(1, 2),
      (blocks, channels) => {
        const stage = new InputStage(16);
        const output = new Float32Array(32);
        for (const [samples, controls] of blocks) {
          stage.controls.set(controls);
          stage.process(samples, 16, output, channels as 1 | 2);
          for (const sample of [...output, ...stage.local, ...stage.boosted]) {
            expect(Math.abs(sample)).toBeLessThanOrEqual(1);
          }
        }
      },
    ),
  );
});

test('A file to listen to: mute, unmute, fader, boost and mode changes in a tone (test/out/input-stage.wav)', () => {
  const stage = new InputStage(FRAMES);
  const steps: Partial<Record<keyof typeof InputControl, number>>[] = [
    { mode: ChannelMode.stereo },
    { muted: 1 },
    { muted: 0 },
    { fader: 0 },
    { fader: 100 },
    { fader: 50, boost: 3 },
    { mode: ChannelMode.mono, boost: 1 },
    { mode: ChannelMode.monoInStereoOut },
    { microphoneClosed: 1 },
  ];
  const blocksPerStep = 375;
  const tone = 0.25;
  const all = new Float32Array(steps.length * blocksPerStep * 2 * FRAMES);
  const block = new Float32Array(2 * FRAMES);
  let at = 0;
  for (const controls of steps) {
    set(stage, controls);
    for (let i = 0; i < blocksPerStep; i++, at += FRAMES) {
      stage.process(sine(375, tone, at, FRAMES), FRAMES, block, 2);
      all.set(block, 2 * at);
    }
  }
  saveWav('input-stage.wav', all);
  // Largest slope of the loudest part, and the ramps on top of it.
  const slope = 3 * tone * ((2 * Math.PI * 375) / 48000);
  expect(largestStep(channel(all, 0), 0)).toBeLessThanOrEqual(slope + (3 * 3 * tone) / FRAMES);
  expect(channel(all, 0).slice(-FRAMES)).toEqual(new Array(FRAMES).fill(0));
});
