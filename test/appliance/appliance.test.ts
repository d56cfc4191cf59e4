import { describe, expect, it, vi } from 'vitest';
import { hostKey } from '../../src/jamulus/directory-types.ts';
import { FEATURE } from '../../src/jamulus/messages/clm-server-features.ts';
import { PUBLIC_DIRECTORIES } from '../../src/jamulus/public-directories.ts';
import { fullList, listed, server } from '../jamulus/directory-network.ts';
import { DIRECTORY, HEALTHY, PUBLIC, type Rig, startRig, useFolderAndClock } from './appliance-rig.ts';

const MINUTE_MS = 60_000;
const CELLAR = { address: '198.51.100.7', port: 22124 };
const CELLAR_ADDRESS = '198.51.100.7:22124';

const folder = useFolderAndClock();

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const question = ({ appliance }: Rig) => appliance.extras().idleQuestionUntilMs;

describe('"Still playing?"', () => {
  it('is asked two hours after the last touch while connected; nobody answers: it leaves', async () => {
    const rig = await startRig(folder.path);
    rig.join(CELLAR_ADDRESS);
    await pass(119 * MINUTE_MS);
    rig.appliance.touched();
    await pass(119 * MINUTE_MS);
    expect(question(rig)).toBeNull();
    await pass(MINUTE_MS + 1000);
    expect(question(rig)! - performance.now()).toBeGreaterThan(55_000);
    await pass(MINUTE_MS + 1000);
    expect(rig.box().link.kind).toBe('leaving');
    expect(question(rig)).toBeNull();
  });

  it('stands while the knob is turned, and "Yes" gives two hours more', async () => {
    const rig = await startRig(folder.path, '[menu]\nidle-minutes = 1');
    rig.join(CELLAR_ADDRESS);
    await pass(MINUTE_MS + 50_000);
    rig.appliance.touched();
    await pass(50_000);
    expect(rig.box().link.kind).toBe('connected');
    rig.appliance.dispatch({ type: 'stillPlaying' });
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
    rig.appliance.start(null);
    rig.appliance.touched();
    rig.join(CELLAR_ADDRESS);
    rig.appliance.dispatch({ type: 'toggleFavourite', address: CELLAR_ADDRESS });
    rig.appliance.dispatch({ type: 'leavePressed' });
    rig.dispatch({ type: 'session', event: { type: 'ended', reason: 'left' } });
    rig.appliance.touched();
    await pass(5000);
    rig.join(CELLAR_ADDRESS);
    await pass(10 * MINUTE_MS);
    expect(rig.sent.length).toBeGreaterThan(0);
    expect(rig.sent.filter((line) => !line.startsWith(CELLAR_ADDRESS))).toEqual([]);
  });

  it('C1: before anybody has joined with it, the server of the settings hears nothing of the box', async () => {
    const rig = await startRig(folder.path, `[server]\naddress = "${CELLAR_ADDRESS}"`);
    rig.appliance.start(null);
    rig.appliance.touched();
    await pass(MINUTE_MS);
    expect(rig.box().server?.address).toBe(CELLAR_ADDRESS);
    expect(rig.sent).toEqual([]);
  });

  it('asks and pings while somebody looks at the list, and not a minute after the last touch', async () => {
    const rig = await startRig(folder.path);
    rig.appliance.start(null);
    rig.appliance.dispatch(PUBLIC);
    await pass(10);
    rig.say(DIRECTORY, fullList(listed(CELLAR.address, CELLAR.port, 'Cellar', { city: 'Leeds' })));
    await pass(50_000);
    rig.appliance.touched();
    await pass(50_000);
    const before = rig.sent.length;
    expect(rig.appliance.extras().servers).toContainEqual(
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
    rig.appliance.dispatch({ type: 'toggleFavourite', address: CELLAR_ADDRESS });
    for (const group of ['room', 'favourites', 'recent', 'room'] as const) {
      rig.appliance.dispatch({ type: 'listServers', open: { group } });
      await pass(5000);
    }
    expect(looked).toEqual([]);
    expect(rig.sent.filter((line) => !line.startsWith(CELLAR_ADDRESS))).toEqual([]);
    rig.appliance.dispatch({ type: 'listServers', open: { group: 'public', genre: 'jazz' } });
    await pass(100);
    expect(looked).toEqual(['jazz.jamulus.app']);
    expect(rig.sent.at(-1)).toBe('203.0.113.9:22324 CLM_REQ_SERVER_LIST');
    rig.appliance.dispatch({ type: 'listServers', open: { group: 'public', directory: '203.0.113.5:22324' } });
    await pass(100);
    expect(rig.sent.at(-1)).toBe('203.0.113.5:22324 CLM_REQ_SERVER_LIST');
    expect(looked).toEqual(['jazz.jamulus.app']);
    rig.appliance.dispatch({ type: 'listServers', open: null });
    const sent = rig.sent.length;
    await pass(MINUTE_MS);
    expect(rig.sent.length).toBe(sent);
  });

  it('offers the lists that there are: own ones, all public ones, each genre once, each directory added', async () => {
    const address = 'list.example:22124';
    const rig = await startRig(folder.path, '', {
      directories: [...PUBLIC_DIRECTORIES.map((directory) => directory.address), address],
    });
    const lists = () => rig.appliance.extras().serverLists.map(({ title, count }) => `${title} ${count}`);
    expect(lists()).toEqual([
      'Favourites 0',
      'This room 0',
      'Recent 0',
      'All public 0',
      ...['Any genre 0', 'Asia 0', 'Rock 0', 'Jazz 0', 'Classical, folk 0', 'Choral, barbershop 0'],
      'list.example:22124 0',
    ]);
    rig.appliance.dispatch({ type: 'toggleFavourite', address: CELLAR_ADDRESS });
    expect(lists()[0]).toBe('Favourites 1');
  });

  it('stops asking when it connects, and puts the server first among the recent ones, by its name', async () => {
    const rig = await startRig(folder.path);
    rig.appliance.dispatch(PUBLIC);
    await pass(10);
    rig.say(DIRECTORY, fullList(listed(CELLAR.address, CELLAR.port, 'Cellar')));
    rig.join(CELLAR_ADDRESS);
    const sent = rig.sent.length;
    await pass(MINUTE_MS);
    expect(rig.sent.length).toBe(sent);
    expect(rig.appliance.extras().servers).toContainEqual(
      expect.objectContaining({ name: 'Cellar', lists: expect.arrayContaining(['recent']), favourite: false }),
    );
  });

  it('shows the last good list after a restart, without asking anybody', async () => {
    const first = await startRig(folder.path);
    first.appliance.dispatch(PUBLIC);
    await pass(10);
    first.say(DIRECTORY, fullList(listed(CELLAR.address, CELLAR.port, 'Cellar')));
    await first.end();
    const second = await startRig(folder.path);
    second.appliance.start(null);
    await pass(MINUTE_MS);
    expect(second.appliance.extras().servers).toContainEqual(
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
    rig.appliance.touched();
    await pass(2500);
    expect(rig.appliance.extras().servers).toMatchObject([{ name: 'Cellar', records: true, keepsLog: true }]);
  });

  it('says that the list is blocked when no directory answers, and a favourite still works', async () => {
    const rig = await startRig(folder.path);
    rig.appliance.start(null);
    rig.appliance.dispatch({ type: 'toggleFavourite', address: CELLAR_ADDRESS });
    rig.appliance.dispatch(PUBLIC);
    await pass(11_000);
    expect(rig.appliance.extras().systemProblems).toEqual(['list-blocked']);
    expect(rig.appliance.extras().servers).toMatchObject([{ address: CELLAR_ADDRESS, favourite: true }]);
  });

  it('shows nothing but the fixed server where there is one, and goes nowhere else', async () => {
    const fixedServer = { address: '192.0.2.1:22124', label: 'Home' };
    const fixed = {
      hostName: 'box',
      menuLocked: true,
      controls: 'buttons' as const,
      fixedServer,
      mistakes: [],
      ownAddress: 'route' as const,
      needsNetwork: true,
    };
    const rig = await startRig(folder.path, '', { fixed });
    rig.appliance.dispatch(PUBLIC);
    await pass(1000);
    expect(rig.sent).toEqual([]);
    expect(rig.appliance.extras()).toMatchObject({
      menuLocked: true,
      controls: 'buttons',
      servers: [{ name: 'Home', lists: ['favourites'] }],
      serverLists: [{ id: 'favourites', count: 1 }],
    });
    rig.appliance.dispatch({ type: 'connectPressed', server: { address: CELLAR_ADDRESS, label: 'Cellar' } });
    expect(rig.box().server).toEqual(fixedServer);
  });
});

describe("the installer's file", () => {
  it('its mistakes are told, not only logged', async () => {
    const mistakes = ['Line 1 is not understood.'];
    const fixed = {
      hostName: 'box',
      menuLocked: false,
      controls: 'knob' as const,
      fixedServer: null,
      mistakes,
      ownAddress: 'route' as const,
      needsNetwork: true,
    };
    const rig = await startRig(folder.path, '', { fixed });
    expect(rig.appliance.extras()).toMatchObject({ systemProblems: ['settings-mistakes'], mistakes });
  });
});

describe('the machine', () => {
  it('its problems are shown, the most pressing first, and go when they are gone', async () => {
    const rig = await startRig(folder.path);
    rig.appliance.start(null);
    expect(rig.appliance.extras()).toMatchObject({ systemProblems: [], temperatureC: 50, cpuPercent: 7 });
    rig.reading.now = { ...HEALTHY, carrier: false, address: null, temperatureC: 80, underVoltage: true };
    await pass(2000);
    expect(rig.appliance.extras()).toMatchObject({
      systemProblems: ['no-cable', 'weak-power', 'too-hot'],
      network: { carrier: false, address: null },
    });
    rig.reading.now = { ...HEALTHY, address: null };
    await pass(2000);
    expect(rig.appliance.extras().systemProblems).toEqual(['no-address']);
    rig.reading.now = HEALTHY;
    await pass(2000);
    expect(rig.appliance.extras().systemProblems).toEqual([]);
  });

  it('the internet is missing only when no directory has an address', async () => {
    const rig = await startRig(folder.path, '', { directories: ['nowhere.example'] });
    rig.appliance.start(null);
    rig.appliance.dispatch(PUBLIC);
    await pass(10);
    expect(rig.appliance.extras().systemProblems).toEqual(['no-internet']);
  });

  it('tells the panel once a turn, and not at all while nothing changes', async () => {
    const rig = await startRig(folder.path);
    rig.appliance.start(null);
    await pass(10);
    let calls = 0;
    const stop = rig.appliance.onChange(() => {
      calls += 1;
    });
    const before = rig.appliance.extras();
    await pass(MINUTE_MS);
    expect(calls).toBe(0);
    rig.dispatch({ type: 'mutePressed' });
    rig.dispatch({ type: 'mutePressed' });
    await pass(0);
    expect(calls).toBe(1);
    expect(rig.appliance.extras()).toBe(before);
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
    const step = () => rig.appliance.extras().firstStart;
    expect(step()).toBe('network');
    rig.appliance.start(null);
    rig.reading.now = HEALTHY;
    await pass(2000);
    expect(step()).toBe('play');
    rig.appliance.dispatch({ type: 'firstStartStep', done: 'play' });
    expect(step()).toBe('connect');
    rig.appliance.dispatch({ type: 'firstStartStep', done: 'connect' });
    expect(step()).toBe('done');
    await rig.end();
    expect((await startRig(folder.path)).appliance.extras().firstStart).toBe('done');
  });

  it('shuts down: leaves, saves, then says that the plug may be pulled', async () => {
    const rig = await startRig(folder.path);
    rig.join(CELLAR_ADDRESS);
    rig.appliance.dispatch({ type: 'shutDown' });
    expect(rig.appliance.extras().power).toBe('stopping');
    expect(rig.box()).toMatchObject({ link: { kind: 'leaving' }, life: { kind: 'quitting' } });
    rig.dispatch({ type: 'session', event: { type: 'ended', reason: 'left' } });
    expect(await rig.appliance.ended()).toBe('shut-down');
    expect(rig.appliance.extras().power).toBe('off');
    expect((await startRig(folder.path)).box().server?.address).toBe(CELLAR_ADDRESS);
  });

  it('requests of what is not there change nothing', async () => {
    const rig = await startRig(folder.path);
    const before = rig.appliance.extras();
    rig.appliance.dispatch({ type: 'startUpdate' });
    rig.appliance.dispatch({ type: 'setUpdateCheck', on: true });
    rig.appliance.dispatch({ type: 'setWifi', wifi: 'on' });
    rig.appliance.dispatch({ type: 'newPairingCode' });
    expect(rig.appliance.extras()).toBe(before);
    expect(before).toMatchObject({ update: { kind: 'none' }, network: { wifi: 'off' }, pairingCode: null });
  });
});
