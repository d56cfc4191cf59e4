/** What the boot tests need of the machine: QEMU that models the Pi's I2C (9 or newer), and tools for trees and cards. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptSources } from '../../image/host.ts';
import { chooseMirrors } from '../../image/lib/mirror.ts';

const TOOLS: Readonly<Record<string, string>> = {
  dtc: 'device-tree-compiler',
  fdtoverlay: 'device-tree-compiler',
  cpp: 'cpp',
  mcopy: 'mtools',
  rauc: 'rauc',
  ip: 'iproute2',
};
/** QEMU 9 was the first with the Pi's I2C controller. */
const LEAST_QEMU = 9;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Installs what is missing; throws where that may not be. `folder` is for the list of the backports. */
export function installPackages(folder: string): void {
  const missing = Object.keys(TOOLS).filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing.length > 0)
    apt([], ['--no-install-recommends', ...new Set(missing.map((tool) => TOOLS[tool] as string))]);
  if (qemuVersion() < LEAST_QEMU) installQemu(folder);
  if (qemuVersion() < LEAST_QEMU) throw new Error(`qemu-system-aarch64 of version ${LEAST_QEMU} or newer is needed`);
}

/** 0: there is none. */
export function qemuVersion(): number {
  const { stdout, status } = spawnSync('qemu-system-aarch64', ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number(/version (\d+)/.exec(stdout)?.[1] ?? 0) : 0;
}

/** From the release itself, or where that is too old (Debian 12), from its backports. */
function installQemu(folder: string): void {
  const release = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? '';
  if (release !== 'bookworm') {
    apt([], ['--no-install-recommends', 'qemu-system-arm']);
    return;
  }
  const mirror = chooseMirrors(process.env, aptSources())?.main;
  if (mirror === undefined) throw new Error("apt's sources name no mirror of Debian: set DEBIAN_MIRROR");
  const lists = join(folder, 'backports');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const suites = [release, `${release}-backports`].map((suite) => `deb [signed-by=${KEYRING}] ${mirror} ${suite} main`);
  writeFileSync(join(folder, 'backports.list'), `${suites.join('\n')}\n`);
  // The machine's own list of sources stays as it is.
  const options = {
    'Dir::Etc::sourcelist': join(folder, 'backports.list'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': lists,
  };
  apt(
    Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ['--no-install-recommends', '-t', `${release}-backports`, 'qemu-system-arm'],
  );
}

function apt(options: readonly string[], install: readonly string[]): void {
  if (process.getuid?.() !== 0) throw new Error(`not root: install by hand: ${install.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const common = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...options];
  if (!existsSync('/var/lib/apt/lists') || options.length > 0 || !hasLists()) {
    execFileSync('apt-get', [...common, 'update'], { stdio: 'ignore', env });
  }
  execFileSync('apt-get', [...common, 'install', ...install], { stdio: ['ignore', 'ignore', 'inherit'], env });
}

function hasLists(): boolean {
  return spawnSync('apt-cache', ['show', 'mtools'], { stdio: 'ignore' }).status === 0;
}
