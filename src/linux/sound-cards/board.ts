/** What the board itself means for sound, from its device tree. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * True on Raspberry Pi 5, 500 and CM5 (bcm2712): their I2S is in the RP1 chip, for which the kernel of the image has no
 * sound driver, so that no HAT can play. Elsewhere, and where there is no device tree, false.
 * @param root normally '/'; contains proc/
 */
export function needsUsbCard(root: string): boolean {
  try {
    const compatible = readFileSync(join(root, 'proc/device-tree/compatible'), 'latin1');
    return compatible.split('\0').includes('brcm,bcm2712');
  } catch {
    return false;
  }
}
