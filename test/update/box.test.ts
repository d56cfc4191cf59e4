/** The box's side of updates: what the panel shows, what is asked of root, and that nobody plays meanwhile. */

import { describe, expect, it, vi } from 'vitest';
import type { UpdateReport } from '../../src/box/state.ts';
import type { RootRequest } from '../../src/linux/requests.ts';
import { reportText } from '../../src/update/report.ts';
import { type Rig, startRig, useFolderAndClock } from '../app/app-rig.ts';
import { seen } from '../box/seen.ts';

const VERSION = '0.2.0+20261124.abc1234';
const AVAILABLE: UpdateReport = { update: { kind: 'available', version: VERSION }, check: false };
const INSTALLING: UpdateReport = { update: { kind: 'installing', version: VERSION, progress: 0.4 }, check: false };
const RESTARTING: UpdateReport = { update: { kind: 'restarting' }, check: false };
const NONE: UpdateReport = { update: { kind: 'none' }, check: false };
const SERVER = { address: '203.0.113.9', label: 'Cellar' };

const folder = useFolderAndClock();

/** A box on a machine whose root says `report`. */
async function image(report: UpdateReport, check?: boolean) {
  const root = { says: reportText(report), asked: [] as RootRequest[], isThere: true };
  const rig = await startRig(folder.path, '', {
    root: {
      read: () => root.says,
      ask: (request) => {
        root.asked.push(request);
        return root.isThere;
      },
      check,
    },
  });
  return {
    ...rig,
    root,
    say(next: UpdateReport) {
      root.says = reportText(next);
      vi.advanceTimersByTime(2000);
    },
  };
}

const shown = ({ box }: Pick<Rig, 'box'>) => seen(box());

describe('a box on a desk', () => {
  it('has no page for updates', async () => {
    const rig = await startRig(folder.path);
    expect(shown(rig).absent).toContain('update');
  });
});

describe('a box on its image', () => {
  it('shows what root reports', async () => {
    const box = await image(NONE);
    box.begin();
    expect(shown(box)).toMatchObject({ update: NONE.update, updateCheck: false });
    expect(shown(box).absent).not.toContain('update');
    for (const report of [AVAILABLE, INSTALLING, { ...RESTARTING, check: true }]) {
      box.say(report);
      expect(shown(box)).toMatchObject({ update: report.update, updateCheck: report.check });
    }
    box.root.says = 'half of';
    vi.advanceTimersByTime(2000);
    expect(shown(box).absent).toContain('update');
  });

  it('asks root to install, and lets nobody connect from then on', async () => {
    const box = await image(AVAILABLE);
    box.begin();
    box.dispatch({ type: 'startUpdate' });
    expect(box.root.asked).toEqual(['update-install']);
    expect(shown(box).update).toEqual({ kind: 'installing', version: VERSION, progress: 0 });
    box.dispatch({ type: 'connectPressed', server: SERVER });
    expect(box.box().link.kind).toBe('idle');
    for (const report of [INSTALLING, RESTARTING]) {
      box.say(report);
      box.dispatch({ type: 'connectPressed', server: SERVER });
      expect(box.box().link.kind).toBe('idle');
    }
    box.say({ update: { kind: 'undone', version: VERSION }, check: false });
    box.dispatch({ type: 'connectPressed', server: SERVER });
    expect(box.box().link.kind).toBe('resolving');
  });

  it('does not ask while somebody plays', async () => {
    const box = await image(AVAILABLE);
    box.begin();
    box.join(SERVER.address);
    box.dispatch({ type: 'startUpdate' });
    expect(box.root.asked).toEqual([]);
  });

  it('offers again what root did not begin', async () => {
    const box = await image(AVAILABLE);
    box.begin();
    box.dispatch({ type: 'startUpdate' });
    vi.advanceTimersByTime(62_000);
    expect(shown(box).update).toEqual(AVAILABLE.update);
    box.root.isThere = false;
    box.dispatch({ type: 'startUpdate' });
    expect(shown(box).update).toEqual(AVAILABLE.update);
  });

  it('waits with connecting at power-on until a new system is kept', async () => {
    const box = await image(RESTARTING);
    box.begin(SERVER);
    vi.advanceTimersByTime(30_000);
    expect(box.box().link.kind).toBe('idle');
    box.say(NONE);
    expect(box.box().link.kind).toBe('resolving');
  });

  it('says that the old version is back until somebody has read it', async () => {
    const box = await image({ update: { kind: 'undone', version: VERSION }, check: false });
    box.begin();
    expect(shown(box).update).toEqual({ kind: 'undone', version: VERSION });
    box.dispatch({ type: 'updateSeen' });
    expect(box.root.asked).toEqual(['update-seen']);
    expect(shown(box).update).toEqual({ kind: 'none' });
  });

  it('switches the question to the server, which stays off until then (privacy C9)', async () => {
    const box = await image(NONE);
    box.begin();
    vi.advanceTimersByTime(60_000);
    expect(box.root.asked).toEqual([]);
    box.dispatch({ type: 'setUpdateCheck', on: true });
    expect(box.root.asked).toEqual(['update-check-on']);
    expect(shown(box).updateCheck).toBe(true);
    box.say({ ...NONE, check: true });
    box.dispatch({ type: 'setUpdateCheck', on: false });
    expect(box.root.asked).toEqual(['update-check-on', 'update-check-off']);
    expect(shown(box).updateCheck).toBe(false);
  });

  it("does as the installer's file says at every start, once", async () => {
    const box = await image(NONE, true);
    box.begin();
    expect(box.root.asked).toEqual(['update-check-on']);
    box.say({ ...NONE, check: true });
    box.dispatch({ type: 'setUpdateCheck', on: false });
    box.say(NONE);
    box.say({ ...AVAILABLE });
    expect(box.root.asked).toEqual(['update-check-on', 'update-check-off']);
    const other = await image({ ...NONE, check: true }, true);
    other.begin();
    expect(other.root.asked).toEqual([]);
  });
});
