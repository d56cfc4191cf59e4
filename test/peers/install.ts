/**
 * The Debian packages that the interoperability tests need: real Jamulus, JACK, ALSA and capture tools.
 * As a program: installs what is missing when it may (root or passwordless sudo), else says what is missing and exits 1.
 * With --check it never installs.
 */
import { execFileSync, spawnSync } from 'node:child_process';

const PACKAGES = [
  ...['jamulus', 'jackd2', 'libasound2-plugins', 'alsa-utils', 'sox', 'tcpdump', 'iproute2', 'util-linux'],
  ...['gcc', 'libc6-dev', 'libasound2-dev', 'libjack-jackd2-dev'],
];

/** Packages of the suite that are not installed; all of them where there is no dpkg. */
export function missingPackages(): string[] {
  return PACKAGES.filter((name) => {
    const query = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
    return query.status !== 0 || !query.stdout.includes('\nStatus: install ok installed\n');
  });
}

function install(names: readonly string[]): boolean {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) return false;
  const apt = (...args: string[]) => {
    const command = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    const [program = '', ...rest] = isRoot ? command : ['sudo', '-n', ...command];
    execFileSync(program, rest, { stdio: 'inherit' });
  };
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...names);
  } catch {
    return false;
  }
  return missingPackages().length === 0;
}

if (import.meta.main) {
  const missing = missingPackages();
  if (missing.length === 0) {
    console.log('Interoperability tests: every package is installed.');
  } else if (process.argv.includes('--check') || !install(missing)) {
    console.error(`Interoperability tests: missing packages: ${missingPackages().join(' ')}`);
    console.error('Install them as root: apt-get install --no-install-recommends <these>');
    process.exitCode = 1;
  } else {
    console.log(`Interoperability tests: installed ${missing.join(' ')}.`);
  }
}
