/** FAT32 file systems that are the same bytes for the same content. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

export type FatImage = {
  readonly file: string;
  /** Its content becomes the root of the file system. */
  readonly folder: string;
  /** At most 11 characters. */
  readonly label: string;
  /** At least 34, the smallest FAT32 that every system takes for one. */
  readonly mebibytes: number;
  /** Time of all files, seconds since 1970. */
  readonly epoch: number;
};

/** Makes the file system, with its serial number taken from the label. */
export function fatImage({ file, folder, label, mebibytes, epoch }: FatImage): void {
  const serial = createHash('sha256').update(label).digest('hex').slice(0, 8);
  const env = { SOURCE_DATE_EPOCH: String(epoch), TZ: 'UTC', MTOOLS_SKIP_CHECK: '1' };
  rmSync(file, { force: true });
  run('sh', ['-c', `find . -exec touch -d @${epoch} {} +`], { cwd: folder });
  const format = ['-C', '-F', '32', '-s', '1', '-S', '512', '--invariant', '-i', serial, '-n', label];
  run('mkfs.vfat', [...format, file, String(mebibytes * 1024)], { env });
  for (const name of readdirSync(folder).sort())
    run('mcopy', ['-s', '-m', '-i', file, join(folder, name), '::'], { env });
}
