/** Kernel modules as Debian packs them. */
import { run } from './run.ts';

/** Copies a module, unpacked if it is packed with xz. */
export function unpackModule(from: string, to: string): void {
  run('sh', ['-c', `${from.endsWith('.xz') ? 'xz -dc' : 'cat'} "$1" > "$2"`, 'sh', from, to]);
}
