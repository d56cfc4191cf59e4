import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoxState } from '../../../src/box/state.ts';
import { menuOf } from '../../../src/faces/panel/navigation.ts';
import { KEYS, type PanelInput } from '../../../src/faces/panel/press-grammar.ts';
import { makeDesk } from './desk.ts';
import { IDLE, playingBox } from './scenes.ts';

const SEEN = { ...IDLE, shownProfile: IDLE.profile };
const RECORDED = playingBox({ recorder: { state: 'recording', waitOver: false, notice: 'join' } });

describe('menus and settings', () => {
  it('are two levels deep: back leads home', () => {
    const desk = makeDesk(IDLE);
    desk.openFromMenu('hear');
    expect(desk.shown()).toBe('hear');
    desk.press('knob', 900);
    expect(desk.shown()).toBe('menu');
    desk.press('knob', 900);
    expect(desk.shown()).toBe('start');
    desk.press('knob', 900);
    expect(desk.shown()).toBe('start');
  });

  it('change numbers with the knob, within their range', () => {
    const desk = makeDesk(IDLE);
    desk.openFromMenu('hear');
    desk.press('knob');
    desk.turn(-5);
    expect(desk.box().sound.masterLevel).toBe(95);
    desk.turn(9);
    expect(desk.box().sound.masterLevel).toBe(100);
    desk.press('knob');
    desk.turn(1);
    expect(desk.box().sound.masterLevel).toBe(100);
  });

  it('work with five buttons as with the knob', () => {
    const desk = makeDesk(playingBox());
    desk.press('down');
    expect(desk.shown()).toBe('people');
    desk.press('down');
    desk.press('knob');
    expect(desk.shown()).toBe('person');
    desk.press('knob');
    desk.press('up', 1400);
    desk.press('up');
    expect(desk.commands().every(({ type }) => type === 'mix')).toBe(true);
  });

  it('offer the sound cards where the box may choose one, and choose the one that is pressed', () => {
    const row = { kind: 'usb', hasInput: true, hasOutput: true } as const;
    const cards = [
      { ...row, key: 'hat', name: 'jambox' },
      { ...row, key: 'usb:1397:0509', name: 'UMC404HD 192k' },
    ];
    const desk = makeDesk(IDLE, { soundCards: { cards, chosen: null, taken: 'hat' } });
    desk.openFromMenu('sound-card');
    expect(desk.shown()).toBe('sound-card');
    desk.turn(2);
    desk.press('knob');
    desk.turn(-2);
    desk.press('knob');
    expect(desk.commands()).toEqual([
      { type: 'soundCard', key: 'usb:1397:0509' },
      { type: 'soundCard', key: null },
    ]);
    expect(menuOf({ box: makeDesk(IDLE).box() })).not.toContain('sound-card');
  });

  it('choose a pair of channels where the card has more than two, and nothing elsewhere', () => {
    const eighteen = {
      kind: 'running',
      description: 'card',
      periodFrames: 64,
      latencyFrames: 128,
      inputs: 5,
      outputs: 18,
    };
    const device = eighteen as Extract<BoxState['engine']['device'], { kind: 'running' }>;
    const desk = makeDesk(playingBox({}, { engine: { ...IDLE.engine, device } }));
    desk.openFromMenu('send');
    expect(desk.shown()).toBe('send');
    desk.turn(2);
    for (let i = 0; i < 3; i++) desk.press('knob');
    expect(desk.commands()).toEqual(
      [
        [3, 4],
        [5, 5],
        [1, 2],
      ].map((inputChannels) => ({ type: 'sound', inputChannels })),
    );
    const usual = makeDesk(playingBox());
    usual.openFromMenu('send');
    usual.turn(2);
    usual.press('knob');
    usual.turn(2);
    usual.press('knob');
    expect(usual.commands()).toEqual([
      { type: 'sound', mode: 'mono' },
      { type: 'sound', feedbackGuard: false },
    ]);
  });

  it('are locked to volumes where an installer wants it, and say so', () => {
    const desk = makeDesk(SEEN, { menuLocked: true });
    const before = desk.frame();
    desk.turn(1);
    expect(desk.shown()).toBe('start');
    expect(desk.frame()).not.toEqual(before);
    desk.press('knob');
    desk.press('knob');
    expect(desk.shown()).toBe('hear');
    desk.press('connect');
    expect(desk.shown()).toBe('named');
  });
});

describe('the letter wheel', () => {
  it('writes a name with an umlaut', () => {
    const desk = makeDesk({ ...IDLE, profile: { ...IDLE.profile, name: '' } });
    const open = () => {
      desk.openFromMenu('profile');
      desk.press('knob');
    };
    open();
    expect(desk.shown()).toBe('name');
    const to = (count: number) => desk.input(count < 0 ? { type: 'previous', count: -count } : { type: 'next', count });
    to('J'.charCodeAt(0) - 'A'.charCodeAt(0));
    desk.press('knob');
    to(-12);
    to(3 + 26 * 2 + 10 + 13 + 5);
    desk.press('knob');
    to(-(3 + 26 * 2 + 10 + 13 + 5));
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'profile', name: 'Jü' }]);
    expect(desk.shown()).toBe('profile');
  });

  it('takes no more than fits, deletes, and gives up on back', () => {
    const desk = makeDesk(IDLE);
    desk.openFromMenu('profile');
    desk.press('knob');
    desk.input({ type: 'next', count: 3 });
    for (let letter = 0; letter < 20; letter++) desk.input({ type: 'choose' });
    desk.input({ type: 'previous', count: 2 });
    desk.input({ type: 'choose' });
    desk.input({ type: 'previous', count: 1 });
    desk.input({ type: 'choose' });
    expect(desk.box().profile.name).toBe('Box-7F3AAAAAAAA');
    desk.press('knob');
    desk.press('knob', 900);
    expect(desk.shown()).toBe('profile');
  });
});

