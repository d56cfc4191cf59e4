/** Step: the root file system: Debian, our modules, systemd/, hardware/, image/rootfs/ and the service, as one squashfs. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { REMOVED_BESIDE_MODULES, REMOVED_DRIVERS, REMOVED_PACKAGES, REMOVED_PATHS } from '../debris.ts';
import type { Step } from '../lib/cache.ts';
import { BuildError, run } from '../lib/run.ts';
import { removeDrivers, removeSetuid } from '../lib/strip.ts';
import { NEWER_PACKAGES } from '../packages.ts';
import { imageFile, PATHS, product, REPOSITORY } from '../paths.ts';
import type { Version } from '../version.ts';
import { installService, SERVICE_FILES } from './service.ts';

const repository = (name: string) => join(REPOSITORY, name);

/** Trees that are laid onto the root as they are; the later ones win. */
const TREES: readonly (readonly [from: string, to: string])[] = [
  [repository('systemd/root'), '.'],
  [repository('hardware/detect'), 'usr/lib/jambox'],
  [repository('hardware/mixers'), 'usr/lib/jambox/mixers'],
  [imageFile('rootfs'), '.'],
];

/** Packs everything into root.squashfs. Level 9 of zstd: 15 makes it 6 % smaller and takes ten times as long. */
export function rootStep(release: string, earlier: readonly string[], version: Version): Step {
  return {
    name: 'root',
    what: 'Root file system',
    inputs: [
      ...[...earlier, version.text, String(version.epoch)].map((text) => ({ text })),
      ...[
        ...TREES.map(([from]) => from),
        ...[...SERVICE_FILES, 'systemd/enabled'].map(repository),
        product('keys/cert.pem'),
      ].map((path) => ({
        path,
      })),
      ...['notices', 'debris.ts', 'lib/strip.ts', 'steps/root.ts', 'steps/service.ts'].map((name) => ({
        path: imageFile(name),
      })),
    ],
    outputs: [product('root.squashfs')],
    run: () => {
      const root = PATHS.root;
      copyBase(root, release);
      for (const [from, to] of TREES) if (existsSync(from)) layTree(from, join(root, to));
      installService(root);
      configure(root, release, version);
      settle(root);
      removeSetuid(root);
      pack(root, version.epoch);
    },
  };
}

/** Hard links to the base: a second's work. What is changed afterwards must be replaced, never edited in place. */
function copyBase(root: string, release: string): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(dirname(root), { recursive: true });
  run('cp', ['-al', PATHS.base, root]);
  for (const { package: name } of NEWER_PACKAGES) replacePackage(root, name);
  for (const name of REMOVED_PACKAGES) removePackage(root, name);
  for (const path of REMOVED_PATHS) rmSync(join(root, path), { recursive: true, force: true });
  rmSync(join(root, `usr/lib/linux-image-${release}`), { recursive: true, force: true });
  const modules = join(root, 'usr/lib/modules', release);
  for (const { folder, keep = [] } of REMOVED_DRIVERS) removeDrivers(join(modules, 'kernel', folder), keep);
  for (const name of REMOVED_BESIDE_MODULES) rmSync(join(modules, name), { recursive: true });
  for (const name of readdirSync(modules)) if (/^modules\.(?!builtin|order)/.test(name)) rmSync(join(modules, name));
  cpSync(PATHS.modules, join(modules, 'updates'), { recursive: true });
  depmod(root, release);
}

/** Documents stay out, as with the others (debian.ts). */
function replacePackage(root: string, name: string): void {
  removePackage(root, name);
  const from = join(PATHS.newer, name);
  for (const folder of ['doc', 'man', 'bash-completion', 'lintian'])
    rmSync(join(from, 'usr/share', folder), { recursive: true, force: true });
  cpSync(from, root, { recursive: true, verbatimSymlinks: true });
}

/** The files of a package; its folders and its copyright file stay. */
function removePackage(root: string, name: string): void {
  const info = join(PATHS.base, 'var/lib/dpkg/info');
  const list = [`${name}.list`, `${name}:arm64.list`].map((file) => join(info, file)).find((file) => existsSync(file));
  if (list === undefined) throw new BuildError(`Debian did not bring ${name}: image/debris.ts`);
  for (const path of readFileSync(list, 'utf8').split('\n')) {
    const file = join(root, path);
    const isThere = lstatSync(file, { throwIfNoEntry: false });
    if (isThere !== undefined && !isThere.isDirectory() && !path.endsWith('/copyright')) rmSync(file);
  }
}

/**
 * Lists what there is for modprobe, without the modules that need one that has left. The closure check names those that a
 * board could not do without.
 */
