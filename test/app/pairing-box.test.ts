/** The phone page as the panel and the files of the box know it. */

import { describe, expect, it, vi } from 'vitest';
import { createPhoneAccess } from '../../src/app/phones/phone-access.ts';
import { seen } from '../box/seen.ts';
import { onDisk, startRig, useFolderAndClock, written } from './app-rig.ts';

const folder = useFolderAndClock();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function pair(phones: ReturnType<typeof createPhoneAccess>): string {
  phones.newCode();
  const result = phones.tryCode(phones.access().pairingCode ?? '');
  return result.kind === 'right' ? result.token : '';
}

describe('the panel', () => {
  it('has no page for phones without one, nor while no port is open', async () => {
    expect(seen((await startRig(folder.path)).box()).absent).toContain('phone');
    const phones = createPhoneAccess({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { phones });
    expect(seen(rig.box()).absent).toContain('phone');
    phones.setAddress('http://192.0.2.7');
    expect(seen(rig.box()).absent).not.toContain('phone');
    expect(seen(rig.box()).pageAddress).toBe('http://192.0.2.7');
  });

  it('shows a code when it is asked for, for two minutes', async () => {
    const phones = createPhoneAccess({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { phones });
    expect(seen(rig.box()).pairingCode).toBeNull();
    rig.dispatch({ type: 'newPairingCode' });
    expect(seen(rig.box()).pairingCode).toMatch(/^\d{6}$/);
    await pass(119_000);
    expect(seen(rig.box()).pairingCode).not.toBeNull();
    await pass(2000);
    expect(seen(rig.box()).pairingCode).toBeNull();
  });
});

describe('the files of the box', () => {
  it('hold the hash of a cookie, and nothing by which somebody could get in', async () => {
    const phones = createPhoneAccess({ keys: [], pin: '402913' });
    const rig = await startRig(folder.path, '', { phones });
    rig.begin();
    const token = pair(phones);
    await pass(3000);
    await onDisk(() => written(folder.path).includes(phones.access().phones[0]?.hash ?? 'none'));
    expect(written(folder.path)).not.toContain(token);
    expect(written(folder.path)).not.toContain('402913');
    await rig.end();
  });

  it('forget the phones in every generation', async () => {
    const phones = createPhoneAccess({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { phones });
    rig.begin();
    const token = pair(phones);
    await pass(3000);
    const hash = phones.access().phones[0]?.hash ?? 'none';
    await onDisk(() => written(folder.path).includes(hash));
    rig.dispatch({ type: 'forgetPhones' });
    expect(phones.roleOf(token)).toBeNull();
    await onDisk(() => !written(folder.path).includes(hash));
    await rig.end();
  });

  it('forgetting everything forgets the phones, forgetting people does not', async () => {
    const phones = createPhoneAccess({ keys: [], pin: null });
    const rig = await startRig(folder.path, '', { phones });
    const token = pair(phones);
    rig.dispatch({ type: 'forget', what: 'people-and-servers' });
    expect(phones.roleOf(token)).toBe('player');
    rig.dispatch({ type: 'forget', what: 'everything' });
    expect(phones.roleOf(token)).toBeNull();
    await rig.end();
  });
});

describe('the end', () => {
  it('restarting leaves first, and is no shut-down', async () => {
    const rig = await startRig(folder.path);
    rig.dispatch({ type: 'quit', code: 0, afterEnd: 'restart' });
    expect(seen(rig.box()).power).toBe('stopping');
    expect(await rig.saved()).toBe('restart');
    expect(seen(rig.box()).power).toBe('stopping');
  });
});
