import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BOX_PACKAGES, HOST_PACKAGES, KBUILD_PACKAGES } from '../../image/packages.ts';
import { imageFile } from '../../image/paths.ts';
import { commandLine } from '../../image/steps/boot.ts';

const read = (name: string) => readFileSync(imageFile(name), 'utf8');

describe('the card', () => {
  it('has one command line for both slots but for the two words that name the slot', () => {
    const [a, b] = [commandLine(read('boot/cmdline.txt'), 'A'), commandLine(read('boot/cmdline.txt'), 'B')];
    expect(a.split('\n')).toHaveLength(2);
    expect(a).not.toContain('@');
    expect(a.replaceAll('.slot=A', '.slot=B')).toBe(b);
    expect(a.split(' ').filter((word) => word.endsWith('.slot=A'))).toEqual(['jb.slot=A', 'rauc.slot=A']);
  });

  it('keeps the last core for the audio thread', () => {
    const words = commandLine(read('boot/cmdline.txt'), 'A').trim().split(' ');
    for (const word of ['isolcpus=managed_irq,domain,3', 'nohz_full=3', 'rcu_nocbs=3', 'irqaffinity=0-2', 'threadirqs'])
      expect(words).toContain(word);
  });

  it('names packages once and without versions; only the kernel is of a later suite', () => {
    for (const list of [BOX_PACKAGES, HOST_PACKAGES, KBUILD_PACKAGES]) {
      expect(new Set(list).size).toBe(list.length);
      for (const name of list) expect(name).toMatch(/^[a-z0-9][a-z0-9.+-]+(\/trixie-backports)?$/);
    }
    expect(BOX_PACKAGES.filter((name) => name.includes('/'))).toEqual(['linux-image-rt-arm64/trixie-backports']);
  });

  it('is known to the initramfs by the signature that its definition writes', () => {
    const [, signature = ''] = /disk-signature = 0x([0-9a-f]{8})/.exec(read('card/sdcard.genimage.cfg')) ?? [];
    const onDisk = Buffer.from(signature, 'hex').reverse();
    expect(onDisk.toString('latin1')).toBe('JAMB');
    expect(read('initramfs/init')).toContain(onDisk.toString('hex'));
  });

  it('starts slot A, and slot B once when asked to try it', () => {
    expect(read('card/autoboot.txt')).toBe('[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n');
  });
});
