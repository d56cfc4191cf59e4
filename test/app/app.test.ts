import { describe, expect, it, vi } from 'vitest';
import { hostKey } from '../../src/jamulus/directory-types.ts';
import { FEATURE } from '../../src/jamulus/messages/clm-server-features.ts';
import { PUBLIC_DIRECTORIES } from '../../src/jamulus/public-directories.ts';
import { seen } from '../box/seen.ts';
import { fullList, listed, server } from '../jamulus/directory-network.ts';
import { DIRECTORY, HEALTHY, PUBLIC, type Rig, startRig, useFolderAndClock } from './app-rig.ts';

const MINUTE_MS = 60_000;
const CELLAR = { address: '198.51.100.7', port: 22124 };
const CELLAR_ADDRESS = '198.51.100.7:22124';

const folder = useFolderAndClock();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const question = ({ box }: Rig) => seen(box()).idleQuestionUntilMs;

describe('"Still playing?"', () => {
  it('is asked two hours after the last touch while connected; nobody answers: it leaves', async () => {
    const rig = await startRig(folder.path);
    rig.join(CELLAR_ADDRESS);
    await pass(119 * MINUTE_MS);
    rig.store.touched();
    await pass(119 * MINUTE_MS);
    expect(question(rig)).toBeNull();
    await pass(MINUTE_MS + 1000);
    expect(question(rig)! - performance.now()).toBeGreaterThan(55_000);
    await pass(MINUTE_MS + 1000);
    expect(rig.box().link.kind).toBe('idle');
    expect(question(rig)).toBeNull();
  });

  it('stands while the knob is turned, and "Yes" gives two hours more', async () => {
    const rig = await startRig(folder.path, '[menu]\nidle-minutes = 1');
    rig.join(CELLAR_ADDRESS);
    await pass(MINUTE_MS + 50_000);
    rig.store.touched();
    await pass(50_000);
    expect(rig.box().link.kind).toBe('connected');
    rig.dispatch({ type: 'stillPlaying' });
    expect(question(rig)).toBeNull();
    await pass(59_000);
    expect(question(rig)).toBeNull();
  });

  it('is never asked where the installer says so, nor without a connection', async () => {
    const never = await startRig(folder.path, '[menu]\nidle-minutes = 0');
    never.join(CELLAR_ADDRESS);
    await pass(1000 * MINUTE_MS);
    expect(question(never)).toBeNull();
    const idle = await startRig(folder.path);
    await pass(1000 * MINUTE_MS);
    expect(question(idle)).toBeNull();
  });
});

