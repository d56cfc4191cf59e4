/** Where the build reads and writes. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const REPOSITORY = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** Products, and below them caches and logs. */
export const OUTPUT = process.env['JAMBOX_IMAGE_DIR'] ?? join(REPOSITORY, 'build/image');

const work = (name: string) => join(OUTPUT, 'work', name);

export const PATHS = {
  /** Debian arm64 as installed, never changed after its step. */
  base: work('base'),
  /** Tools for amd64 in which kernel modules are compiled. */
  kbuild: work('kbuild'),
  debs: work('debs'),
  /** Kernel modules that Debian's kernel lacks, as below /usr/lib/modules. */
  modules: work('modules'),
  firmware: work('firmware'),
  /** Programs of a newer suite, a folder each, as below /. */
  newer: work('newer'),
  /** node_modules and Node for arm64. */
  packages: work('packages'),
  /** The root file system just before it is packed. */
  root: work('root'),
  initramfs: work('initramfs'),
  boot: work('boot'),
  card: work('card'),
  bundle: work('bundle'),
  overlays: join(OUTPUT, 'overlays'),
  dtbs: join(OUTPUT, 'dtbs'),
  testModules: join(OUTPUT, 'modules-test'),
  keys: join(OUTPUT, 'keys'),
} as const;

/** A file of the repository's image folder. */
export const imageFile = (name: string): string => join(REPOSITORY, 'image', name);
/** A file among the products. */
export const product = (name: string): string => join(OUTPUT, name);
