/** The built image: made when it is missing or older than what it is made from, and copied for each part of the test. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

export const REPOSITORY = join(import.meta.dirname, '../..');
const SOURCES = ['image', 'systemd', 'hardware', 'src', 'build/opus.wasm', 'build/fonts.bin', 'package-lock.json'];

export const IMAGE = process.env['JAMBOX_IMAGE_DIR'] ?? join(REPOSITORY, 'build/image');
/** Cards in use, kernels, trees, consoles. */
export const WORK = join(REPOSITORY, 'build/boot');
/** Pictures and reports for people. */
export const OUT = join(REPOSITORY, 'test/out/boot');

export const product = (name: string): string => join(IMAGE, name);

/** Null: it is there and newer than all of its sources. */
export function whyBuild(): string | null {
  const card = product('sdcard.img');
  if (!existsSync(card)) return 'there is no image';
  const builtMs = statSync(card).mtimeMs;
  const newer = SOURCES.find((name) => newestMs(join(REPOSITORY, name)) > builtMs);
  return newer === undefined ? null : `${newer} is newer than the image`;
}

export function buildImage(): void {
  const { status } = spawnSync(process.execPath, [join(REPOSITORY, 'image/build.ts')], {
    stdio: 'inherit',
    cwd: REPOSITORY,
  });
  if (status !== 0) throw new Error('the image could not be built');
}

/** A card of its own with the image on it; larger than the image, as bought cards are. */
export function copyOfCard(name: string, bytes: number): string {
  mkdirSync(WORK, { recursive: true });
  const path = join(WORK, `${name}.img`);
  execFileSync('cp', ['--sparse=always', product('sdcard.img'), path]);
  truncateSync(path, Math.max(bytes, statSync(path).size));
  return path;
}

function newestMs(path: string): number {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