function depmod(root: string, release: string): void {
  const symbols = join(PATHS.kbuild, 'usr/src', `linux-headers-${release}`, 'Module.symvers');
  const args = ['-n', '-e', '-E', symbols, '-b', root, release];
  for (;;) {
    const { stderr } = spawnSync('depmod', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const lost = new Set([...stderr.matchAll(/WARNING: (\S+) needs unknown symbol/g)].map((match) => match[1] ?? ''));
    if (lost.size === 0) break;
    for (const file of lost) rmSync(file);
  }
  run('depmod', ['-b', root, release]);
}

/** Copies a tree of the repository: links as they are, root's, modes 755 or 644. */
function layTree(tree: string, root: string): void {
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const to = join(root, from.slice(tree.length + 1));
    if (entry.isDirectory()) {
      mkdirSync(to, { recursive: true });
      continue;
    }
    mkdirSync(dirname(to), { recursive: true });
    rmSync(to, { force: true });
    cpSync(from, to, { verbatimSymlinks: true });
    if (entry.isFile()) chmodSync(to, (lstatSync(from).mode & 0o111) === 0 ? 0o644 : 0o755);
  }
}

function configure(root: string, release: string, version: Version): void {
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    rmSync(join(root, path), { force: true });
    writeFileSync(join(root, path), text);
  };
  const link = (path: string, target: string) => {
    rmSync(join(root, path), { force: true });
    symlinkSync(target, join(root, path));
  };
  for (const folder of ['ro', 'data', 'boot/firmware', 'var/cache', 'var/log', 'var/lib/systemd', 'var/lib/dbus'])
    mkdirSync(join(root, folder), { recursive: true });
  put('etc/jambox/version', `${version.text}\n`);
  put('etc/jambox/kernel', `${release}\n`);
  put('etc/rauc/keyring.pem', readFileSync(product('keys/cert.pem'), 'utf8'));
  put('etc/fstab', '# The initramfs mounts what there is.\n');
  put('etc/machine-id', ''); // filled at each start from /data/identity
  put('etc/hostname', 'jambox\n');
  put('etc/hosts', '127.0.0.1 localhost\n::1 localhost\n');
  // systemd sets a clock that stands before this file's time to it: the box has no battery.
  put('usr/lib/clock-epoch', '');
  // Else every start of a root that never changes would rebuild caches for seconds.
  put('etc/.updated', '');
  put('var/.updated', '');
  link('etc/resolv.conf', '../run/systemd/resolve/resolv.conf');
  link('etc/localtime', '/usr/share/zoneinfo/Etc/UTC');
  link('usr/lib/jambox/set-mixer', 'mixers/set-mixer');
  link('usr/lib/jambox/set-usb-mixer', 'mixers/set-usb-mixer');
  link('usr/bin/box-selftest', '../../opt/jambox/bin/box-selftest');
}

/** What root's programs do inside, with the /proc that they ask for. */
function settle(root: string): void {
  const inside = (...command: string[]) => run('chroot', [root, ...command]);
  const units = readFileSync(repository('systemd/enabled'), 'utf8').trim().split(/\s+/);
  run('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
  try {
    inside('systemd-sysusers');
    inside('passwd', '--lock', 'root');
    inside('systemctl', 'enable', ...units);
    warmCompileCache(root, inside);
  } finally {
    run('umount', [join(root, 'proc')]);
  }
}

/**
 * Node's compiled form of our sources, which halves its start; it counts only for the user whose number it carries. The two
 * options make it the same bytes at each build; Node takes it without them.
 */
function warmCompileCache(root: string, inside: (...command: string[]) => void): void {
  const accounts = readFileSync(join(root, 'etc/passwd'), 'utf8');
  const [, user = '', group = ''] = /^jambox:[^:]*:(\d+):(\d+):/m.exec(accounts) ?? [];
  inside('install', '-d', '-o', user, '-g', group, '/opt/jambox/cache');
  const environment = ['HOME=/', 'NODE_COMPILE_CACHE=/opt/jambox/cache'];
  const node = ['/opt/jambox/bin/node', '--hash-seed=1', '--single-threaded', '/opt/jambox/src/main.ts', '--help'];
  run('chroot', [`--userspec=${user}:${group}`, root, 'env', ...environment, ...node]);
}

function pack(root: string, epoch: number): void {
  const file = product('root.squashfs');
  rmSync(file, { force: true });
  const compression = ['-comp', 'zstd', '-Xcompression-level', '9', '-b', '256K'];
  const times = ['-mkfs-time', String(epoch), '-all-time', String(epoch)];
  run('mksquashfs', [root, file, '-noappend', '-no-progress', '-no-exports', '-no-xattrs', ...compression, ...times]);
}
