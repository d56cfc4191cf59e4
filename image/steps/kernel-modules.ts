/**
 * Step: kernel modules that Debian's kernel lacks: codecs of the HATs, the rotary encoder, and our own ones in
 * image/modules. The kernel's source is a build input and stays out of the repository.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Step } from '../lib/cache.ts';
import { moduleFiles, unpackModule } from '../lib/modules.ts';
import { BuildError, run } from '../lib/run.ts';
import { imageFile, PATHS } from '../paths.ts';
import { deb } from './debian.ts';

type Module = { readonly name: string; readonly source: string; readonly headers?: readonly string[] };

const codec = (name: string, source: string, headers: readonly string[] = []): Module => ({
  name,
  source: `sound/soc/codecs/${source}.c`,
  headers: headers.map((file) => `sound/soc/codecs/${file}.h`),
});

/** Shipped with the box. */
const BOX_MODULES: readonly Module[] = [
  codec('snd-soc-pcm512x', 'pcm512x', ['pcm512x']),
  codec('snd-soc-pcm512x-i2c', 'pcm512x-i2c'),
  codec('snd-soc-pcm186x', 'pcm186x', ['pcm186x']),
  codec('snd-soc-pcm186x-i2c', 'pcm186x-i2c'),
  codec('snd-soc-da7213', 'da7213', ['da7213']),
  { name: 'rotary_encoder', source: 'drivers/input/misc/rotary_encoder.c' },
  // Tells of a weak power supply (src/linux/system.ts); the firmware's driver makes its device.
  { name: 'raspberrypi-hwmon', source: 'drivers/hwmon/raspberrypi-hwmon.c' },
];

/**
 * For tests only, and not in the image: simulated lines below the real drivers of keys, encoder and lamps. Debian builds it; in
 * the order to load.
 */
const TEST_MODULES = ['configfs', 'gpio-sim'] as const;

/** Builds all of them for the given kernel. */
export function kernelModulesStep(release: string, kbuildKey: string): Step {
  const series = release.split('.').slice(0, 2).join('.');
  return {
    name: 'modules',
    what: 'Kernel modules',
    inputs: [{ text: kbuildKey }, { path: imageFile('modules') }, { path: imageFile('steps/kernel-modules.ts') }],
    outputs: [PATHS.modules, PATHS.testModules],
    run: () => {
      const source = join(PATHS.kbuild, 'src');
      unpackSources(join(source, 'kernel'), series);
      for (const folder of [PATHS.modules, PATHS.testModules]) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
      }
      build('box', BOX_MODULES, release, PATHS.modules);
      for (const { module, file } of moduleFiles(release, TEST_MODULES))
        unpackModule(file, join(PATHS.testModules, `${module}.ko`));
      for (const name of ownModules()) {
        cpSync(imageFile(`modules/${name}`), join(source, name), { recursive: true });
        compile(name, release, PATHS.modules);
      }
    },
  };
}

function ownModules(): string[] {
  const folder = imageFile('modules');
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function unpackSources(to: string, series: string): void {
  rmSync(join(PATHS.kbuild, 'src'), { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const wanted = BOX_MODULES.flatMap(({ source, headers }) => [source, ...(headers ?? [])]);
  const members = wanted.map((file) => `linux-source-${series}/${file}`).join(' ');
  const inner = `./usr/src/linux-source-${series}.tar.xz`;
  const unpack = `dpkg-deb --fsys-tarfile ${deb(`linux-source-${series}`)} | tar -xO ${inner} | tar -xJ --strip-components=1 -C ${to} ${members}`;
  run('bash', ['-o', 'pipefail', '-c', unpack]);
}

/** Lays the sources of these modules into one folder with a Kbuild file and compiles it. */
function build(folder: string, modules: readonly Module[], release: string, to: string): void {
  const source = join(PATHS.kbuild, 'src');
  mkdirSync(join(source, folder), { recursive: true });
  for (const { source: file, headers = [] } of modules)
    for (const each of [file, ...headers]) cpSync(join(source, 'kernel', each), join(source, folder, basename(each)));
  writeFileSync(join(source, folder, 'Kbuild'), modules.map(kbuildLines).join(''));
  compile(folder, release, to);
}

/** The object has the name of its source, the module that of Debian's, where it would build it. */
function kbuildLines({ name, source }: Module): string {
  const object = basename(source).replace(/\.c$/, '');
  return `obj-m += ${name}.o\n${object === name ? '' : `${name}-y := ${object}.o\n`}`;
}

function compile(folder: string, release: string, to: string): void {
  const headers = `/usr/src/linux-headers-${release}`;
  const make = ['make', '-C', headers, 'ARCH=arm64', 'CROSS_COMPILE=aarch64-linux-gnu-', `M=/src/${folder}`];
  run('chroot', [PATHS.kbuild, ...make, 'modules']);
  const built = join(PATHS.kbuild, 'src', folder);
  const modules = readdirSync(built).filter((name) => name.endsWith('.ko'));
  if (modules.length === 0) throw new BuildError(`No module came out of ${folder}.`);
  for (const name of modules) {
    run('chroot', [PATHS.kbuild, 'aarch64-linux-gnu-strip', '--strip-debug', join('/src', folder, name)]);
    cpSync(join(built, name), join(to, name));
  }
}
