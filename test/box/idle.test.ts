/** "Still playing?", with the box's own timer. */
import { describe, expect, it } from 'vitest';
import { NO_CHOICES } from '../../src/box/choices.ts';
import { habits, QUESTION_MS } from '../../src/box/idle.ts';
import { PLAIN_SETUP } from '../../src/box/initial-state.ts';
import { makeBox, playing, type TestBox } from './box.ts';

const MINUTE_MS = 60_000;
const setup = { ...PLAIN_SETUP, habits: { startMuted: false, idleMinutes: 2 } };
const question = (box: TestBox) => box.state().idle.questionUntilMs;

/** When the box wants to be woken for it; undefined = not at all. */
function wakesAtMs(box: TestBox): number | undefined {
  const last = box
    .all()
    .findLast((effect) => (effect.type === 'timer' || effect.type === 'cancelTimer') && effect.id === 'idle');
  return last?.type === 'timer' ? last.atMs : undefined;
}

function wake(box: TestBox): void {
  box.at(wakesAtMs(box) ?? Number.NaN);
  box.send({ type: 'timer', id: 'idle' });
}

describe('"Still playing?"', () => {
  it('is asked after the time, stands for a minute, and without an answer the box leaves', () => {
    const box = makeBox({}, { setup });
    playing(box);
    expect(wakesAtMs(box)).toBe(2 * MINUTE_MS);
    wake(box);
    expect(question(box)).toBe(2 * MINUTE_MS + QUESTION_MS);
    wake(box);
    expect([question(box), box.state().link.kind]).toEqual([null, 'leaving']);
  });

  it('comes later for each touch, without a timer for each', () => {
    const box = makeBox({}, { setup });
    playing(box);
    box.at(MINUTE_MS);
    box.send({ type: 'touched' });
    expect(box.last().filter(({ type }) => type === 'timer')).toEqual([]);
    wake(box);
    expect(question(box)).toBeNull();
    expect(wakesAtMs(box)).toBe(3 * MINUTE_MS);
  });

  it('stands longer for somebody who turns the knob, and "Yes" begins anew', () => {
    const box = makeBox({}, { setup });
    playing(box);
    wake(box);
    box.at(2.5 * MINUTE_MS);
    box.send({ type: 'touched' });
    expect(question(box)).toBe(2.5 * MINUTE_MS + QUESTION_MS);
    box.send({ type: 'stillPlaying' });
    expect([question(box), wakesAtMs(box)]).toEqual([null, 4.5 * MINUTE_MS]);
  });

  it('is never asked where nobody wants it, nor without a connection', () => {
    const never = makeBox();
    playing(never);
    expect(wakesAtMs(never)).toBeUndefined();
    const box = makeBox({}, { setup });
    playing(box);
    box.session({ type: 'ended', reason: 'server-said-goodbye' });
    expect(wakesAtMs(box)).toBeUndefined();
  });

  it('asks as people have chosen, from now on; where the menu is locked only the PIN chooses', () => {
    const box = makeBox({}, { setup });
    playing(box);
    box.send({ type: 'setHabits', change: { idleMinutes: 30 } });
    expect(wakesAtMs(box)).toBe(30 * MINUTE_MS);
    const chosen = { ...NO_CHOICES, idleMinutes: 30 };
    const locked = makeBox({}, { setup: { ...setup, menuLocked: true }, choices: chosen });
    expect(habits(locked.state()).idleMinutes).toBe(2);
  });
});
