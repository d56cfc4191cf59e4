/**
 * The Pi's firmware as far as the choice of a slot goes: autoboot.txt (with tryboot), config.txt, cmdline.txt of the
 * partition that it names (Raspberry Pi documentation, "config.txt", "autoboot.txt").
 */
import type { Card } from './card.ts';

export interface Boot {
  readonly partition: number;
  readonly kernel: Buffer;
  readonly initrd: Buffer;
  /** One line. */
  readonly commandLine: string;
  readonly config: string;
}

/** Sections of a firmware file: `[all]`, `[tryboot]`; lines before any are for all. Comments are left out. */
export function settingsOf(text: string, sections: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let counts = true;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*/, '').trim();
    const section = /^\[(.+)\]$/.exec(line)?.[1];
    if (section !== undefined) counts = section === 'all' || sections.includes(section);
    const assignment = /^([a-z_0-9]+)[= ](.*)$/.exec(line);
    if (counts && assignment !== null) found.set(assignment[1] as string, (assignment[2] as string).trim());
  }
  return found;
}

/** The partition that autoboot.txt names: the other one where a trial was asked for. */
export function bootPartition(autoboot: string, tryboot: boolean): number {
  const settings = settingsOf(autoboot, tryboot ? ['tryboot'] : []);
  return Number(settings.get('boot_partition') ?? 1);
}

/** Everything that the firmware would load. */
export function chooseBoot(card: Card, tryboot: boolean): Boot {
  const partition = bootPartition(card.text(1, 'autoboot.txt'), tryboot);
  const config = card.text(partition, 'config.txt');
  const settings = settingsOf(config, tryboot ? ['tryboot'] : []);
  const [initramfs = 'initrd.img'] = (settings.get('initramfs') ?? '').split(' ');
  return {
    partition,
    kernel: needed(card, partition, settings.get('kernel') ?? 'vmlinuz'),
    initrd: needed(card, partition, initramfs),
    commandLine: card.text(partition, settings.get('cmdline') ?? 'cmdline.txt').trim(),
    config,
  };
}

function needed(card: Card, partition: number, name: string): Buffer {
  const bytes = card.read(partition, name);
  if (bytes === undefined) throw new Error(`boot partition ${partition} has no ${name}`);
  return bytes;
}
