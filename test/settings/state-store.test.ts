import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freshState, type MachineState } from '../../src/settings/machine-state.ts';
import { type StateFiles, stateFiles } from '../../src/settings/state-files.ts';
import { openStateStore } from '../../src/settings/state-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { PowerCut, PowerDisk } from './power-disk.ts';

function named(name: string): MachineState {
  return freshState(name);
}

/** Saves until the power goes. True: the store had said that it is saved. */
async function saveUntilCut(files: StateFiles, state: MachineState): Promise<boolean> {
  try {
    return (await (await openStateStore(files)).save(state)) === 'saved';
  } catch (error) {
    if (error instanceof PowerCut) return false;
    throw error;
  }
}

/** Disk with the states saved one after the other, and the directory synced. */
async function diskWith(...states: readonly MachineState[]): Promise<Map<string, Uint8Array>> {
  const disk = new PowerDisk();
  const store = await openStateStore(disk);
  for (const state of states) expect(await store.save(state)).toBe('saved');
  const files = new Map<string, Uint8Array>();
  for (const name of ['state-a.json', 'state-b.json']) {
    const content = disk.content(name);
    if (content !== undefined) files.set(name, content);
  }
  return files;
}

const BEFORE = ['older', 'old'] as const;

/** Names of people before that can be read in any file, finished or not. */
function left(disk: PowerDisk): readonly string[] {
  const text = ['state-a.json', 'state-b.json', 'state.tmp'].map((name) => disk.content(name) ?? []);
  return BEFORE.filter((name) => text.some((bytes) => Buffer.from(bytes).includes(`"name":"${name}"`)));
}

async function nameFound(files: StateFiles): Promise<string> {
  const { state, found } = (await openStateStore(files)).found;
  return `${found} ${state?.profile.name}`;
}

