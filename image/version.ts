/** Version and date of a build, from the repository's last commit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './lib/run.ts';
import { REPOSITORY } from './paths.ts';

export type Version = {
  /** For example 0.1.0+202611231835.abc1234: later is more. Characters 0-9A-Za-z.+- only. */
  readonly text: string;
  /** Seconds since 1970: the time that everything in the image carries. */
  readonly epoch: number;
};

/** Without git (an unpacked archive) the version of package.json and the date 2026-01-01. */
export function buildVersion(): Version {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { version: string };
  const git = (...args: string[]) => {
    try {
      return ask('git', ['-c', `safe.directory=${REPOSITORY}`, '-C', REPOSITORY, ...args]).trim();
    } catch {
      return '';
    }
  };
  const [seconds, commit] = git('log', '-1', '--format=%ct %h', '--abbrev=7').split(' ');
  if (!seconds || !commit) return { text: version, epoch: Date.UTC(2026, 0, 1) / 1000 };
  const epoch = Number(seconds);
  const date = new Date(epoch * 1000).toISOString().slice(0, 16).replace(/\D/g, '');
  const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '.changed';
  return { text: `${version}+${date}.${commit}${changed}`, epoch };
}
