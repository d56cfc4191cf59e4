/** The figures that every face shows: one computation, and the same words on OLED and terminal. */
import { describe, expect, it } from 'vitest';
import type { JitterChoice } from '../../src/box/state.ts';
import { statusLine } from '../../src/box/status-line.ts';
import { buffers, delayFigure, delayWith, isBeyondMeaning } from '../../src/box/views.ts';
import { bufferWords } from '../../src/faces/panel/status-rows.ts';
import { makeBox, playing, type TestBox } from './box.ts';

function connected(jitter: JitterChoice): TestBox {
  const box = makeBox();
  box.send({ type: 'setJitter', jitter });
  playing(box);
  box.send({ type: 'deviceRunning', description: 'card', periodFrames: 64, latencyFrames: 0, inputs: 2, outputs: 2 });
  box.send({ type: 'engineCounters', misses: 0, xruns: 0, audioReceived: 0, jitterBlocks: 2 });
  box.session({ type: 'serverJitterBlocks', blocks: 10 });
  box.session({ type: 'ping', ms: 12 });
  return box;
}

describe('The buffers', () => {
  it.each<[string, JitterChoice, number]>([
    ['Fast, whatever the server said last', { kind: 'fast' }, 2],
    ['Normal, as the server says', { kind: 'normal' }, 10],
    ['Safe, whatever the server said last', { kind: 'safe' }, 20],
    ['chosen by number', { kind: 'fixed', clientBlocks: 3, serverBlocks: 7 }, 7],
  ])('at the server: %s', (_, jitter, serverBlocks) => {
    const state = connected(jitter).state();
    expect(buffers(state)).toEqual({ clientBlocks: 2, serverBlocks });
    expect(bufferWords(state)).toBe(`2+${serverBlocks}`);
    expect(statusLine(state)).toContain(`buffers 2+${serverBlocks}`);
  });

  it('of an engine that has not said are not known to the panel', () => {
    expect(bufferWords(makeBox().state())).toMatch(/^--\+/);
  });
});

describe('The delay', () => {
  it('grows with the buffers, and is not known without a connection', () => {
    const state = connected({ kind: 'fast' }).state();
    const now = delayFigure(state)?.ms ?? 0;
    expect(delayWith(state)).toBe(now);
    expect(delayWith(state, { serverBlocks: 20 })).toBeGreaterThan(now);
    expect(delayWith(makeBox().state())).toBeNull();
    expect(delayFigure(makeBox().state())).toBeNull();
  });

  it('means nothing above half a second', () => {
    const box = connected({ kind: 'fast' });
    expect(isBeyondMeaning(box.state())).toBe(false);
    box.session({ type: 'ping', ms: 501 });
    expect(isBeyondMeaning(box.state())).toBe(true);
  });
});