/** Cuts the power at every step of saving "new" onto a disk with "old", and counts what is found afterwards. */
async function cutEverywhere(before: ReadonlyMap<string, Uint8Array>, wrap = (disk: PowerDisk): StateFiles => disk) {
  const counts: Record<string, number> = {};
  const seen = new Map<string, string>();
  for (let cutAt = 0; ; cutAt++) {
    const disk = new PowerDisk(before);
    disk.cutAt = cutAt;
    const said = await saveUntilCut(wrap(disk), named('new'));
    for (const files of disk.afterwards()) {
      const key = createHash('sha1');
      for (const [name, content] of files) key.update(`${name} ${content.length} `).update(content);
      const digest = key.digest('hex');
      const found = seen.get(digest) ?? (await nameFound(new PowerDisk(files)));
      seen.set(digest, found);
      const outcome = `${said ? 'saved' : 'cut'}: ${found}`;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    if (said) return { counts, cuts: cutAt };
  }
}

describe('The state store', () => {
  test('finds nothing on a new disk, and afterwards what was saved last', async () => {
    const disk = new PowerDisk();
    const store = await openStateStore(disk);
    expect(store.found).toEqual({ state: null, found: 'none' });
    for (const name of ['one', 'two', 'three']) {
      expect(await store.save(named(name))).toBe('saved');
      expect(await nameFound(disk)).toBe(`latest ${name}`);
    }
  });

  test('writes nothing when nothing has changed', async () => {
    const disk = new PowerDisk();
    const store = await openStateStore(disk);
    await store.save(named('one'));
    const { steps } = disk;
    expect(await store.save(named('one'))).toBe('unchanged');
    expect(await (await openStateStore(disk)).save(named('one'))).toBe('unchanged');
    expect(disk.steps).toBe(steps);
  });

  test('has the old or the new state after a power cut at any byte and between any two operations', async () => {
    for (const before of [[named('older'), named('old')], [named('old')]]) {
      const { counts, cuts } = await cutEverywhere(await diskWith(...before));
      expect(Object.keys(counts).sort()).toEqual(['cut: latest new', 'cut: latest old', 'saved: latest new']);
      // Every byte, and before and after it the four operations.
      const written = (await diskWith(...before, named('new'))).get(
        before.length === 1 ? 'state-b.json' : 'state-a.json',
      )!;
      expect(cuts).toBe(written.length + 4);
    }
  });

  test('has nothing or the first state after a power cut during the very first save', async () => {
    const { counts } = await cutEverywhere(new Map());
    expect(Object.keys(counts).sort()).toEqual(['cut: latest new', 'cut: none undefined', 'saved: latest new']);
  });

  test('needs each of its syncs: the test’s disk catches a store without one', async () => {
    const before = await diskWith(named('older'), named('old'));
    const sloppy = (left: 'sync' | 'syncDirectory') => (disk: PowerDisk) =>
      ({
        read: (name) => disk.read(name),
        write: (name, bytes) => disk.write(name, bytes),
        rename: (from, to) => disk.rename(from, to),
        sync: async (name) => (left === 'sync' ? true : disk.sync(name)),
        syncDirectory: async () => (left === 'syncDirectory' ? true : disk.syncDirectory()),
      }) satisfies StateFiles;
    expect(Object.keys((await cutEverywhere(before, sloppy('sync'))).counts)).toContain('saved: previous old');
    expect(Object.keys((await cutEverywhere(before, sloppy('syncDirectory'))).counts)).toContain('saved: latest old');
  });

  test('keeps its promise over many power cuts, failures and restarts', async () => {
    const life = fc.record({
      saves: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
      cutAt: fc.nat({ max: 3000 }),
      failing: fc.subarray(['write', 'sync', 'rename', 'syncDirectory'] as const),
      failsFrom: fc.nat({ max: 4 }),
      outcome: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 6 }), async (lives) => {
        let files: ReadonlyMap<string, Uint8Array> = new Map();
        /** What may be found: what was surely saved last, and whatever has been tried since. */
        let possible = new Set(['none undefined']);
        for (const { saves, cutAt, failing, failsFrom, outcome } of lives) {
          const disk = new PowerDisk(files);
          const store = await openStateStore(disk);
          const found = `${store.found.found} ${store.found.state?.profile.name}`;
          expect([...possible]).toContain(found);
          possible = new Set([found]);
          disk.cutAt = cutAt;
          try {
            for (const [index, number] of saves.entries()) {
              disk.failing = new Set(index >= failsFrom ? failing : []);
              const name = `latest n${number}`;
              possible.add(name);
              const result = await store.save(named(`n${number}`));
              if (result === 'saved') possible = new Set([name]);
            }
          } catch (error) {
            if (!(error instanceof PowerCut)) throw error;
          }
          const disks = [...disk.afterwards()];
          files = disks[outcome % disks.length]!;
        }
      }),
      { numRuns: 60 },
    );
  });

  test('falls back to the previous generation when the last one is damaged, says so, and repairs it', async () => {
    const good = await diskWith(named('old'), named('new'));
    const damages: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.map((byte, i) => (i === 200 ? byte ^ 1 : byte)),
      (bytes) => bytes.subarray(0, 100),
      () => new Uint8Array(),
      (bytes) => new Uint8Array(bytes.length),
      (bytes) => Buffer.concat([bytes, bytes]),
      (bytes) => Buffer.from(Buffer.from(bytes).toString().replace('jambox-state 2', 'jambox-state 9')),
    ];
    for (const damage of damages) {
      const disk = new PowerDisk(new Map([...good, ['state-b.json', damage(good.get('state-b.json')!)]]));
      const store = await openStateStore(disk);
      expect(store.found).toEqual({ state: named('old'), found: 'previous' });
      expect(await store.save(named('newer'))).toBe('saved');
      expect(await nameFound(disk)).toBe('latest newer');
    }
  });

  test('starts afresh when everything is damaged, and says so', async () => {
    const junk = Buffer.from('junk');
    const disk = new PowerDisk(
      new Map([
        ['state-a.json', junk],
        ['state-b.json', junk],
      ]),
    );
    const store = await openStateStore(disk);
    expect(store.found).toEqual({ state: null, found: 'lost' });
    await store.save(named('new'));
    await store.save(named('newer'));
    expect(await nameFound(disk)).toBe('latest newer');
    disk.failing = new Set(['read']);
    expect(await nameFound(disk)).toBe('lost undefined');
  });

  test('does not believe a good checksum alone', async () => {
    const sign = (json: string) => {
      const sha = createHash('sha256').update(`7\n${json}`).digest('hex');
      return Buffer.from(`jambox-state 7 ${sha}\n${json}\n`);
    };
    const state = named('x');
    const mix = { gain: 1, pan: 0.5, muted: false, solo: false };
    const server = { address: '192.0.2.1', label: 'a' };
    const favourite = { kind: 'address', ...server };
    const hostile: unknown[] = [
      null,
      [],
      'text',
      { ...state, version: 2 },
      { ...state, version: undefined },
      { ...state, profile: { ...state.profile, name: 'x'.repeat(17) } },
      { ...state, profile: { ...state.profile, instrument: 1e9 } },
      { ...state, sound: { ...state.sound, inputGainDb: 60 } },
      { ...state, sound: { ...state.sound, boost: '10' } },
      { ...state, jitter: { kind: 'fixed', clientBlocks: 0, serverBlocks: 21 } },
      { ...state, favourites: Array.from({ length: 101 }, () => favourite) },
      { ...state, recent: [{ ...server, address: 'http://evil.example/' }] },
      { ...state, favourites: [{ kind: 'listed', directory: '::1', name: 'a', lastAddress: '192.0.2.1' }] },
      { ...state, favourites: [{ ...favourite, kind: 'other' }] },
      { ...state, lastServer: { address: '192.0.2.1', label: 'x'.repeat(301) } },
      { ...state, mixes: { own: null, others: Array.from({ length: 251 }, () => ({ name: 'n', mix })) } },
      { ...state, mixes: { own: { ...mix, gain: 2 }, others: [] } },
    ];
    expect(await nameFound(new PowerDisk(new Map([['state-a.json', sign(JSON.stringify(state))]])))).toBe('latest x');
    for (const one of [...hostile.map((content) => JSON.stringify(content)), '{', '['.repeat(50_000)]) {
      const disk = new PowerDisk(new Map([['state-a.json', sign(one)]]));
      expect(await nameFound(disk), one.slice(0, 200)).toBe('lost undefined');
    }
  });

  test('takes control characters out of names, and no keys that it does not know', async () => {
    const json = JSON.stringify(named('A\u001b[31m\u202eB')).replace('{', '{"__proto__":{"polluted":1},"extra":[1],');
    const sha = createHash('sha256').update(`1\n${json}`).digest('hex');
    const disk = new PowerDisk(new Map([['state-b.json', Buffer.from(`jambox-state 1 ${sha}\n${json}\n`)]]));
    const { state } = (await openStateStore(disk)).found;
    expect(state).toEqual(named('A[31mB'));
    expect(Object.keys(state!)).not.toContain('extra');
    expect('polluted' in state!).toBe(false);
  });

  test('never writes what it could not read back', async () => {
    const disk = new PowerDisk();
    const store = await openStateStore(disk);
    const wrong = { ...named('x'), sound: { ...named('x').sound, inputPan: Number.NaN } };
    expect(await store.save(wrong)).toEqual({ error: 'not a state: sound.inputPan' });
    expect(disk.steps).toBe(0);
  });

  test('tells of a failing disk, and saves when it works again', async () => {
    for (const operation of ['write', 'sync', 'rename', 'syncDirectory'] as const) {
      const disk = new PowerDisk();
      const store = await openStateStore(disk);
      await store.save(named('old'));
      disk.failing = new Set([operation]);
      expect(await store.save(named('new'))).toEqual({ error: operation });
      disk.failing = new Set();
      expect(await store.save(named('new'))).toBe('saved');
      expect(await nameFound(disk)).toBe('latest new');
    }
  });

  test('lets saves that come together take turns', async () => {
    const disk = new PowerDisk();
    const store = await openStateStore(disk);
    const results = await Promise.all(['a', 'b', 'b', 'c'].map((name) => store.save(named(name))));
    expect(results).toEqual(['saved', 'saved', 'unchanged', 'saved']);
    expect(await nameFound(disk)).toBe('latest c');
  });
});

