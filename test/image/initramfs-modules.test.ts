/** The initramfs loads what the card's own driver waits for before that driver (bcm2711-rpi-4-b.dts, &emmc2). */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the supplies of the Pi 4 card slot come before the driver of its card', () => {
  const text = readFileSync(new URL('../../image/initramfs/modules', import.meta.url), 'utf8');
  const names = text.split('\n').filter((line) => /^\w/.test(line));
  const card = names.indexOf('sdhci-iproc');
  for (const supply of ['fixed', 'gpio-regulator']) {
    expect(names).toContain(supply);
    expect(names.indexOf(supply)).toBeLessThan(card);
  }
});
