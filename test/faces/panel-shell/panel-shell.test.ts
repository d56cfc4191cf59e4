import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameFrame } from '../../../src/faces/panel/frame.ts';
import { drawPanel } from '../../../src/faces/panel/panel.ts';
import { KEYS } from '../../../src/faces/panel/press-grammar.ts';
import { lampsOf } from '../../../src/faces/panel-shell/lamps.ts';
import { IDLE, playingBox, scene, serverRow } from '../panel/scenes.ts';
import { panelRig } from './panel-rig.ts';

const RECORDED = playingBox({ recorder: { state: 'recording', waitOver: false, notice: 'join' } });
const MINUTE = 60_000;

describe('the frame', () => {
  it('shows the box as it is when a screen is attached', () => {
    const box = panelRig(IDLE);
    expect(sameFrame(box.frame(), drawPanel({ ...scene(IDLE), nowMs: box.clock.nowMs() }))).toBe(true);
  });

  it('answers a press at once, and urgently', () => {
    const box = panelRig(IDLE);
    box.shown.length = 0;
    box.down('mute');
    box.up('mute');
    expect(box.shown).toEqual([{ atMs: box.clock.nowMs(), urgent: true }]);
    expect(box.text()).toContain('MUTED');
  });

  it('follows changes of the box at most 20 times a second', () => {
    const box = panelRig(playingBox());
    box.press('knob');
    box.turn(-1);
    box.shown.length = 0;
    for (let i = 0; i < 500; i++) {
      box.wait(2);
      box.server({ type: 'ping', ms: i });
      box.setAround({ hostName: `box-${i}` });
    }
    expect(box.shown.length).toBeLessThanOrEqual(21);
  });

  it('is not drawn 20 times a second for nothing: a still panel looks 5 times a second, a dark one once', () => {
    const box = panelRig(IDLE);
    box.wait(5000);
    expect(box.wait(10_000)).toBeLessThanOrEqual(50);
    box.shown.length = 0;
    box.wait(30_000);
    // One is allowed: every minute the picture moves by a pixel.
    expect(box.shown.length).toBeLessThanOrEqual(1);
    box.wait(5 * MINUTE);
    expect(box.light()).toBe('off');
    expect(box.wait(10_000)).toBeLessThanOrEqual(11);
  });

  it('scrolls what is too long at 20 frames a second', () => {
    const server = { address: 'long.example', label: 'A very long name of a server indeed' };
    const box = panelRig({ ...playingBox(), server });
    box.wait(1500);
    box.shown.length = 0;
    box.wait(1000);
    expect(box.shown.length).toBeGreaterThan(10);
  });
});

describe('screen care', () => {
  it('dims, goes dark, and the first press only wakes', () => {
    const box = panelRig(IDLE);
    box.wait(MINUTE);
    expect(box.light()).toBe('dim');
    box.wait(4 * MINUTE);
    expect(box.light()).toBe('off');
    box.press('knob');
    expect(box.light()).toBe('bright');
    expect(box.text()).toContain('Push: menu');
    box.press('knob');
    expect(box.text()).toContain('Menu');
  });

  it('does not shut down by holding CONNECT on a dark screen', () => {
    const box = panelRig(IDLE);
    box.wait(6 * MINUTE);
    box.press('connect', 6000);
    expect(box.requests()).toEqual([]);
  });

  it('lets go of a key that was pressed again before it was released in the dark', () => {
    const box = panelRig(IDLE);
    box.wait(6 * MINUTE);
    box.down('connect');
    box.down('connect');
    box.up('connect');
    box.wait(6000);
    expect(box.requests()).toEqual([]);
  });

  it('lets MUTE act on a dark screen, which lights up for it', () => {
    const box = panelRig(playingBox());
    box.wait(6 * MINUTE);
    expect(box.light()).toBe('off');
    box.press('mute');
    expect(box.box().sound.mute).toBe('pressed');
    expect(box.light()).toBe('bright');
    expect(box.text()).toContain('Nobody hears you');
  });

  it('wakes for a recording notice, which stays to be seen and is answered by the first press', () => {
    const box = panelRig(playingBox());
    box.wait(6 * MINUTE);
    box.server({ type: 'recorderState', state: 'recording' });
    box.wait(100);
    expect(box.light()).toBe('bright');
    box.wait(10 * MINUTE);
    expect(box.light()).toBe('dim');
    box.press('knob');
    expect(box.box().visit.recorder.notice).toBeNull();
  });

  it('wakes for a licence, an error and chat', () => {
    for (const [what, happens] of [
      ['licence', (box: ReturnType<typeof panelRig>) => box.server({ type: 'licenceRequired' })],
      ['error', (box: ReturnType<typeof panelRig>) => box.setAround({ systemProblems: ['too-hot'] })],
      ['chat', (box: ReturnType<typeof panelRig>) => box.server({ type: 'chat', html: 'Hello' })],
    ] as const) {
      const box = panelRig(playingBox());
      box.wait(6 * MINUTE);
      expect(box.light()).toBe('off');
      happens(box);
      box.wait(100);
      expect([what, box.light()]).toEqual([what, 'bright']);
    }
  });

  it('tells the box of every touch, and of nothing else', () => {
    const box = panelRig(IDLE);
    box.wait(MINUTE);
    box.shell.control({ type: 'cancel' });
    expect(box.touches()).toBe(0);
    box.press('knob');
    box.turn(1);
    expect(box.touches()).toBe(3);
  });
});