describe('Overwriting', () => {
  /** A power cut while something was saved has left a third file, as it does. */
  const diskBefore = async () =>
    new Map([
      ...(await diskWith(named('older'), named('old'))),
      ['state.tmp', Buffer.from('jambox-state 3 x\n{"profile":{"name":"old"')],
    ]);

  test('leaves nothing of what was saved before in any file, also when nothing has changed', async () => {
    for (const last of ['new', 'old']) {
      const disk = new PowerDisk(await diskBefore());
      const store = await openStateStore(disk);
      if (last === 'new') await store.save(named('new'));
      expect(await store.overwrite(named('new'))).toBe('saved');
      expect(left(disk)).toEqual([]);
      expect(disk.content('state.tmp')).toBeUndefined();
      const { steps } = disk;
      expect(await store.save(named('new'))).toBe('unchanged');
      expect(await nameFound(disk)).toBe('latest new');
      expect(disk.steps).toBe(steps);
    }
  });

  test('at a power cut at any byte and between any two operations has the old state, or the new one and nothing else', async () => {
    const before = await diskBefore();
    const counts: Record<string, number> = {};
    const seen = new Set<string>();
    let said = false;
    for (let cutAt = 0; !said; cutAt++) {
      const disk = new PowerDisk(before);
      disk.cutAt = cutAt;
      const store = await openStateStore(disk);
      said = await store.overwrite(named('new')).then(
        (result) => result === 'saved',
        (error) => {
          if (error instanceof PowerCut) return false;
          throw error;
        },
      );
      for (const files of disk.afterwards()) {
        const key = `${said} ${[...files].map(([name, bytes]) => `${name} ${Buffer.from(bytes).toString('base64')}`)}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const again = new PowerDisk(files);
        // The start that finds it also finishes it.
        const found = await nameFound(again);
        const outcome = `${said ? 'saved' : 'cut'}: ${found}${found === 'latest new' ? `, left: ${left(again)}` : ''}`;
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      }
    }
    expect(Object.keys(counts).sort()).toEqual([
      'cut: latest new, left: ',
      'cut: latest old',
      'saved: latest new, left: ',
    ]);
  });

  test('goes on at a start whose power is cut again, at every step', async () => {
    const half = new PowerDisk(await diskBefore());
    half.failing = new Set();
    const first = await openStateStore(half);
    let renames = 0;
    const rename = half.rename.bind(half);
    half.rename = async (from, to) => (renames++ === 0 ? rename(from, to) : { error: 'rename' });
    expect(await first.overwrite(named('new'))).toEqual({ error: 'rename' });
    expect(left(half)).toEqual(['old']);
    const [files] = half.afterwards();
    for (let cutAt = 0, done = false; !done; cutAt++) {
      const disk = new PowerDisk(files);
      disk.cutAt = cutAt;
      done = await nameFound(disk).then(
        () => true,
        () => false,
      );
      for (const after of disk.afterwards()) {
        const again = new PowerDisk(after);
        expect(await nameFound(again)).toBe('latest new');
        expect(left(again)).toEqual([]);
      }
    }
  });

  test('that fails is told, and the next call goes on with it, also one that changes nothing', async () => {
    for (const operation of ['write', 'sync', 'rename', 'syncDirectory'] as const) {
      for (const failsAt of [0, 1]) {
        const disk = new PowerDisk(await diskBefore());
        const store = await openStateStore(disk);
        let calls = 0;
        const works = disk[operation].bind(disk) as (...args: string[]) => Promise<true>;
        Object.assign(disk, {
          [operation]: async (...args: string[]) => (calls++ === failsAt ? { error: operation } : works(...args)),
        });
        expect(await store.overwrite(named('new'))).toEqual({ error: operation });
        expect(await nameFound(new PowerDisk([...disk.afterwards()][0]))).toMatch(/^latest (old|new)$/);
        expect(await store.save(named('new'))).toBe('saved');
        expect(left(disk)).toEqual([]);
        expect(await nameFound(disk)).toBe('latest new');
      }
    }
  });

  test('never writes what it could not read back, and takes its turn', async () => {
    const disk = new PowerDisk();
    const store = await openStateStore(disk);
    const wrong = { ...named('x'), sound: { ...named('x').sound, inputPan: Number.NaN } };
    expect(await store.overwrite(wrong)).toEqual({ error: 'not a state: sound.inputPan' });
    expect(disk.steps).toBe(0);
    const results = await Promise.all([
      store.save(named('old')),
      store.overwrite(named('new')),
      store.save(named('new')),
      store.save(named('newer')),
    ]);
    expect(results).toEqual(['saved', 'saved', 'unchanged', 'saved']);
    expect(await nameFound(disk)).toBe('latest newer');
    expect(left(disk)).toEqual([]);
  });
});

describe('The state files', () => {
  test('are two generations on a real disk that only their owner reads', async () => {
    const root = temporaryFolder();
    const folder = join(root, 'data', 'state');
    const store = await openStateStore(stateFiles(folder));
    expect(store.found.found).toBe('none');
    for (const name of ['one', 'two', 'three']) expect(await store.save(named(name))).toBe('saved');
    expect(readdirSync(folder).sort()).toEqual(['state-a.json', 'state-b.json']);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(await nameFound(stateFiles(folder))).toBe('latest three');
    expect(JSON.parse(readFileSync(join(folder, 'state-b.json'), 'utf8').split('\n')[1]!)).toEqual(named('two'));
    writeFileSync(join(folder, 'state-a.json'), 'x'.repeat(300_000));
    expect(await nameFound(stateFiles(folder))).toBe('previous two');
  });

  test('that cannot be written are error values', async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'file'), '');
    const store = await openStateStore(stateFiles(join(root, 'file')));
    expect(store.found.found).toBe('lost');
    expect(await store.save(named('x'))).toEqual({ error: expect.stringMatching(/EEXIST|ENOTDIR/) });
  });
});
