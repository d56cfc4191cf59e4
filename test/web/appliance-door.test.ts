/** The phone page as the panel and the files of the box know it. */
import { describe, expect, it, vi } from 'vitest';
import { createDoor } from '../../src/web/access/door.ts';
import { onDisk, startRig, useFolderAndClock, written } from '../appliance/appliance-rig.ts';

const folder = useFolderAndClock();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function pair(door: ReturnType<typeof createDoor>): string {
  door.newCode();
  const result = door.tryCode(door.report().pairingCode ?? '');
  return result.kind === 'right' ? result.token : '';
}

describe('the panel', () => {
  it('has no page for phones without one, nor while no port is open', async () => {
    expect((await startRig(folder.path)).appliance.extras().absent).toContain('phone');
    const door = createDoor({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { door });
    expect(rig.appliance.extras().absent).toContain('phone');
    door.setAddress('http://192.0.2.7');
    expect(rig.appliance.extras().absent).not.toContain('phone');
    expect(rig.appliance.extras().pageAddress).toBe('http://192.0.2.7');
  });

  it('shows a code when it is asked for, for two minutes', async () => {
    const door = createDoor({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { door });
    expect(rig.appliance.extras().pairingCode).toBeNull();
    rig.appliance.dispatch({ type: 'newPairingCode' });
    expect(rig.appliance.extras().pairingCode).toMatch(/^\d{6}$/);
    await pass(119_000);
    expect(rig.appliance.extras().pairingCode).not.toBeNull();
    await pass(2000);
    expect(rig.appliance.extras().pairingCode).toBeNull();
  });
});

describe('the files of the box', () => {
  it('hold the hash of a cookie, and nothing by which somebody could get in', async () => {
    const door = createDoor({ keys: [], pin: '402913' });
    const rig = await startRig(folder.path, '', { door });
    rig.appliance.start(null);
    const token = pair(door);
    await pass(3000);
    await onDisk(() => written(folder.path).includes(door.keys()[0]?.hash ?? 'none'));
    expect(written(folder.path)).not.toContain(token);
    expect(written(folder.path)).not.toContain('402913');
    await rig.end();
  });

  it('forget the phones in every generation', async () => {
    const door = createDoor({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { door });
    rig.appliance.start(null);
    const token = pair(door);
    await pass(3000);
    const hash = door.keys()[0]?.hash ?? 'none';
    await onDisk(() => written(folder.path).includes(hash));
    rig.appliance.dispatch({ type: 'reset', what: 'phones' });
    expect(door.roleOf(token)).toBeNull();
    await onDisk(() => !written(folder.path).includes(hash));
    await rig.end();
  });

  it('forgetting everything forgets the phones, forgetting people does not', async () => {
    const door = createDoor({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { door });
    const token = pair(door);
    rig.appliance.dispatch({ type: 'reset', what: 'people-and-servers' });
    expect(door.roleOf(token)).toBe('player');
    rig.appliance.dispatch({ type: 'reset', what: 'everything' });
    expect(door.roleOf(token)).toBeNull();
    await rig.end();
  });
});

describe('the end', () => {
  it('restarting leaves first, and is no shut-down', async () => {
    const rig = await startRig(folder.path);
    rig.appliance.dispatch({ type: 'restart' });
    expect(rig.appliance.extras().power).toBe('stopping');
    expect(await rig.appliance.ended()).toBe('restart');
    expect(rig.appliance.extras().power).toBe('stopping');
  });
});