describe('the choice of servers', () => {
  it('C2: CONNECT, a favourite and a typed address send nothing to a directory', async () => {
    const rig = await startRig(folder.path);
    rig.begin();
    rig.store.touched();
    rig.join(CELLAR_ADDRESS);
    rig.dispatch({ type: 'setFavourite', address: CELLAR_ADDRESS, on: true });
    rig.dispatch({ type: 'leavePressed' });
    rig.dispatch({ type: 'session', event: { type: 'ended', reason: 'left' } });
    rig.store.touched();
    await pass(5000);
    rig.join(CELLAR_ADDRESS);
    await pass(10 * MINUTE_MS);
    expect(rig.sent.length).toBeGreaterThan(0);
    expect(rig.sent.filter((line) => !line.startsWith(CELLAR_ADDRESS))).toEqual([]);
  });

  it('C1: before anybody has joined with it, the server of the settings hears nothing of the box', async () => {
    const rig = await startRig(folder.path, `[server]\naddress = "${CELLAR_ADDRESS}"`);
    rig.begin();
    rig.store.touched();
    await pass(MINUTE_MS);
    expect(rig.box().server?.address).toBe(CELLAR_ADDRESS);
    expect(rig.sent).toEqual([]);
  });

  it('asks and pings while somebody looks at the list, and not a minute after the last touch', async () => {
    const rig = await startRig(folder.path);
    rig.begin();
    rig.dispatch(PUBLIC);
    await pass(10);
    rig.say(DIRECTORY, fullList(listed(CELLAR.address, CELLAR.port, 'Cellar', { city: 'Leeds' })));
    await pass(50_000);
    rig.store.touched();
    await pass(50_000);
    const before = rig.sent.length;
    expect(seen(rig.box()).servers).toContainEqual(
      expect.objectContaining({
        name: 'Cellar',
        address: CELLAR_ADDRESS,
        lists: ['public', 'custom', hostKey(DIRECTORY)],
      }),
    );
    await pass(5000);
    expect(rig.sent.length).toBeGreaterThan(before);
    await pass(10_000);
    const after = rig.sent.length;
    await pass(5 * MINUTE_MS);
    expect(rig.sent.length).toBe(after);
  });

  it('C2: favourites, this room and recent ask no directory, and a genre asks its own only', async () => {
    const directories = ['203.0.113.5:22324', ...PUBLIC_DIRECTORIES.map(({ address }) => address)];
    const looked: string[] = [];
    const rig = await startRig(folder.path, '', {
      directories,
      resolve: async ({ host, port, kind }) => {
        if (kind !== 'name') return { address: host, port };
        looked.push(host);
        return { address: '203.0.113.9', port };
      },
    });
    rig.dispatch({ type: 'setFavourite', address: CELLAR_ADDRESS, on: true });
    for (const group of ['room', 'favourites', 'recent', 'room'] as const) {
      rig.dispatch({ type: 'listServers', open: { group } });
      await pass(5000);
    }
    expect(looked).toEqual([]);
    expect(rig.sent.filter((line) => !line.startsWith(CELLAR_ADDRESS))).toEqual([]);
    rig.dispatch({ type: 'listServers', open: { group: 'public', genre: 'jazz' } });
    await pass(100);
    expect(looked).toEqual(['jazz.jamulus.app']);
    expect(rig.sent.at(-1)).toBe('203.0.113.9:22324 CLM_REQ_SERVER_LIST');
    rig.dispatch({ type: 'listServers', open: { group: 'public', directory: '203.0.113.5:22324' } });
    await pass(100);
    expect(rig.sent.at(-1)).toBe('203.0.113.5:22324 CLM_REQ_SERVER_LIST');
    expect(looked).toEqual(['jazz.jamulus.app']);
    rig.dispatch({ type: 'listServers', open: null });
    const sent = rig.sent.length;
    await pass(MINUTE_MS);
    expect(rig.sent.length).toBe(sent);
  });

  it('offers the lists that there are: own ones, all public ones, each genre once, each directory added', async () => {
    const address = 'list.example:22124';
    const rig = await startRig(folder.path, '', {
      directories: [...PUBLIC_DIRECTORIES.map((directory) => directory.address), address],
    });
    const lists = () => seen(rig.box()).serverLists.map(({ title, count }) => `${title} ${count}`);
    expect(lists()).toEqual([
      'Favourites 0',
      'This room 0',
      'Recent 0',
      'All public 0',
      ...['Any genre 0', 'Asia 0', 'Rock 0', 'Jazz 0', 'Classical, folk 0', 'Choral, barbershop 0'],
      'list.example:22124 0',
    ]);
    rig.dispatch({ type: 'setFavourite', address: CELLAR_ADDRESS, on: true });
    expect(lists()[0]).toBe('Favourites 1');
  });

  it('stops asking when it connects, and puts the server first among the recent ones, by its name', async () => {
    const rig = await startRig(folder.path);
    rig.dispatch(PUBLIC);
    await pass(10);
    rig.say(DIRECTORY, fullList(listed(CELLAR.address, CELLAR.port, 'Cellar')));
    rig.join(CELLAR_ADDRESS);
    const sent = rig.sent.length;
    await pass(MINUTE_MS);
    expect(rig.sent.length).toBe(sent);
    expect(seen(rig.box()).servers).toContainEqual(
      expect.objectContaining({ name: 'Cellar', lists: expect.arrayContaining(['recent']), favourite: false }),
    );
  });

  it('shows the last good list after a restart, without asking anybody', async () => {
    const first = await startRig(folder.path);
    first.dispatch(PUBLIC);
    await pass(10);
    first.say(DIRECTORY, fullList(listed(CELLAR.address, CELLAR.port, 'Cellar')));
    await first.end();
    const second = await startRig(folder.path);
    second.begin();
    await pass(MINUTE_MS);
    expect(seen(second.box()).servers).toContainEqual(
      expect.objectContaining({ name: 'Cellar', lists: expect.arrayContaining(['public']) }),
    );
    expect(second.sent).toEqual([]);
  });

  it('C5: while somebody is at the controls the last server says whether it records', async () => {
    const first = await startRig(folder.path);
    first.join(CELLAR_ADDRESS, 'Cellar');
    await first.end();
    const rig = await startRig(folder.path);
    const features = FEATURE.recordingEnabled | FEATURE.logging;
    rig.answers.set(CELLAR_ADDRESS, server({ version: '4.0.0', features }));
    rig.store.touched();
    await pass(2500);
    expect(seen(rig.box()).servers).toMatchObject([{ name: 'Cellar', records: true, keepsLog: true }]);
  });

  it('says that the list is blocked when no directory answers, and a favourite still works', async () => {
    const rig = await startRig(folder.path);
    rig.begin();
    rig.dispatch({ type: 'setFavourite', address: CELLAR_ADDRESS, on: true });
    rig.dispatch(PUBLIC);
    await pass(11_000);
    expect(seen(rig.box()).systemProblems).toEqual(['list-blocked']);
    expect(seen(rig.box()).servers).toMatchObject([{ address: CELLAR_ADDRESS, favourite: true }]);
  });

  it('shows nothing but the fixed server where there is one, and goes nowhere else', async () => {
    const fixedServer = { address: '192.0.2.1:22124', label: 'Home' };
    const toml = '[menu]\nlocked = true\n[panel]\ncontrols = "five-buttons"';
    const rig = await startRig(folder.path, toml, { fixedServer });
    rig.dispatch(PUBLIC);
    await pass(1000);
    expect(rig.sent).toEqual([]);
    expect(seen(rig.box())).toMatchObject({
      menuLocked: true,
      controls: 'buttons',
      servers: [{ name: 'Home', lists: ['favourites'] }],
      serverLists: [{ id: 'favourites', count: 1 }],
    });
    rig.dispatch({ type: 'connectPressed', server: { address: CELLAR_ADDRESS, label: 'Cellar' } });
    expect(rig.box().server).toEqual(fixedServer);
  });
});

