/** Takes away from a root file system what no box may have or needs. */
import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ask, BuildError } from './run.ts';

/**
 * Removes all of a folder but what is kept; one that is not there has gone with another.
 * @throws BuildError where something to be kept is not there
 */
export function removeDrivers(folder: string, keep: readonly string[]): void {
  if (!existsSync(folder)) return;
  const entries = readdirSync(folder);
  const missing = keep.filter((name) => !entries.includes(name));
  if (missing.length > 0) throw new BuildError(`Debian's kernel has no ${missing.join(', ')} in ${folder} any more.`);
  for (const name of entries) if (!keep.includes(name)) rmSync(join(folder, name), { recursive: true });
}

/**
 * No program of the box takes another user's rights by being started. What carried the mark stays, as a plain program.
 * @throws BuildError where a mark is left
 */
export function removeSetuid(root: string): void {
  const find = () =>
    ask('find', [root, '-xdev', '-type', 'f', '-perm', '/6000'])
      .split('\n')
      .filter((path) => path !== '');
  for (const path of find()) {
    const { mode } = lstatSync(path);
    // A new file: the old one is the base's, too.
    cpSync(path, `${path}.plain`);
    chmodSync(`${path}.plain`, mode & 0o777);
    renameSync(`${path}.plain`, path);
  }
  const left = find();
  if (left.length > 0) throw new BuildError(`Files with setuid or setgid are left: ${left.join(' ')}`);
}
