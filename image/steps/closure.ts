/** Step: for every board, panel and HAT: has each device that the box needs its driver, and everything that this waits for? */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOARDS, D_CHIP } from '../closure/boards.ts';
import { checkBoards } from '../closure/combinations.ts';
import { driversOf, readDriverFiles } from '../closure/drivers.ts';
import { readFdt } from '../closure/fdt.ts';
import type { Step } from '../lib/cache.ts';
import { ask, BuildError, run } from '../lib/run.ts';
import { imageFile, PATHS, product } from '../paths.ts';

/** Walks what the earlier steps built, and fails the build with one sentence a fault. closure.txt lists the boards. */
export function closureStep(release: string, earlier: readonly string[]): Step {
  return {
    name: 'closure',
    what: 'Drivers and pins of every board',
    inputs: [
      ...earlier.map((text) => ({ text })),
      ...['closure', 'steps/closure.ts'].map((name) => ({ path: imageFile(name) })),
    ],
    outputs: [product('closure.txt')],
    run: () => {
      const names = readdirSync(PATHS.overlays)
        .filter((file) => file.endsWith('.dtbo'))
        .map((file) => file.slice(0, -'.dtbo'.length));
      const results = checkBoards({
        boards: BOARDS,
        panels: ['jambox-panel-encoder', 'jambox-panel-buttons'],
        hats: names.filter((name) => !name.startsWith('jambox-') && name !== D_CHIP.overlay),
        map: readFdt(readFileSync(join(PATHS.overlays, 'overlay_map.dtb'))),
        merge,
        drivers: driversOf(readDriverFiles(PATHS.root, release, product('vmlinuz'), PATHS.initramfs)),
      });
      const faults = [...results.flatMap((result) => result.faults), ...dChipFaults()];
      if (faults.length > 0) throw new BuildError(`A board would not work:\n${faults.join('\n')}`);
      const lines = results.map(({ board, trees }) => `${board}: holds with ${trees} combinations of panel and HAT`);
      writeFileSync(product('closure.txt'), [`Linux ${release}`, ...lines, 'Wi-Fi: not in the image', ''].join('\n'));
    },
  };
}

function dChipFaults(): string[] {
  merge(D_CHIP.from, [D_CHIP.overlay]);
  const text = (file: string) => ask('dtc', ['-q', '-s', '-I', 'dtb', '-O', 'dts', file]);
  const isSame = text(product('work/merged.dtb')) === text(join(PATHS.dtbs, `${D_CHIP.to}.dtb`));
  return isSame ? [] : [`${D_CHIP.overlay} on ${D_CHIP.from} does not give ${D_CHIP.to}.`];
}

/** As the firmware puts them together: with libfdt, one overlay after the other. */
function merge(board: string, overlays: readonly string[]) {
  const merged = product('work/merged.dtb');
  const files = overlays.map((name) => join(PATHS.overlays, `${name}.dtbo`));
  run('fdtoverlay', ['-i', join(PATHS.dtbs, `${board}.dtb`), '-o', merged, ...files]);
  return readFdt(readFileSync(merged));
}
