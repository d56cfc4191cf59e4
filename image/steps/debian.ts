/** Steps: what comes from Debian: the system for arm64 with the real-time kernel, that kernel's compiler, the firmware. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Step } from '../lib/cache.ts';
import type { Mirrors } from '../lib/mirror.ts';
import { BuildError, run } from '../lib/run.ts';
import { BOX_PACKAGES, FIRMWARE, KBUILD_PACKAGES, KERNEL_SUITE, NEWER_PACKAGES, SUITE } from '../packages.ts';
import { PATHS } from '../paths.ts';

const COMPONENTS = 'main non-free-firmware';

function sources(mirrors: Mirrors): string[] {
  return [
    `deb ${mirrors.main} ${SUITE} ${COMPONENTS}`,
    `deb ${mirrors.main} ${SUITE}-updates ${COMPONENTS}`,
    `deb ${mirrors.security} ${SUITE}-security ${COMPONENTS}`,
    `deb ${mirrors.main} ${KERNEL_SUITE} main`,
  ];
}

const OPTIONS = [
  '--mode=root',
  '--format=directory',
  '--aptopt=Apt::Install-Recommends "false"',
  '--dpkgopt=force-unsafe-io',
];

/** Of the kernel's suite, the kernel alone: apt takes nothing of it unasked. */
const KERNEL_PIN = `--setup-hook=mkdir -p "$1/etc/apt/preferences.d"; printf 'Package: src:linux src:linux-signed-arm64 src:linux-base\\nPin: release n=${KERNEL_SUITE}\\nPin-Priority: 600\\n' > "$1/etc/apt/preferences.d/kernel"`;

