import { describe, expect, it } from 'vitest';
import type { BoxState } from '../../../src/box/state.ts';
import { FRAME_WIDTH, fillRect, newFrame, pixelAt } from '../../../src/faces/panel/frame.ts';
import { reducePanel } from '../../../src/faces/panel/panel.ts';
import type { PanelInput } from '../../../src/faces/panel/press-grammar.ts';
import {
  brightness,
  hasNews,
  mustBeSeen,
  newCare,
  touched,
  wake,
  withShift,
} from '../../../src/faces/panel/screen-care.ts';
import { around } from '../../box/around.ts';
import { IDLE, playingBox, scene } from './scenes.ts';

describe('the screen', () => {
  it('dims after a minute and goes off after five', () => {
    const care = newCare(0);
    expect(brightness(care, false, 59_999)).toBe('bright');
    expect(brightness(care, false, 60_000)).toBe('dim');
    expect(brightness(care, false, 299_999)).toBe('dim');
    expect(brightness(care, false, 300_000)).toBe('off');
  });

  it('never goes off while something must be seen', () => {
    expect(brightness(newCare(0), true, 1e9)).toBe('dim');
  });

  it('must be seen while a recording notice, a licence, mute or an error stands', () => {
    expect(mustBeSeen(around(IDLE))).toBe(false);
    const recorder = { state: 'recording', waitOver: false, notice: 'join' } as const;
    expect(mustBeSeen(playingBox({ recorder }))).toBe(true);
    expect(mustBeSeen(playingBox({ licence: 'required' }))).toBe(true);
    expect(mustBeSeen({ ...IDLE, sound: { ...IDLE.sound, mute: 'start' } })).toBe(true);
    expect(mustBeSeen({ ...IDLE, problem: 'no-answer' })).toBe(true);
    expect(mustBeSeen(around(IDLE, { systemProblems: ['too-hot'] }))).toBe(true);
  });

  it('goes off over notes that nobody is in a hurry to read, and shows them at the next touch', () => {
    expect(mustBeSeen(around(IDLE, { systemProblems: ['settings-restored', 'settings-mistakes'] }))).toBe(false);
  });

  it('is only woken by the first press when it is dark', () => {
    const dark = touched(newCare(0), { type: 'down', key: 'knob' }, 'off', 400_000);
    expect(dark.pass).toBe(false);
    expect(brightness(dark.care, false, 400_000)).toBe('bright');
    const release = touched(dark.care, { type: 'up', key: 'knob' }, 'bright', 400_100);
    expect(release.pass).toBe(false);
    expect(touched(release.care, { type: 'down', key: 'knob' }, 'bright', 400_200).pass).toBe(true);
    expect(touched(newCare(0), { type: 'turn', steps: 1 }, 'off', 400_000).pass).toBe(false);
  });

  it('takes presses when it is dim, and wakes for news', () => {
    expect(touched(newCare(0), { type: 'down', key: 'mute' }, 'dim', 70_000).pass).toBe(true);
    expect(brightness(wake(newCare(0), 500_000), false, 500_001)).toBe('bright');
  });

  it('wakes for a screen that comes by itself, not for one that is opened', () => {
    const panelAfter = (box: BoxState, input: PanelInput) => reducePanel(scene(box), input).panel;
    const start = panelAfter(IDLE, { type: 'tick' });
    const recorder = { state: 'recording', waitOver: false, notice: 'started' } as const;
    expect(hasNews(start, panelAfter(playingBox({ recorder }), { type: 'tick' }))).toBe(true);
    expect(hasNews(start, panelAfter(IDLE, { type: 'choose' }))).toBe(false);
  });

  it('moves its picture by at most a pixel, every minute', () => {
    const frame = newFrame();
    fillRect(frame, { x: 10, y: 10, width: 1, height: 1 });
    const places = [0, 1, 2, 3, 4].map((minute) => {
      const moved = withShift(frame, minute * 60_000);
      for (let index = 0; index < FRAME_WIDTH * 64; index++) {
        const [x, y] = [index % FRAME_WIDTH, Math.floor(index / FRAME_WIDTH)];
        if (pixelAt(moved, x, y)) return `${x},${y}`;
      }
      return '';
    });
    expect(places).toEqual(['10,10', '11,10', '11,11', '10,11', '10,10']);
  });
});
