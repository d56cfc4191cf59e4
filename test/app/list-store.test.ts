import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { openListStore } from '../../src/app/list-store.ts';
import { stateFiles } from '../../src/settings/state-files.ts';
import { listed } from '../jamulus/directory-network.ts';
import { temporaryFolder } from '../support/folder.ts';
import { written } from './app-rig.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const open = () => openListStore(stateFiles(folder));
const list = (directory: string, count: number) => ({
  directory,
  servers: Array.from({ length: count }, (_, i) =>
    listed('198.51.100.7', 1000 + i, `Säule 音楽 ${i}`.padEnd(20, '音')),
  ),
});

describe('the last good lists', () => {
  it('come back as they were saved', async () => {
    const store = await open();
    expect(store.lists).toEqual([]);
    expect(await store.save([list('a.example', 2)])).toBe(true);
    expect((await open()).lists).toEqual([list('a.example', 2)]);
  });

  it('never become too long to be read again: the first directories go before the others', async () => {
    const many = Array.from({ length: 19 }, (_, i) => list(`d${i}.example`, 150));
    await (await open()).save(many);
    expect(Buffer.byteLength(written(folder))).toBeLessThan(256 * 1024);
    const { lists } = await open();
    expect(lists.length).toBeGreaterThan(5);
    expect(lists[0]).toEqual(many[0]);
  });

  it.each(['', 'nonsense', '{"version":2,"lists":[]}', '{"version":1,"lists":[{"directory":5,"servers":[]}]}'])(
    'damaged as %j there are none',
    async (content) => {
      writeFileSync(`${folder}/lists.json`, content);
      expect((await open()).lists).toEqual([]);
    },
  );

  it('a disk that refuses is an error in words', async () => {
    writeFileSync(`${folder}/file`, '');
    const store = await openListStore(stateFiles(`${folder}/file/state`));
    expect(await store.save([])).toHaveProperty('error');
  });
});