/** Documentation stays out, copyright files stay in. */
const EXCLUDE = [
  ...['man', 'locale', 'info', 'doc', 'lintian', 'bug', 'bash-completion'].map(
    (folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
  ),
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
];

/** What comes with the kernel or works for it takes minutes under emulation: the box has its own initramfs, and depmod runs here. */
const NO_INITRAMFS =
  '--essential-hook=for program in usr/sbin/update-initramfs usr/bin/dracut usr/sbin/depmod; do chroot "$1" dpkg-divert --local --rename --add "/$program"; ln -s /bin/true "$1/$program"; done';

/** start4*: Pi 4, 400, CM4; bootcode.bin: before the Pi 4. The Pi 5 family has its firmware on the board. */
export const FIRMWARE_FILES = ['start.elf', 'fixup.dat', 'start4.elf', 'fixup4.dat', 'bootcode.bin'] as const;

/** The root file system that all later steps copy from. */
export function debianStep(mirrors: Mirrors): Step {
  const args = ['--arch=arm64', '--variant=minbase', ...OPTIONS, ...EXCLUDE, KERNEL_PIN, NO_INITRAMFS];
  const include = `--include=${BOX_PACKAGES.join(',')}`;
  return {
    name: 'debian',
    what: 'Debian for arm64 (the longest step, 3 to 6 minutes)',
    inputs: [{ text: JSON.stringify([args, include, SUITE, KERNEL_SUITE]) }],
    outputs: [join(PATHS.base, 'usr/lib/modules')],
    run: () => {
      rmSync(PATHS.base, { recursive: true, force: true });
      mkdirSync(dirname(PATHS.base), { recursive: true });
      run('mmdebstrap', [...args, include, SUITE, PATHS.base, ...sources(mirrors)]);
      run('depmod', ['-b', PATHS.base, kernelRelease()]);
    },
  };
}

/** Version of the installed kernel, for example 7.3.4+deb13-rt-arm64. */
export function kernelRelease(): string {
  const releases = readdirSync(join(PATHS.base, 'usr/lib/modules'));
  const release = releases.find((name) => name.endsWith('-rt-arm64'));
  if (release === undefined) throw new BuildError(`No real-time kernel was installed, only: ${releases.join(', ')}`);
  return release;
}

/** The compiler and headers for that kernel, and its source. */
export function kbuildStep(mirrors: Mirrors, release: string): Step {
  const version = release.replace(/-rt-arm64$/, '');
  const series = version.split('.').slice(0, 2).join('.');
  const include = [...KBUILD_PACKAGES, `linux-kbuild-${version}`, `linux-headers-${version}-common`].join(',');
  // Unpacked, not installed: the headers package wants a compiler that runs on arm64.
  const download = [`linux-headers-${release}:arm64`, `linux-source-${series}`].join(' ');
  const hook = `--customize-hook=mkdir "$1/debs" && cd "$1/debs" && env APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get download ${download}`;
  const options = [...OPTIONS, ...EXCLUDE, KERNEL_PIN];
  const args = ['--variant=apt', '--architectures=amd64,arm64', ...options, `--include=${include}`, hook];
  return {
    name: 'kbuild',
    what: `Compiler and source of the kernel ${version}`,
    inputs: [{ text: JSON.stringify([args, SUITE, KERNEL_SUITE]) }],
    outputs: [join(PATHS.kbuild, 'usr/bin/make'), PATHS.debs],
    run: () => {
      for (const folder of [PATHS.kbuild, PATHS.debs]) rmSync(folder, { recursive: true, force: true });
      run('mmdebstrap', [...args, SUITE, PATHS.kbuild, ...sources(mirrors)]);
      mkdirSync(PATHS.debs, { recursive: true });
      cpSync(join(PATHS.kbuild, 'debs'), PATHS.debs, { recursive: true });
      rmSync(join(PATHS.kbuild, 'debs'), { recursive: true });
      run('dpkg-deb', ['-x', deb(`linux-headers-${release}`), PATHS.kbuild]);
    },
  };
}

/** The Raspberry Pi's firmware, as a package. */
export function firmwareStep(mirrors: Mirrors): Step {
  return {
    name: 'firmware',
    what: `Firmware of the Raspberry Pi, ${FIRMWARE.version}`,
    inputs: [{ text: JSON.stringify(FIRMWARE) }],
    outputs: [join(PATHS.firmware, FIRMWARE_FILES[0])],
    run: () => {
      rmSync(PATHS.firmware, { recursive: true, force: true });
      const unpacked = join(PATHS.firmware, 'package');
      mkdirSync(unpacked, { recursive: true });
      const file = join(PATHS.firmware, 'firmware.deb');
      const address = `${mirrors.main}/${FIRMWARE.path}`;
      fetchChecked(address, file, FIRMWARE.sha256);
      run('dpkg-deb', ['-x', file, unpacked]);
      for (const name of FIRMWARE_FILES)
        cpSync(join(unpacked, 'usr/lib/raspi-firmware', name), join(PATHS.firmware, name));
      cpSync(join(unpacked, 'usr/share/doc/raspi-firmware/copyright'), join(PATHS.firmware, 'LICENCE.txt'));
    },
  };
}

/** What takes the place of the suite's own programs, each unpacked into a folder of its name. */
export function newerStep(mirrors: Mirrors): Step {
  return {
    name: 'newer',
    what: 'Programs of a newer suite',
    inputs: [{ text: JSON.stringify(NEWER_PACKAGES) }],
    outputs: NEWER_PACKAGES.map((each) => join(PATHS.newer, each.package)),
    run: () => {
      rmSync(PATHS.newer, { recursive: true, force: true });
      mkdirSync(PATHS.newer, { recursive: true });
      for (const each of NEWER_PACKAGES) {
        const file = join(PATHS.newer, `${each.package}.deb`);
        fetchChecked(`${mirrors.main}/${each.path}`, file, each.sha256);
        run('dpkg-deb', ['-x', file, join(PATHS.newer, each.package)]);
      }
    },
  };
}

/** By apt's own fetcher, which knows this computer's proxies and refuses a file with another checksum. */
function fetchChecked(address: string, file: string, sha256: string): void {
  try {
    run('/usr/lib/apt/apt-helper', ['download-file', address, file, `SHA256:${sha256}`]);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new BuildError(
      `${address} is not there, or not the file that image/packages.ts knows. Mirrors keep a suite's newest version only: ` +
        `put that one's version and SHA-256 there, and try the card again. ${error.message}`,
    );
  }
}

/** Path of a downloaded package. */
export function deb(name: string): string {
  const file = existsSync(PATHS.debs)
    ? readdirSync(PATHS.debs).find((entry) => entry.startsWith(`${name}_`))
    : undefined;
  if (file === undefined) throw new BuildError(`The package ${name} was not downloaded.`);
  return join(PATHS.debs, file);
}
