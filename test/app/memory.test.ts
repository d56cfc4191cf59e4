import { writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { musician } from '../box/box.ts';
import { seen } from '../box/seen.ts';
import { fullList, listed } from '../jamulus/directory-network.ts';
import { DIRECTORY, onDisk, PUBLIC, type Rig, startRig, useFolderAndClock, written } from './app-rig.ts';

const folder = useFolderAndClock();

const read = () => written(folder.path);

function meet(rig: Rig, ...names: string[]): void {
  rig.dispatch({ type: 'session', event: { type: 'clientList', clients: names.map((name, i) => musician(i, name)) } });
}

describe('what the box remembers', () => {
  it('keeps the neutral name that it has made up once', async () => {
    const first = await startRig(folder.path);
    first.begin();
    await first.end();
    expect((await startRig(folder.path)).box().profile.name).toBe('Box-7F3A');
    expect(read()).toContain('"name":"Box-7F3A"');
  });

  it('is written two seconds after a change, once for many changes, and by itself', async () => {
    const rig = await startRig(folder.path);
    rig.dispatch({ type: 'setSound', change: { boost: 2 } });
    await vi.advanceTimersByTimeAsync(1900);
    rig.dispatch({ type: 'setSound', change: { boost: 3 } });
    expect(read()).toBe('');
    await vi.advanceTimersByTimeAsync(200);
    await onDisk(() => read().includes('"boost":3'));
    expect(read()).toContain('jambox-state 1 ');
    expect(read()).not.toContain('"boost":2');
  });

  it('is whole after quitting: profile, sound, buffers, levels, last server', async () => {
    const rig = await startRig(folder.path);
    rig.dispatch({ type: 'setProfile', profile: { ...rig.box().profile, name: 'Ünal 音' } });
    rig.dispatch({ type: 'setSound', change: { masterLevel: 40, mode: 'mono' } });
    rig.dispatch({ type: 'setJitter', jitter: { kind: 'safe' } });
    rig.join('192.0.2.7:22124', 'Cellar');
    meet(rig, 'Anna');
    rig.dispatch({ type: 'setMix', channelId: 0, change: { gain: 0.25 } });
    await rig.end();
    const again = await startRig(folder.path);
    expect(again.box()).toMatchObject({
      profile: { name: 'Ünal 音' },
      sound: { masterLevel: 40, mode: 'mono' },
      jitter: { kind: 'safe' },
      server: { address: '192.0.2.7:22124', label: 'Cellar' },
      mixes: { others: [{ name: 'Anna', mix: { gain: 0.25 } }] },
    });
    expect(seen(again.box()).servers).toMatchObject([{ name: 'Cellar', lists: ['recent'] }]);
  });

  it('holds nothing of the installer and the command line: without them the own choice counts again', async () => {
    const first = await startRig(folder.path);
    first.dispatch({ type: 'setProfile', profile: { ...first.box().profile, name: 'Mine', city: 'Ulm' } });
    await first.end();
    const room = '[profile]\nname = "Room 2"\n[sound]\nboost = 5';
    const second = await startRig(folder.path, room, {}, { jitter: { kind: 'fast' } });
    expect(second.box()).toMatchObject({ profile: { name: 'Room 2', city: 'Ulm' }, sound: { boost: 5 } });
    second.dispatch({ type: 'setProfile', profile: { ...second.box().profile, city: 'Jena' } });
    await second.end();
    expect((await startRig(folder.path)).box()).toMatchObject({
      profile: { name: 'Mine', city: 'Jena' },
      sound: { boost: 1 },
      jitter: { kind: 'normal' },
    });
  });

  it('C1: who sees the profile has been shown once it was joined with, until the profile changes', async () => {
    const first = await startRig(folder.path);
    first.join('192.0.2.7:22124');
    await first.end();
    const second = await startRig(folder.path);
    expect(second.box().shownProfile).toEqual(second.box().profile);
    second.dispatch({ type: 'setProfile', profile: { ...second.box().profile, city: 'Ulm' } });
    await second.end();
    expect((await startRig(folder.path)).box().shownProfile).toBeNull();
  });

  it('C10: of other people nothing is written but the levels that the player has set', async () => {
    const rig = await startRig(folder.path);
    rig.begin();
    rig.dispatch(PUBLIC);
    await vi.advanceTimersByTimeAsync(10);
    rig.say(DIRECTORY, fullList(listed('198.51.100.7', 22124, 'Cellar')));
    await vi.advanceTimersByTimeAsync(10);
    const cellar = { address: '198.51.100.7', port: 22124 };
    rig.say(cellar, { type: 'CLM_CONN_CLIENTS_LIST', clients: [musician(0, 'Joker')] });
    rig.join('198.51.100.7:22124', 'Cellar');
    meet(rig, 'Anna', 'Robin');
    rig.dispatch({ type: 'session', event: { type: 'chat', html: 'Batman: secret' } });
    rig.dispatch({ type: 'session', event: { type: 'welcome', html: 'Welcome to Wayne' } });
    rig.dispatch({ type: 'setMix', channelId: 0, change: { gain: 0.5 } });
    await vi.advanceTimersByTimeAsync(120_000);
    await rig.end();
    expect(read()).toContain('"name":"Anna"');
    expect(read()).toContain('Cellar');
    for (const word of ['Robin', 'Joker', 'Batman', 'secret', 'Wayne', 'Gotham']) expect(read()).not.toContain(word);
    for (const word of ['Anna', 'Robin', 'Cellar', '198.51']) expect(rig.logged.join()).not.toContain(word);
  });

  it.each(['people-and-servers', 'everything'] as const)(
    'C10: forgetting %s leaves no name in any file',
    async (what) => {
      const rig = await startRig(folder.path);
      rig.dispatch({ type: 'setProfile', profile: { ...rig.box().profile, name: 'Myself' } });
      rig.dispatch(PUBLIC);
      await vi.advanceTimersByTimeAsync(10);
      rig.say(DIRECTORY, fullList(listed('198.51.100.7', 22124, 'Cellar')));
      rig.dispatch({ type: 'setFavourite', address: '198.51.100.7:22124', on: true });
      await vi.advanceTimersByTimeAsync(3000);
      rig.join('198.51.100.7:22124', 'Cellar');
      meet(rig, 'Anna');
      rig.dispatch({ type: 'setMix', channelId: 0, change: { gain: 0.5 } });
      await vi.advanceTimersByTimeAsync(3000);
      await onDisk(() => read().includes('Anna') && read().includes('lists'));
      rig.dispatch({ type: 'leavePressed' });
      rig.dispatch({ type: 'session', event: { type: 'ended', reason: 'left' } });
      await vi.advanceTimersByTimeAsync(3000);
      rig.dispatch({ type: 'forget', what });
      await onDisk(() => !/Anna|Cellar|198\.51/.test(read()));
      expect(rig.box()).toMatchObject({ server: null, mixes: { others: [] } });
      expect(seen(rig.box()).servers).toEqual([]);
      const name = what === 'everything' ? 'Box-0001' : 'Myself';
      expect(rig.box().profile.name).toBe(name);
      expect(seen(rig.box()).firstStart).toBe(what === 'everything' ? 'play' : 'done');
      await rig.end();
      expect((await startRig(folder.path)).box()).toMatchObject({ server: null, profile: { name } });
      expect(read()).not.toMatch(/Anna|Cellar|198\.51/);
    },
  );

  it('C10: everything is wiped here before the machine is asked for what it keeps; people and servers ask for nothing', async () => {
    let asked = 0;
    const rig = await startRig(folder.path, '', { onWiped: () => asked++ });
    rig.dispatch({ type: 'forget', what: 'people-and-servers' });
    await vi.advanceTimersByTimeAsync(3000);
    await onDisk(() => read().includes('jambox-state 2 '));
    expect(asked).toBe(0);
    rig.dispatch({ type: 'forget', what: 'everything' });
    expect(asked).toBe(0);
    await onDisk(() => asked === 1);
  });

  it('what is forgotten while playing stays forgotten: the server goes with the end of the visit', async () => {
    const rig = await startRig(folder.path);
    rig.join('192.0.2.7:22124', 'Cellar');
    rig.dispatch({ type: 'forget', what: 'people-and-servers' });
    expect(rig.box().link.kind).toBe('connected');
    rig.dispatch({ type: 'leavePressed' });
    rig.dispatch({ type: 'session', event: { type: 'ended', reason: 'left' } });
    expect(rig.box().server).toBeNull();
    await rig.end();
    expect(read()).not.toContain('Cellar');
  });

  it('says so when the last settings are damaged, and goes on with those before', async () => {
    const first = await startRig(folder.path);
    for (const boost of [2, 3]) {
      first.dispatch({ type: 'setSound', change: { boost } });
      await vi.advanceTimersByTimeAsync(2100);
      await onDisk(() => read().includes(`"boost":${boost}`));
    }
    await first.end();
    expect(seen((await startRig(folder.path)).box()).systemProblems).toEqual([]);
    writeFileSync(`${folder.path}/state-b.json`, 'jambox-state nonsense');
    const second = await startRig(folder.path);
    expect(second.box().sound.boost).toBe(2);
    expect(seen(second.box()).systemProblems).toEqual(['settings-restored']);
  });

  it('plays on when nothing can be written, and logs it', async () => {
    writeFileSync(`${folder.path}/file`, '');
    const rig = await startRig(`${folder.path}/file/state`);
    rig.dispatch({ type: 'setSound', change: { boost: 2 } });
    await vi.advanceTimersByTimeAsync(2100);
    await onDisk(() => rig.logged.includes('settings: could not be saved'));
    expect(rig.box().sound.boost).toBe(2);
  });
});