describe('lost events', () => {
  it('never make a shut-down of a missing release', () => {
    const box = panelRig(IDLE);
    box.down('connect');
    box.wait(2500);
    expect(box.text()).toMatch(/Shutting ?down/);
    box.shell.control({ type: 'cancel' });
    expect(box.text()).not.toMatch(/Shutting ?down/);
    box.wait(10_000);
    box.up('connect');
    expect(box.requests()).toEqual([]);
  });

  it('free keys that went down on a dark screen', () => {
    const box = panelRig(IDLE);
    box.wait(6 * MINUTE);
    box.down('knob');
    box.shell.control({ type: 'cancel' });
    box.press('knob');
    expect(box.text()).toContain('Menu');
  });

  it('are not made by the program standing still: a short press stays short', () => {
    const box = panelRig(IDLE);
    box.down('connect');
    const atMs = box.clock.nowMs();
    box.wait(20);
    box.clock.stall(6000);
    box.wait(0);
    box.shell.control({ type: 'up', key: 'connect' }, atMs + 120);
    box.wait(1000);
    expect(box.requests()).toEqual([]);
    expect(box.text()).toContain('Others will see');
  });

  it('nor by a wrong time of a key that goes down', () => {
    const box = panelRig(IDLE);
    box.shell.control({ type: 'down', key: 'connect' }, -1e9);
    box.wait(1000);
    box.up('connect');
    box.wait(1000);
    expect(box.requests()).toEqual([]);
  });

  it('but a key that is really held acts, after the program stood still', () => {
    const box = panelRig(IDLE);
    box.down('connect');
    box.clock.stall(6000);
    box.wait(100);
    expect(box.requests()).toEqual([{ type: 'shutDown' }]);
  });
});

describe('lamps', () => {
  it('CONNECT blinks while it tries, is on while connected, off otherwise', () => {
    const box = panelRig({ ...IDLE, shownProfile: IDLE.profile });
    expect(box.lamps()?.connect).toBe('off');
    box.press('connect');
    box.wait(3100);
    expect(box.lamps()?.connect).toBe('blink');
    box.welcomeIn();
    expect(box.lamps()?.connect).toBe('on');
    box.server({ type: 'ended', reason: 'timeout' });
    box.wait(100);
    expect(box.lamps()?.connect).toBe('blink');
  });

  it('MUTE is on whenever nobody hears you', () => {
    expect(lampsOf(IDLE).mute).toBe('off');
    expect(lampsOf({ ...IDLE, sound: { ...IDLE.sound, mute: 'start' } }).mute).toBe('on');
    expect(lampsOf({ ...IDLE, sound: { ...IDLE.sound, mute: 'feedback' } }).mute).toBe('on');
    expect(lampsOf(playingBox()).mute).toBe('off');
    expect(lampsOf(playingBox({ licence: 'required' })).mute).toBe('on');
    expect(lampsOf(RECORDED).mute).toBe('on');
  });

  it('RECORDING is on for as long as the server records, answered or not', () => {
    const box = panelRig(playingBox());
    expect(box.lamps()?.recording).toBe('off');
    box.server({ type: 'recorderState', state: 'recording' });
    box.wait(100);
    expect(box.lamps()?.recording).toBe('on');
    box.wait(500);
    box.press('knob');
    expect(box.lamps()?.recording).toBe('on');
    box.server({ type: 'recorderState', state: 'not-enabled' });
    box.wait(100);
    expect(box.lamps()?.recording).toBe('off');
  });

  it('go off at the end, and the last frame stays', () => {
    const box = panelRig(playingBox());
    const last = box.frame();
    box.shell.close();
    expect(box.lamps()).toEqual({ connect: 'off', mute: 'off', recording: 'off' });
    box.server({ type: 'ping', ms: 99 });
    expect(box.wait(MINUTE)).toBe(0);
    expect(box.frame()).toBe(last);
  });
});

describe('several screens', () => {
  it('show the same, also one that comes later, until it goes', () => {
    const box = panelRig(playingBox(), { servers: [serverRow('Attic')] });
    const frames: Uint8Array[] = [];
    const detach = box.shell.attachScreen({ show: (frame) => frames.push(frame), setLight: () => {} });
    expect(frames.at(-1)).toBe(box.frame());
    box.press('mute');
    expect(frames.at(-1)).toBe(box.frame());
    detach();
    const count = frames.length;
    box.press('mute');
    expect(frames.length).toBe(count);
  });
});

describe('whatever the controls tell', () => {
  it('only CONNECT held for four seconds, with nothing lost meanwhile, shuts down', () => {
    const step = fc.tuple(
      fc.oneof(
        fc.record({ type: fc.constantFrom('down' as const, 'up' as const), key: fc.constantFrom(...KEYS) }),
        fc.record({ type: fc.constantFrom('down' as const, 'up' as const), key: fc.constant('connect' as const) }),
        fc.record({ type: fc.constant('turn' as const), steps: fc.integer({ min: -16, max: 16 }) }),
        fc.record({ type: fc.constant('cancel' as const) }),
      ),
      fc.constantFrom(0, 1, 60, 300, 900, 2000, 3900, 4200, 400_000),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const box = panelRig(playingBox());
        let heldSinceMs = Number.POSITIVE_INFINITY;
        for (const [control, waitMs, stands] of steps) {
          if (stands) box.clock.stall(waitMs);
          else box.wait(waitMs);
          const nowMs = box.clock.nowMs();
          if (box.requests().some(({ type }) => type === 'shutDown')) {
            expect(nowMs - heldSinceMs).toBeGreaterThanOrEqual(4000);
            return;
          }
          box.shell.control(control);
          if (control.type === 'down' && control.key === 'connect') heldSinceMs = Math.min(heldSinceMs, nowMs);
          if (control.type === 'cancel' || (control.type === 'up' && control.key === 'connect')) {
            heldSinceMs = Number.POSITIVE_INFINITY;
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
