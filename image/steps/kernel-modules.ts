/**
 * Step: kernel modules that Debian's kernel lacks: codecs of the HATs, the rotary encoder, the watch over the power supply,
 * and our own ones in image/modules. The kernel's source is a build input and stays out of the repository.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Step } from '../lib/cache.ts';
import { unpackModule } from '../lib/module-file.ts';
import { BuildError, run } from '../lib/run.ts';
import { imageFile, PATHS } from '../paths.ts';
import { deb } from './debian.ts';

type Module = { readonly name: string; readonly sources: readonly string[]; readonly headers?: readonly string[] };

const codec = (name: string, sources: readonly string[], headers: readonly string[] = []): Module => ({
  name,
  sources: sources.map((file) => `sound/soc/codecs/${file}.c`),
  headers: headers.map((file) => `sound/soc/codecs/${file}.h`),
});

/** Shipped with the box. */
const BOX_MODULES: readonly Module[] = [
  codec('snd-soc-pcm512x', ['pcm512x'], ['pcm512x']),
  codec('snd-soc-pcm512x-i2c', ['pcm512x-i2c']),
  codec('snd-soc-pcm186x', ['pcm186x'], ['pcm186x']),
  codec('snd-soc-pcm186x-i2c', ['pcm186x-i2c']),
  codec('snd-soc-da7213', ['da7213'], ['da7213']),
  { name: 'rotary_encoder', sources: ['drivers/input/misc/rotary_encoder.c'] },
  { name: 'raspberrypi-hwmon', sources: ['drivers/hwmon/raspberrypi-hwmon.c'] },
];

/** For tests only: a simulated bus. */
const TEST_MODULES: readonly Module[] = [{ name: 'i2c-stub', sources: ['drivers/i2c/i2c-stub.c'] }];
/** For tests only, and part of Debian's kernel: simulated lines below the real drivers of keys, encoder and lamps. */
const DEBIAN_TEST_MODULES = ['drivers/gpio/gpio-sim'];

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
      build('test', TEST_MODULES, release, PATHS.testModules);
      for (const path of DEBIAN_TEST_MODULES)
        unpackModule(
          join(PATHS.base, 'usr/lib/modules', release, 'kernel', `${path}.ko.xz`),
          join(PATHS.testModules, `${basename(path)}.ko`),
        );
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
  const wanted = [...BOX_MODULES, ...TEST_MODULES].flatMap(({ sources, headers }) => [...sources, ...(headers ?? [])]);
  const members = wanted.map((file) => `linux-source-${series}/${file}`).join(' ');
  const inner = `./usr/src/linux-source-${series}.tar.xz`;
  const unpack = `dpkg-deb --fsys-tarfile ${deb(`linux-source-${series}`)} | tar -xO ${inner} | tar -xJ --strip-components=1 -C ${to} ${members}`;
  run('bash', ['-o', 'pipefail', '-c', unpack]);
}

/** Lays the sources of these modules into one folder with a Kbuild file and compiles it. */
function build(folder: string, modules: readonly Module[], release: string, to: string): void {
  const source = join(PATHS.kbuild, 'src');
  mkdirSync(join(source, folder), { recursive: true });
  const lines = modules.flatMap(({ name, sources }) => {
    const objects = sources.map((file) => basename(file).replace(/\.c$/, '.o'));
    return [
      `obj-m += ${name}.o`,
      ...(objects[0] === `${name}.o` && objects.length === 1 ? [] : partsOf(name, objects)),
    ];
  });
  for (const file of modules.flatMap(({ sources, headers }) => [...sources, ...(headers ?? [])]))
    cpSync(join(source, 'kernel', file), join(source, folder, objectSafeName(modules, file)));
  writeFileSync(join(source, folder, 'Kbuild'), `${lines.join('\n')}\n`);
  compile(folder, release, to);
}

/** A module made of several files may not be called like one of them: that file becomes `<name>-main.c`. */
function partsOf(name: string, objects: readonly string[]): string[] {
  return [`${name}-y := ${objects.map((object) => (object === `${name}.o` ? `${name}-main.o` : object)).join(' ')}`];
}

function objectSafeName(modules: readonly Module[], file: string): string {
  const clash = modules.some(({ name, sources }) => sources.length > 1 && basename(file) === `${name}.c`);
  return clash ? basename(file).replace(/\.c$/, '-main.c') : basename(file);
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
