/**
 * The board and its boot program, as the firmware tells them in the device tree. Source: Raspberry Pi documentation,
 * "Device tree boot", /chosen/bootloader; the boards' trees in Linux. The tree is read where it lies in /sys:
 * /proc/device-tree is a link to it that a service with ProcSubset=pid cannot see.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanText } from '../box/plain-text.ts';

/** What Linux calls the chips; Pi 3 and Zero 2 W are 2837, Pi 4, 400 and CM4 2711, Pi 5, 500 and CM5 2712. */
export type Chip = 'bcm2837' | 'bcm2711' | 'bcm2712';

export interface BoardReading {
  readonly model: string | null;
  /** Null: no board that the image is made for, or no device tree. */
  readonly chip: Chip | null;
  /** Revision code as it is printed in lists of boards, such as d03115. */
  readonly revision: string | null;
  /** When the boot program on the board was built, ms since 1970; null on boards that have it on the card, or not told. */
  readonly bootloaderMs: number | null;
}

/** Older boot programs know neither `[tryboot]` nor `tryboot_a_b` (raspberrypi/rpi-eeprom, release notes, 2022-12-01). */
export const LEAST_BOOTLOADER_MS = Date.UTC(2022, 11, 1);

const TREE = 'sys/firmware/devicetree/base';

const MAX_HAT_UNITS = 80;

/** Maker and product that the firmware has read from the HAT's EEPROM; null = none. @param root as readBoard's */
export function readHatName(root: string): string | null {
  const word = (name: string): string => {
    try {
      return readFileSync(join(root, TREE, 'hat', name), 'latin1').replaceAll('\0', '');
    } catch {
      return '';
    }
  };
  return cleanText(`${word('vendor')} ${word('product')}`, MAX_HAT_UNITS) || null;
}

/** Files that are not there count as not told. @param root normally '/'; contains sys/ */
export function readBoard(root: string): BoardReading {
  const file = (path: string): Buffer | null => {
    try {
      return readFileSync(join(root, TREE, path));
    } catch {
      return null;
    }
  };
  const texts = (path: string) => (file(path)?.toString('latin1') ?? '').split('\0').filter((text) => text !== '');
  const cell = (path: string): number | null => {
    const bytes = file(path);
    return bytes?.length === 4 ? bytes.readUInt32BE() : null;
  };
  const compatible = texts('compatible');
  const builtS = cell('chosen/bootloader/build-timestamp');
  return {
    model: texts('model')[0] ?? null,
    chip: (['bcm2837', 'bcm2711', 'bcm2712'] as const).find((chip) => compatible.includes(`brcm,${chip}`)) ?? null,
    revision: cell('system/linux,revision')?.toString(16) ?? null,
    bootloaderMs: builtS === null || builtS === 0 ? null : builtS * 1000,
  };
}

/** Whether the board can try an update once: the Pi 4 family keeps that knowledge in a chip of its own. */
export function bootloaderFitness({ chip, bootloaderMs }: BoardReading): 'fit' | 'too-old' | 'unknown' {
  if (chip === null) return 'unknown';
  // Pi 3 and Zero 2 W take it from the card; the first Pi 5 came a year later.
  if (chip !== 'bcm2711') return 'fit';
  if (bootloaderMs === null) return 'unknown';
  return bootloaderMs < LEAST_BOOTLOADER_MS ? 'too-old' : 'fit';
}

/** True on the Pi 5 family, whose I2S has no driver in the image's kernel: no HAT can play there. */
export function needsUsbCard({ chip }: BoardReading): boolean {
  return chip === 'bcm2712';
}
