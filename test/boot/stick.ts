/** USB sticks with an update on them: an image file with one FAT partition, as sticks come. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { product, REPOSITORY, WORK } from './products.ts';

const SECTOR = 512;
const START_SECTOR = 2048;
const SPARE_BYTES = 32 * 1024 * 1024;
const FAT32_LBA = 0x0c;

/** The shipped system as an update of another version, signed with the key of the build. */
export function makeBundle(version: string): string {
  const key = process.env['JAMBOX_KEY'] ?? signing('key');
  const certificate = process.env['JAMBOX_CERT'] ?? signing('cert');
  const path = join(WORK, 'update.raucb');
  const script = join(REPOSITORY, 'image/update/make-bundle.sh');
  const args = [script, product('root.squashfs'), product('boot-A.vfat'), version, key, certificate, path];
  execFileSync('sh', args, { stdio: 'pipe' });
  return path;
}

/** @param bundle goes to the top of the stick */
export function makeStick(bundle: string): string {
  const path = join(WORK, 'stick.img');
  rmSync(path, { force: true });
  const bytes = START_SECTOR * SECTOR + statSync(bundle).size + SPARE_BYTES;
  writeFileSync(path, '');
  truncateSync(path, Math.ceil(bytes / SECTOR) * SECTOR);
  const mbr = Buffer.alloc(SECTOR);
  mbr.writeUInt8(FAT32_LBA, 446 + 4);
  mbr.writeUInt32LE(START_SECTOR, 446 + 8);
  mbr.writeUInt32LE(Math.ceil(bytes / SECTOR) - START_SECTOR, 446 + 12);
  mbr.writeUInt16LE(0xaa55, 510);
  const fd = openSync(path, 'r+');
  writeSync(fd, mbr, 0, SECTOR, 0);
  closeSync(fd);
  const partition = `${path}@@${START_SECTOR * SECTOR}`;
  execFileSync('mformat', ['-i', partition, '-F', '-v', 'STICK', '::'], { stdio: 'pipe' });
  execFileSync('mcopy', ['-i', partition, bundle, '::update.raucb']);
  return path;
}

/** What the build made for itself, where the owner gave nothing. */
function signing(what: 'key' | 'cert'): string {
  const name = readdirSync(product('keys')).find((file) => file.includes(what) && file.endsWith('.pem'));
  if (name === undefined) throw new Error(`no signing ${what} in ${product('keys')}: set JAMBOX_KEY and JAMBOX_CERT`);
  return join(product('keys'), name);
}
