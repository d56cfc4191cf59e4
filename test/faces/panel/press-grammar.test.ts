import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  holdOf,
  KEYS,
  type Key,
  letGo,
  NO_PRESSES,
  type PanelInput,
  type PressContext,
  type Presses,
  press,
  type RawInput,
} from '../../../src/faces/panel/press-grammar.ts';

const PLAIN: PressContext = { accelerates: false, dangerous: false, canLeave: true };

/** Keys on the desk: time passes in ticks of 20 ms. */
function desk(context: PressContext = PLAIN) {
  let presses: Presses = NO_PRESSES;
  let nowMs = 0;
  const inputs: PanelInput[] = [];
  const send = (raw: RawInput) => {
    const step = press(presses, raw, context, nowMs);
    presses = step.presses;
    inputs.push(...step.inputs);
  };
  return {
    down: (key: Key) => send({ type: 'down', key }),
    up: (key: Key) => send({ type: 'up', key }),
    turn: (steps: number) => send({ type: 'turn', steps }),
    wait: (ms: number) => {
      for (const end = nowMs + ms; nowMs < end; ) {
        nowMs += 20;
        send({ type: 'tick' });
      }
    },
    cancel: () => {
      presses = letGo(presses);
    },
    hold: () => holdOf(presses, context, nowMs),
    taken: () => inputs.splice(0),
  };
}

describe('a short press', () => {
  it('acts on release, not before', () => {
    const box = desk();
    box.down('knob');
    box.wait(300);
    expect(box.taken()).toEqual([]);
    box.up('knob');
    expect(box.taken()).toEqual([{ type: 'choose' }]);
  });

  it('means what is written on the key', () => {
    const meanings = {
      connect: { type: 'connect' },
      mute: { type: 'mute' },
      knob: { type: 'choose' },
      up: { type: 'previous', count: 1 },
      down: { type: 'next', count: 1 },
    };
    for (const key of KEYS) {
      const box = desk();
      box.down(key);
      box.wait(100);
      box.up(key);
      expect(box.taken()).toEqual([meanings[key]]);
    }
  });

  it('on MUTE always mutes, however long it was', () => {
    const box = desk();
    box.down('mute');
    box.wait(5000);
    box.up('mute');
    expect(box.taken()).toEqual([{ type: 'mute' }]);
  });

  it('on MUTE works while another key is stuck', () => {
    const box = desk();
    box.down('knob');
    box.wait(2000);
    box.taken();
    box.down('mute');
    box.up('mute');
    expect(box.taken()).toEqual([{ type: 'mute' }]);
  });
});

describe('a hold of 800 ms', () => {
  it('goes back while the knob is still down, once, with a filling bar', () => {
    const box = desk();
    box.down('knob');
    box.wait(400);
    expect(box.hold()).toMatchObject({ purpose: 'back', progress: 0.5 });
    box.wait(380);
    expect(box.taken()).toEqual([]);
    box.wait(40);
    expect(box.taken()).toEqual([{ type: 'back' }]);
    expect(box.hold()).toBeNull();
    box.wait(6000);
    box.up('knob');
    expect(box.taken()).toEqual([]);
  });

  it('on CONNECT leaves, so that a bump cannot', () => {
    const box = desk();
    box.down('connect');
    box.wait(500);
    box.up('connect');
    expect(box.taken()).toEqual([{ type: 'connect' }]);
    box.down('connect');
    box.wait(800);
    expect(box.taken()).toEqual([{ type: 'leave' }]);
    box.up('connect');
    expect(box.taken()).toEqual([]);
  });

  it('on CONNECT still connects when there is nothing to leave', () => {
    const box = desk({ ...PLAIN, canLeave: false });
    box.down('connect');
    box.wait(1000);
    expect(box.hold()).toBeNull();
    box.up('connect');
    expect(box.taken()).toEqual([{ type: 'connect' }]);
  });
});

