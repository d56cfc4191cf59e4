/** Step: the whole card as one image, packed, with its checksum and how to write it. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../lib/cache.ts';
import { fatImage } from '../lib/fat.ts';
import { run } from '../lib/run.ts';
import { imageFile, OUTPUT, PATHS, product, REPOSITORY } from '../paths.ts';
import type { Version } from '../version.ts';

const BOX_TOML = 'src/settings/box.example.toml';

/** sdcard.img out of the partitions. */
export function cardStep(earlier: readonly string[], version: Version): Step {
  return {
    name: 'card',
    what: 'Card image',
    inputs: [
      ...[...earlier, String(version.epoch)].map((text) => ({ text })),
      ...['card', 'steps/card.ts', 'lib/fat.ts'].map((name) => ({ path: imageFile(name) })),
      { path: join(REPOSITORY, BOX_TOML) },
    ],
    outputs: [product('sdcard.img')],
    run: () => {
      rmSync(PATHS.card, { recursive: true, force: true });
      installerPartition(version.epoch);
      dataPartition(version.epoch);
      const folders = ['--rootpath', join(PATHS.card, 'none'), '--tmppath', join(PATHS.card, 'tmp')];
      mkdirSync(join(PATHS.card, 'none'));
      const config = ['--config', imageFile('card/sdcard.genimage.cfg')];
      run('genimage', [...config, ...folders, '--inputpath', OUTPUT, '--outputpath', OUTPUT]);
    },
  };
}

/** What every computer can read: the installer's settings, and what the boot program looks at first. */
function installerPartition(epoch: number): void {
  const folder = join(PATHS.card, 'jambox');
  mkdirSync(folder, { recursive: true });
  for (const name of ['autoboot.txt', 'README.txt']) cpSync(imageFile(`card/${name}`), join(folder, name));
  cpSync(join(REPOSITORY, BOX_TOML), join(folder, 'box.toml'));
  for (const name of ['bootcode.bin', 'LICENCE.txt']) cpSync(join(PATHS.firmware, name), join(folder, name));
  fatImage({ file: product('jambox.vfat'), folder, label: 'JAMBOX', mebibytes: 64, epoch });
}

/** Small here, so that it is written fast; the box grows it to the whole card. */
function dataPartition(epoch: number): void {
  const file = product('data.ext4');
  const uuid = '6a616d62-6f78-4461-7461-000000000007';
  rmSync(file, { force: true });
  const options = [
    '-b',
    '4096',
    '-I',
    '256',
    '-E',
    `hash_seed=${uuid},root_owner=0:0,lazy_itable_init=0,nodiscard`,
    '-m',
    '0',
  ];
  run('mke2fs', ['-q', '-F', '-t', 'ext4', '-L', 'data', '-U', uuid, ...options, file, '128M'], {
    env: { E2FSPROGS_FAKE_TIME: String(epoch), SOURCE_DATE_EPOCH: String(epoch) },
  });
}

/** sdcard.img.zst, its checksum and FLASH.md. */
export function packStep(cardKey: string, version: Version): Step {
  return {
    name: 'pack',
    what: 'Packing the card image',
    inputs: [{ text: cardKey }, { text: version.text }, { path: imageFile('steps/card.ts') }],
    outputs: ['sdcard.img.zst', 'sdcard.img.zst.sha256', 'FLASH.md'].map(product),
    run: () => {
      const packed = product('sdcard.img.zst');
      run('zstd', ['-q', '-f', '-T0', '-3', product('sdcard.img'), '-o', packed]);
      const checksum = createHash('sha256').update(readFileSync(packed)).digest('hex');
      writeFileSync(`${packed}.sha256`, `${checksum}  sdcard.img.zst\n`);
      const text = readFileSync(imageFile('card/FLASH.md'), 'utf8');
      writeFileSync(product('FLASH.md'), text.replaceAll('@VERSION@', version.text).replaceAll('@SHA256@', checksum));
    },
  };
}