describe('errors', () => {
  it('come up, are put away, and come again when they come back', () => {
    const desk = makeDesk(IDLE, { systemProblems: ['too-hot'] });
    expect(desk.shown()).toBe('error');
    desk.press('knob');
    expect(desk.shown()).toBe('start');
    desk.change(IDLE, { systemProblems: [] });
    desk.change(IDLE, { systemProblems: ['too-hot'] });
    expect(desk.shown()).toBe('error');
  });

  it('give way to the reconnect screen while the box tries again', () => {
    const retry = { attempt: 3, firstLostAtMs: 0 };
    const desk = makeDesk({
      ...IDLE,
      problem: 'connection-lost',
      link: { kind: 'waiting', retry, untilMs: 2_000_000 },
    });
    expect(desk.shown()).toBe('reconnect');
    desk.change({ ...IDLE, problem: 'connection-lost' });
    expect(desk.shown()).toBe('error');
  });
});

describe('what comes by itself', () => {
  it('chat pops up for 5 s', () => {
    const desk = makeDesk(playingBox());
    desk.change(playingBox({ chat: [{ number: 1, atMs: 0, text: 'Hello' }] }));
    expect(desk.shown()).toBe('chat-pop-up');
    desk.wait(4900);
    expect(desk.shown()).toBe('chat-pop-up');
    desk.wait(200);
    expect(desk.shown()).toBe('playing');
  });

  it('the welcome rolls by once a visit', () => {
    const desk = makeDesk(playingBox({ welcome: 'Please tune.' }));
    expect(desk.shown()).toBe('welcome');
    desk.wait(10_000);
    expect(desk.shown()).toBe('playing');
    desk.change(IDLE);
    desk.change(playingBox({ welcome: 'Please tune.' }));
    expect(desk.shown()).toBe('welcome');
    desk.press('knob');
    expect(desk.shown()).toBe('playing');
  });

  it('"Still playing?" is answered by a press, or leaves', () => {
    const desk = makeDesk(playingBox(), { idleQuestionUntilMs: 2_000_000 });
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'stillPlaying' }]);
    const other = makeDesk(playingBox(), { idleQuestionUntilMs: 2_000_000 });
    other.turn(1);
    other.press('knob');
    expect(other.commands()).toEqual([{ type: 'leave' }]);
  });

  it('the first start goes step by step', () => {
    const desk = makeDesk(IDLE, { firstStart: 'network' });
    desk.press('knob');
    expect(desk.commands()).toEqual([]);
    desk.change(IDLE, { firstStart: 'play' });
    desk.wait(500);
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'firstStart', done: 'play' }]);
    desk.change(IDLE, { firstStart: 'connect' });
    desk.press('connect');
    expect(desk.commands()).toEqual([{ type: 'firstStart', done: 'connect' }]);
    expect(desk.shown()).toBe('who-sees-what');
  });
});

describe('reset', () => {
  const openReset = () => {
    const desk = makeDesk(IDLE);
    desk.openFromMenu('reset');
    return desk;
  };

  it('needs a hold of 4 s and a second answer', () => {
    const desk = openReset();
    expect(desk.shown()).toBe('reset');
    desk.turn(2);
    desk.press('knob');
    desk.press('knob', 4100);
    expect(desk.commands()).toEqual([]);
    desk.wait(500);
    desk.turn(1);
    desk.press('knob');
    expect(desk.commands()).toEqual([{ type: 'reset', what: 'everything' }]);
  });

  it('does nothing when let go early, or when the answer is no', () => {
    const desk = openReset();
    desk.press('knob');
    desk.press('knob', 3000);
    desk.press('knob', 4100);
    desk.wait(500);
    desk.press('knob');
    expect(desk.commands()).toEqual([]);
    expect(desk.shown()).toBe('reset');
  });
});

describe('any sequence of inputs', () => {
  it('is survived, and always leaves something to see', () => {
    const input: fc.Arbitrary<PanelInput> = fc.oneof(
      fc.record({
        type: fc.constantFrom('previous' as const, 'next' as const),
        count: fc.integer({ min: 1, max: 50 }),
      }),
      fc.record({
        type: fc.constantFrom(
          'choose' as const,
          'choose' as const,
          'back' as const,
          'connect' as const,
          'leave' as const,
          'mute' as const,
          'tick' as const,
          'danger' as const,
        ),
      }),
    );
    const boxes = [IDLE, SEEN, playingBox(), RECORDED, playingBox({ people: [] })];
    fc.assert(
      fc.property(
        fc.constantFrom(...boxes),
        fc.array(fc.tuple(input, fc.integer({ min: 0, max: 1000 })), { maxLength: 60 }),
        (box, steps) => {
          const desk = makeDesk(box);
          for (const [one, waitMs] of steps) {
            desk.wait(waitMs);
            desk.input(one);
            expect(desk.frame().some((byte) => byte !== 0)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of keys is survived too', () => {
    const step = fc.tuple(fc.constantFrom(...KEYS), fc.integer({ min: 0, max: 4200 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const desk = makeDesk(playingBox());
        for (const [key, forMs] of steps) desk.press(key, forMs);
        desk.frame();
      }),
      { numRuns: 20 },
    );
  });
});