describe('a hold of 4 s', () => {
  it('on CONNECT shuts down after a countdown', () => {
    const box = desk();
    box.down('connect');
    box.wait(2000);
    expect(box.hold()).toEqual({ purpose: 'shutDown', progress: 0.5, secondsLeft: 2 });
    box.wait(2000);
    expect(box.taken()).toEqual([{ type: 'leave' }, { type: 'shutDown' }]);
    box.up('connect');
    expect(box.taken()).toEqual([]);
  });

  it('does nothing when it is let go before', () => {
    const box = desk({ ...PLAIN, canLeave: false });
    box.down('connect');
    box.wait(3900);
    box.up('connect');
    box.wait(1000);
    expect(box.taken()).toEqual([]);
  });

  it('on the knob is dangerous only where the screen says so, and then does not go back', () => {
    const box = desk({ ...PLAIN, dangerous: true });
    box.down('knob');
    box.wait(1000);
    expect(box.hold()).toMatchObject({ purpose: 'danger', secondsLeft: 3 });
    expect(box.taken()).toEqual([]);
    box.wait(3000);
    expect(box.taken()).toEqual([{ type: 'danger' }]);
    box.up('knob');
    expect(box.taken()).toEqual([]);
  });
});

describe('the knob', () => {
  it('makes a step a detent where it does not accelerate, however fast', () => {
    const box = desk();
    for (let detent = 0; detent < 5; detent++) {
      box.turn(1);
      box.wait(20);
    }
    expect(box.taken()).toEqual(new Array(5).fill({ type: 'next', count: 1 }));
  });

  it('makes more steps when turned fast on numbers and long lists, at most 8 a detent', () => {
    const box = desk({ ...PLAIN, accelerates: true });
    box.turn(-1);
    box.wait(300);
    box.turn(-1);
    box.wait(20);
    box.turn(-1);
    expect(box.taken()).toEqual([
      { type: 'previous', count: 1 },
      { type: 'previous', count: 1 },
      { type: 'previous', count: 6 },
    ]);
  });
});

describe('Up and Down', () => {
  it('repeat while they are held, and not once more on release', () => {
    const box = desk();
    box.down('down');
    box.wait(480);
    expect(box.taken()).toEqual([]);
    box.wait(300);
    expect(box.taken()).toEqual(new Array(3).fill({ type: 'next', count: 1 }));
    box.up('down');
    expect(box.taken()).toEqual([]);
  });
});

describe('any sequence of keys', () => {
  it('gives inputs of sane counts and ends with no key held', () => {
    const raw = fc.oneof(
      fc.record({ type: fc.constantFrom('down' as const, 'up' as const), key: fc.constantFrom(...KEYS) }),
      fc.record({ type: fc.constant('turn' as const), steps: fc.integer({ min: -1000, max: 1000 }) }),
      fc.constant({ type: 'tick' as const }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(raw, fc.integer({ min: 0, max: 5000 }))),
        fc.boolean(),
        fc.boolean(),
        (steps, accelerates, dangerous) => {
          let presses = NO_PRESSES;
          let nowMs = 0;
          for (const [input, waitMs] of steps) {
            nowMs += waitMs;
            const step = press(presses, input, { accelerates, dangerous, canLeave: dangerous }, nowMs);
            presses = step.presses;
            for (const one of step.inputs) if ('count' in one) expect(one.count).toBeGreaterThan(0);
          }
          for (const key of KEYS) presses = press(presses, { type: 'up', key }, PLAIN, nowMs).presses;
          expect(presses.held).toEqual({});
        },
      ),
    );
  });
});

describe('when events were lost', () => {
  it('a missing release of CONNECT never shuts down', () => {
    const box = desk();
    box.down('connect');
    box.wait(500);
    box.cancel();
    expect(box.hold()).toBeNull();
    box.wait(10_000);
    expect(box.taken()).toEqual([]);
  });

  it('no key acts, and a late release does nothing', () => {
    for (const key of KEYS) {
      const box = desk();
      box.down(key);
      box.wait(100);
      box.cancel();
      box.up(key);
      box.wait(5000);
      expect(box.taken()).toEqual([]);
    }
  });

  it('the next press works as always', () => {
    const box = desk();
    box.down('knob');
    box.cancel();
    box.wait(3000);
    box.down('knob');
    box.wait(100);
    box.up('knob');
    expect(box.taken()).toEqual([{ type: 'choose' }]);
  });
});
