/** Updates: what root says, what is asked of it, and that nobody begins to play meanwhile. */

import { describe, expect, it } from 'vitest';
import { isUpdating } from '../../src/box/policy.ts';
import type { UpdateReport } from '../../src/box/state.ts';
import { NO_UPDATES } from '../../src/box/update.ts';
import { updateCheck, updateNow } from '../../src/box/views.ts';
import { ATTIC, makeBox, playing, type TestBox } from './box.ts';

const VERSION = '0.2.0';
const AVAILABLE: UpdateReport = { update: { kind: 'available', version: VERSION }, check: false };
const NONE: UpdateReport = { update: { kind: 'none' }, check: false };
const RESTARTING: UpdateReport = { update: { kind: 'restarting' }, check: false };
const UNDONE: UpdateReport = { update: { kind: 'undone', version: VERSION }, check: false };

const asked = (box: TestBox) => box.all().flatMap((effect) => (effect.type === 'askRoot' ? [effect.request] : []));
const tell = (box: TestBox, report: UpdateReport | null) => box.send({ type: 'updateReported', report });
const machine = (report: UpdateReport | null, wantedCheck: boolean | null = null) =>
  makeBox({}, { update: { ...NO_UPDATES, report, canCheck: true, wantedCheck } });

describe('An update', () => {
  it('is asked of root once, counts at once, and is offered again when root does not begin', () => {
    const box = machine(AVAILABLE);
    box.send({ type: 'startUpdate' });
    box.send({ type: 'startUpdate' });
    expect(asked(box)).toEqual(['update-install']);
    expect(updateNow(box.state())).toEqual({ kind: 'installing', version: VERSION, progress: 0 });
    box.send({ type: 'timer', id: 'update' });
    expect(updateNow(box.state())).toEqual(AVAILABLE.update);
    box.send({ type: 'startUpdate' });
    box.send({ type: 'updateRefused' });
    expect(updateNow(box.state())).toEqual(AVAILABLE.update);
  });

  it('is not begun while somebody plays, nor where there is none', () => {
    const box = machine(AVAILABLE);
    playing(box);
    box.send({ type: 'startUpdate' });
    const other = machine(NONE);
    other.send({ type: 'startUpdate' });
    const desk = makeBox();
    desk.send({ type: 'startUpdate' });
    expect([asked(box), asked(other), asked(desk)]).toEqual([[], [], []]);
  });

  it('lets nobody connect until it is over', () => {
    const box = machine(RESTARTING);
    box.send({ type: 'connectPressed', server: ATTIC });
    expect([isUpdating(box.state()), box.state().link.kind]).toEqual([true, 'idle']);
    tell(box, UNDONE);
    box.send({ type: 'connectPressed', server: ATTIC });
    expect([isUpdating(box.state()), box.state().link.kind]).toEqual([false, 'resolving']);
  });

  it('at power-on keeps the server until the new system is kept, then goes there, and only once', () => {
    const box = machine(RESTARTING);
    box.send({ type: 'started', server: ATTIC });
    expect(box.state().link.kind).toBe('idle');
    tell(box, NONE);
    expect(box.state()).toMatchObject({ link: { kind: 'resolving' }, server: ATTIC, update: { startServer: null } });
  });

  it('that went wrong is told until somebody has read it', () => {
    const box = machine(UNDONE);
    box.send({ type: 'updateSeen' });
    box.send({ type: 'updateSeen' });
    expect([asked(box), updateNow(box.state())]).toEqual([['update-seen'], { kind: 'none' }]);
  });
});

describe('Looking for updates', () => {
  it('C9: is off until somebody switches it on, and there is nobody to ask without a server', () => {
    const box = machine(NONE);
    expect(updateCheck(box.state())).toBe(false);
    box.send({ type: 'setUpdateCheck', on: true });
    expect([asked(box), updateCheck(box.state())]).toEqual([['update-check-on'], true]);
    expect(updateCheck(makeBox({}, { update: { ...NO_UPDATES, report: NONE } }).state())).toBeNull();
    expect(updateCheck(makeBox().state())).toBeNull();
  });

  it('is as the installer says at the start, asked once; afterwards people decide', () => {
    const box = machine(null, true);
    expect(asked(box)).toEqual([]);
    tell(box, NONE);
    tell(box, { ...NONE, check: true });
    box.send({ type: 'setUpdateCheck', on: false });
    tell(box, NONE);
    expect(asked(box)).toEqual(['update-check-on', 'update-check-off']);
    const already = machine(null, true);
    tell(already, { ...NONE, check: true });
    expect(asked(already)).toEqual([]);
  });
});
