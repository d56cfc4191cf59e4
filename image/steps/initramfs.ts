/** Step: the initramfs: static busybox, a handful of modules, one script. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { Step } from '../lib/cache.ts';
import { unpackModule } from '../lib/module-file.ts';
import { ask, run } from '../lib/run.ts';
import { imageFile, PATHS, product } from '../paths.ts';

/** What init uses, each a link to busybox. */
const APPLETS = [
  ...['sh', 'mount', 'umount', 'mkdir', 'cat', 'cp', 'sleep', 'insmod', 'dd', 'hexdump', 'grep', 'chroot'],
  'switch_root',
];

/** Packs initrd.img for the given kernel. */
export function initramfsStep(release: string, debianKey: string, epoch: number): Step {
  return {
    name: 'initramfs',
    what: 'Initramfs',
    inputs: [
      ...[debianKey, String(epoch)].map((text) => ({ text })),
      { path: imageFile('initramfs') },
      { path: imageFile('steps/initramfs.ts') },
    ],
    outputs: [product('initrd.img'), product('vmlinuz'), product('kernel-version')],
    run: () => {
      const folder = PATHS.initramfs;
      rmSync(folder, { recursive: true, force: true });
      for (const name of ['bin', 'lib', 'hooks', 'dev', 'proc', 'sys', 'run', 'ro', 'memory', 'newroot'])
        mkdirSync(join(folder, name), { recursive: true });
      cpSync(join(PATHS.base, 'usr/bin/busybox'), join(folder, 'bin/busybox'));
      for (const applet of APPLETS) symlinkSync('busybox', join(folder, 'bin', applet));
      cpSync(imageFile('initramfs/init'), join(folder, 'init'));
      chmodSync(join(folder, 'init'), 0o755);
      addModules(folder, release);
      pack(folder, epoch);
      cpSync(join(PATHS.base, 'usr/lib/modules', release, 'vmlinuz'), product('vmlinuz'));
      writeFileSync(product('kernel-version'), `${release}\n`);
    },
  };
}

/** Copies the listed modules, unpacked, and those they need, and writes the order to load them in. */
function addModules(folder: string, release: string): void {
  const wanted = readFileSync(imageFile('initramfs/modules'), 'utf8')
    .split('\n')
    .filter((line) => /^\w/.test(line));
  const order: string[] = [];
  for (const name of wanted) {
    const lines = ask('modprobe', ['-S', release, '-d', PATHS.base, '--show-depends', '--ignore-install', name]);
    for (const [, file] of lines.matchAll(/^insmod (\S+)/gm)) {
      if (file === undefined) continue;
      const module = basename(file).replace(/\.ko.*$/, '');
      if (order.includes(module)) continue;
      order.push(module);
      unpackModule(file, join(folder, 'lib', `${module}.ko`));
    }
  }
  writeFileSync(join(folder, 'modules'), `${order.join('\n')}\n`);
}

/** A newc archive in sorted order, every file root's and of one date, packed with zstd, which the kernel unpacks fast. */
function pack(folder: string, epoch: number): void {
  const archive = join(folder, '../initramfs.cpio');
  const names = ['.', ...(readdirSync(folder, { recursive: true }) as string[])].sort();
  run('sh', ['-c', `find . -exec touch -h -d @${epoch} {} +`], { cwd: folder });
  const cpio = ['-o', '-H', 'newc', '--reproducible', '--owner=0:0', '--quiet', '-O', archive];
  run('cpio', cpio, { cwd: folder, input: `${names.join('\n')}\n` });
  run('zstd', ['-q', '-f', '-19', archive, '-o', product('initrd.img')]);
  // The kernel looks for further archives (the boot test appends one) at multiples of four bytes.
  const { size } = statSync(product('initrd.img'));
  truncateSync(product('initrd.img'), Math.ceil(size / 4) * 4);
}