describe("the installer's file", () => {
  it('its mistakes are told, not only logged', async () => {
    const rig = await startRig(folder.path, 'nonsense');
    expect(seen(rig.box())).toMatchObject({
      systemProblems: ['settings-mistakes'],
      mistakes: ['Line 1 is not understood: nonsense'],
    });
  });
});

describe('the machine', () => {
  it('its problems are shown, the most pressing first, and go when they are gone', async () => {
    const rig = await startRig(folder.path);
    rig.begin();
    expect(seen(rig.box())).toMatchObject({ systemProblems: [], temperatureC: 50, cpuPercent: 7 });
    rig.reading.now = { ...HEALTHY, carrier: false, address: null, temperatureC: 80, underVoltage: true };
    await pass(2000);
    expect(seen(rig.box())).toMatchObject({
      systemProblems: ['no-cable', 'weak-power', 'too-hot'],
      carrier: false,
      address: null,
    });
    rig.reading.now = { ...HEALTHY, address: null };
    await pass(2000);
    expect(seen(rig.box()).systemProblems).toEqual(['no-address']);
    rig.reading.now = HEALTHY;
    await pass(2000);
    expect(seen(rig.box()).systemProblems).toEqual([]);
  });

  it('the internet is missing only when no directory has an address', async () => {
    const rig = await startRig(folder.path, '', { directories: ['nowhere.example'] });
    rig.begin();
    rig.dispatch(PUBLIC);
    await pass(10);
    expect(seen(rig.box()).systemProblems).toEqual(['no-internet']);
  });

  it('tells the panel once a turn, and not at all while nothing changes', async () => {
    const rig = await startRig(folder.path);
    rig.begin();
    await pass(10);
    let calls = 0;
    const stop = rig.store.onChange(() => {
      calls += 1;
    });
    const before = seen(rig.box());
    const state = rig.box();
    await pass(MINUTE_MS);
    expect(rig.box()).toBe(state);
    expect(calls).toBe(0);
    rig.dispatch({ type: 'mutePressed' });
    rig.dispatch({ type: 'mutePressed' });
    await pass(0);
    expect(calls).toBe(1);
    expect(seen(rig.box())).toEqual(before);
    stop();
    rig.dispatch({ type: 'mutePressed' });
    await pass(0);
    expect(calls).toBe(1);
  });
});

describe('start and end', () => {
  it('leads through the first start, and never again', async () => {
    const rig = await startRig(folder.path);
    rig.reading.now = { ...HEALTHY, carrier: false };
    await pass(0);
    const step = () => seen(rig.box()).firstStart;
    expect(step()).toBe('network');
    rig.begin();
    rig.reading.now = HEALTHY;
    await pass(2000);
    expect(step()).toBe('play');
    rig.dispatch({ type: 'firstStartStep', done: 'play' });
    expect(step()).toBe('connect');
    rig.dispatch({ type: 'firstStartStep', done: 'connect' });
    expect(step()).toBe('done');
    await rig.end();
    expect(seen((await startRig(folder.path)).box()).firstStart).toBe('done');
  });

  it('shuts down: leaves, saves, then says that the plug may be pulled', async () => {
    const rig = await startRig(folder.path);
    rig.join(CELLAR_ADDRESS);
    rig.dispatch({ type: 'quit', code: 0, afterEnd: 'shut-down' });
    expect(seen(rig.box()).power).toBe('stopping');
    expect(rig.box()).toMatchObject({ link: { kind: 'leaving' }, life: { kind: 'quitting' } });
    rig.dispatch({ type: 'session', event: { type: 'ended', reason: 'left' } });
    expect(await rig.saved()).toBe('shut-down');
    expect(seen(rig.box()).power).toBe('off');
    expect((await startRig(folder.path)).box().server?.address).toBe(CELLAR_ADDRESS);
  });

  it('requests of what is not there change nothing', async () => {
    const rig = await startRig(folder.path);
    const before = seen(rig.box());
    rig.dispatch({ type: 'startUpdate' });
    rig.dispatch({ type: 'setUpdateCheck', on: true });
    expect(rig.store.command({ type: 'wifi', wifi: 'on' }, 'panel')).toBe('not-now');
    rig.dispatch({ type: 'newPairingCode' });
    expect(seen(rig.box())).toEqual(before);
    expect(before).toMatchObject({ update: { kind: 'none' }, wifi: 'off', pairingCode: null });
  });
});
