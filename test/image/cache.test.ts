import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheKey, StepRunner } from '../../image/lib/cache.ts';
import { temporaryFolder } from '../support/folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the key of a build step', () => {
  it('changes with content, names and the executable bit, not with dates', () => {
    const file = join(folder, 'a.txt');
    const key = () => cacheKey([{ path: folder }]);
    writeFileSync(file, 'one');
    const first = key();
    utimesSync(file, 1000, 1000);
    expect(key()).toBe(first);
    chmodSync(file, 0o755);
    expect(key()).not.toBe(first);
    chmodSync(file, 0o644);
    writeFileSync(join(folder, 'b.txt'), '');
    expect(key()).not.toBe(first);
    rmSync(join(folder, 'b.txt'));
    expect(key()).toBe(first);
    writeFileSync(file, 'two');
    expect(key()).not.toBe(first);
  });

  it('tells a missing folder from an empty one', () => {
    const path = join(folder, 'later');
    const before = cacheKey([{ path }]);
    mkdirSync(path);
    expect(cacheKey([{ path }])).not.toBe(before);
  });

  it('keeps neighbouring texts apart', () => {
    expect(cacheKey([{ text: 'ab' }, { text: 'c' }])).not.toBe(cacheKey([{ text: 'a' }, { text: 'bc' }]));
  });
});

describe('a build step', () => {
  it('runs again when an input has changed, its output is gone, or it failed before', () => {
    const output = join(folder, 'out');
    let runs = 0;
    const step = (text: string, fails = false) =>
      new StepRunner(folder).step({
        name: 'example',
        what: 'Example',
        inputs: [{ text }],
        outputs: [output],
        run: () => {
          runs++;
          if (fails) throw new Error('cut');
          writeFileSync(output, text);
        },
      });
    step('one');
    step('one');
    expect(runs).toBe(1);
    step('two');
    expect(runs).toBe(2);
    rmSync(output);
    step('two');
    expect(runs).toBe(3);
    expect(() => step('three', true)).toThrow('cut');
    step('two');
    expect(runs).toBe(5);
  });
});
