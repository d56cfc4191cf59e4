/** Step: the files of the Raspberry Pi's firmware that the card carries. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../lib/cache.ts';
import type { Mirrors } from '../lib/mirror.ts';
import { BuildError, run } from '../lib/run.ts';
import { FIRMWARE_PACKAGE } from '../packages.ts';
import { PATHS } from '../paths.ts';

/** In each boot partition. start4*: Pi 4, 400, CM4. A Pi 5 has all of it in its EEPROM. */
export const BOOT_FIRMWARE = ['start.elf', 'fixup.dat', 'start4.elf', 'fixup4.dat'] as const;

/** Fetches the package, checks its hash and lays its files into PATHS.firmware, its licence as LICENCE.txt. */
export function firmwareStep(mirrors: Mirrors): Step {
  const { name, version, architecture, folder, sha256 } = FIRMWARE_PACKAGE;
  const file = `${name}_${version}_${architecture}.deb`;
  return {
    name: 'firmware',
    what: `Firmware of the Raspberry Pi (${version})`,
    inputs: [{ text: JSON.stringify([file, sha256, BOOT_FIRMWARE]) }],
    outputs: [PATHS.firmware],
    run: () => {
      rmSync(PATHS.firmware, { recursive: true, force: true });
      const unpacked = join(PATHS.firmware, 'package');
      mkdirSync(unpacked, { recursive: true });
      const deb = join(PATHS.firmware, file);
      fetchPackage(`${mirrors.main}/${folder}/${file}`, deb, sha256);
      run('dpkg-deb', ['-x', deb, unpacked]);
      for (const part of [...BOOT_FIRMWARE, 'bootcode.bin']) {
        const from = join(unpacked, 'usr/lib/raspi-firmware', part);
        if (!existsSync(from)) throw new BuildError(`${file} has no ${part}.`);
        cpSync(from, join(PATHS.firmware, part));
      }
      cpSync(join(unpacked, 'usr/share/doc', name, 'copyright'), join(PATHS.firmware, 'LICENCE.txt'));
    },
  };
}

/** apt's own fetcher: it knows the proxies of this computer, and refuses a file with another hash. */
function fetchPackage(url: string, to: string, sha256: string): void {
  try {
    run('/usr/lib/apt/apt-helper', ['download-file', url, to, `SHA256:${sha256}`]);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new BuildError(
      `${url} is not there, or is not the file that image/packages.ts knows. A mirror keeps the newest version only: ` +
        `set FIRMWARE_PACKAGE to that one's version and SHA256, and try it on a board.\n${error.message}`,
    );
  }
}
