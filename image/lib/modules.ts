/** Kernel modules of the installed Debian: which files one needs, and those files unpacked. */
import { basename } from 'node:path';
import { PATHS } from '../paths.ts';
import { ask, run } from './run.ts';

export type ModuleFile = { readonly module: string; readonly file: string };

/**
 * The files of these modules and of those they need, each once, in the order to load. One that is built into the kernel has none.
 * @throws BuildError for a name that the kernel does not have
 */
export function moduleFiles(release: string, names: readonly string[]): readonly ModuleFile[] {
  const files = new Map<string, string>();
  for (const name of names) {
    const lines = ask('modprobe', ['-S', release, '-d', PATHS.base, '--show-depends', '--ignore-install', name]);
    for (const [, file] of lines.matchAll(/^insmod (\S+)/gm)) {
      const module = basename(file ?? '').replace(/\.ko.*$/, '');
      if (file !== undefined && !files.has(module)) files.set(module, file);
    }
  }
  return [...files].map(([module, file]) => ({ module, file }));
}

/** Writes the module to a file without compression, which busybox' insmod can't undo. */
export function unpackModule(file: string, to: string): void {
  run('sh', ['-c', `${/\.xz$/.test(file) ? 'xz -dc' : 'cat'} ${file} > ${to}`]);
}
