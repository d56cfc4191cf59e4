/** The computer that builds: what it must be, the packages it needs, and running arm64 programs on it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, run } from './lib/run.ts';
import { debianComponents } from './sbom.ts';

/** @throws BuildError unless this is root on Debian 12 or 13 on x86-64 (the kernel modules are compiled across from there) */
export function checkHost(): void {
  if (process.getuid?.() !== 0) throw new BuildError('Building the image needs root: run it with sudo.');
  if (process.arch !== 'x64')
    throw new BuildError(`Building the image needs an x86-64 computer; this is ${process.arch}.`);
  const release = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1];
  if (field('ID') !== 'debian' || !['12', '13'].includes(field('VERSION_ID') ?? ''))
    throw new BuildError(`Building the image needs Debian 12 or 13; this is ${field('PRETTY_NAME')}.`);
}

/** Names of those packages that are not installed. */
export function missingPackages(wanted: readonly string[]): string[] {
  const installed = new Set(debianComponents(readFileSync('/var/lib/dpkg/status', 'utf8')).map(({ name }) => name));
  return wanted.filter((name) => !installed.has(name));
}

/** Installs packages on the host through apt. */
export function installPackages(names: readonly string[]): void {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-q'], { env });
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], { env });
}

/** The texts of the host's apt sources. */
export function aptSources(): string[] {
  const folder = '/etc/apt/sources.list.d';
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(list|sources)$/.test(name)) : [];
  return ['/etc/apt/sources.list', ...files.sort().map((name) => join(folder, name))]
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
}

const BINFMT = '/proc/sys/fs/binfmt_misc';

/**
 * Makes the kernel run arm64 programs through QEMU, also inside a chroot (flag F). Done by hand, because the service
 * that does it at boot is missing in containers.
 */
export function enableArm64Programs(): void {
  if (!existsSync(`${BINFMT}/register`)) run('mount', ['-t', 'binfmt_misc', 'binfmt_misc', BINFMT]);
  if (!existsSync(`${BINFMT}/qemu-aarch64`))
    writeFileSync(`${BINFMT}/register`, readFileSync('/usr/lib/binfmt.d/qemu-aarch64.conf'));
  run('arch-test', ['arm64']);
}
