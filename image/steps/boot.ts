/** Steps: overlays, and the partitions that the Raspberry Pi's firmware boots from. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOARDS } from '../closure/boards.ts';
import type { Step } from '../lib/cache.ts';
import { fatImage } from '../lib/fat.ts';
import { run } from '../lib/run.ts';
import { imageFile, PATHS, product, REPOSITORY } from '../paths.ts';
import type { Version } from '../version.ts';
import { FIRMWARE_FILES } from './debian.ts';

/** Device trees of the boards and our overlays, each of which must apply to each board. */
export function overlaysStep(release: string, debianKey: string): Step {
  const sources = join(REPOSITORY, 'hardware/overlays');
  return {
    name: 'overlays',
    what: 'Device trees and overlays',
    inputs: [
      { text: debianKey },
      { path: sources },
      ...['closure/boards.ts', 'steps/boot.ts'].map((name) => ({ path: imageFile(name) })),
    ],
    outputs: [PATHS.overlays, PATHS.dtbs],
    run: () => {
      for (const folder of [PATHS.overlays, PATHS.dtbs]) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
      }
      const debian = join(PATHS.base, 'usr/lib', `linux-image-${release}`, 'broadcom');
      for (const { tree } of BOARDS) cpSync(join(debian, `${tree}.dtb`), join(PATHS.dtbs, `${tree}.dtb`));
      const trees = readdirSync(PATHS.dtbs)
        .sort()
        .map((name) => join(PATHS.dtbs, name));
      run('sh', [join(sources, 'compile.sh'), sources, PATHS.overlays, ...trees]);
    },
  };
}

/** boot-A.vfat and boot-B.vfat, which differ in cmdline.txt and label only. */
export function bootStep(earlier: readonly string[], version: Version): Step {
  return {
    name: 'boot',
    what: 'Boot partitions',
    inputs: [
      ...[...earlier, String(version.epoch)].map((text) => ({ text })),
      ...['boot', 'steps/boot.ts', 'lib/fat.ts'].map((name) => ({ path: imageFile(name) })),
    ],
    outputs: [product('boot-A.vfat'), product('boot-B.vfat')],
    run: () => {
      for (const slot of ['A', 'B'] as const) {
        const folder = join(PATHS.boot, slot);
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(join(folder, 'overlays'), { recursive: true });
        for (const name of FIRMWARE_FILES)
          if (name !== 'bootcode.bin') cpSync(join(PATHS.firmware, name), join(folder, name));
        for (const name of ['vmlinuz', 'initrd.img']) cpSync(product(name), join(folder, name));
        for (const { tree, vendorTree } of BOARDS)
          for (const name of vendorTree === undefined ? [tree] : [tree, vendorTree])
            cpSync(join(PATHS.dtbs, `${tree}.dtb`), join(folder, `${name}.dtb`));
        cpSync(PATHS.overlays, join(folder, 'overlays'), { recursive: true });
        for (const name of ['config.txt', 'hardware.txt']) cpSync(imageFile(`boot/${name}`), join(folder, name));
        writeFileSync(
          join(folder, 'cmdline.txt'),
          commandLine(readFileSync(imageFile('boot/cmdline.txt'), 'utf8'), slot),
        );
        fatImage({
          file: product(`boot-${slot}.vfat`),
          folder,
          label: `BOOT_${slot}`,
          mebibytes: 96,
          epoch: version.epoch,
        });
      }
    },
  };
}

/** Fills the slot into the template; the firmware wants one line. */
export function commandLine(template: string, slot: 'A' | 'B'): string {
  return `${template.trim().replace(/\s+/g, ' ').replaceAll('@SLOT@', slot)}\n`;
}
