/** QEMU's `virt` machine with the shipped card, kernel, initramfs and command line, and the panel on simulated lines. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Box, openBox } from './box.ts';
import { type Card, openCard } from './card.ts';
import { appendArchive } from './cpio.ts';
import { chooseBoot } from './firmware.ts';
import { guestFiles } from './guest-files.ts';
import { buildPanelTree, type Wiring } from './panel-tree.ts';
import { copyOfCard, OUT, product, WORK } from './products.ts';
import { type Machine, startMachine } from './qemu.ts';

const MACHINE = ['-M', 'virt,gic-version=3', '-cpu', 'cortex-a72', '-smp', '4', '-m', '1024'];
/** What the box's clock follows: that of this machine, or its own instructions, a nanosecond each; time without work is skipped. */
const CLOCKS = {
  ours: ['-accel', 'tcg,thread=multi'],
  own: ['-accel', 'tcg,thread=single', '-icount', 'shift=0,sleep=off'],
} as const;
const PORT = 'jambox.test';
/** Where the box sees this machine's loopback interface (QEMU's user networking). */
export const HOST_ADDRESS = '10.0.2.2';
const CARD_BYTES = 2 ** 31;
/** What a processor's flaws need costs an emulated one a flush of its address translations at every turn. */
export const QUICKER = 'mitigations=off kpti=off';
const OURS = `simtest.port=/dev/virtio-ports/${PORT} console=ttyAMA0 ${QUICKER}`;

export interface VirtOptions {
  /** The firmware was asked to try the other slot once. */
  readonly tryboot?: boolean;
  /** Image of a USB stick. */
  readonly stick?: string;
  /** Path of a socket: a USB port of its own, into which usbredir.ts plugs a device. */
  readonly usbPort?: string;
  /** More for the kernel's command line. */
  readonly words?: string;
  /**
   * 'own': however slow this machine is, the box has time for everything, its USB too, which goes by the same clock.
   * Whatever else is out here is too quick for it then.
   */
  readonly clock?: keyof typeof CLOCKS;
}

export interface VirtBox extends Box {
  /** The boot partition that the firmware chose: 2 or 3. */
  readonly bootPartition: number;
  /** The box has asked the firmware to try the other slot at the next start. */
  readonly wantsTrial: () => boolean;
}

let boots = 0;

/** A card for this machine; as large as the Pi's, so that there is something to grow into. */
export function newCard(name: string): Card {
  return openCard(copyOfCard(name, CARD_BYTES));
}

/** Switches a box on; it writes to its card. It is up when its agent has said so: `ready()`. */
export async function startVirt(card: Card, options: VirtOptions = {}): Promise<VirtBox> {
  const machine = await startVirtMachine(card, options);
  const box = openBox({ machine, wiring: virtTree().wiring, pictures: OUT });
  const wantsTrial = () => box.console().includes('simtest: tryboot');
  return { ...box, bootPartition: machine.bootPartition, wantsTrial };
}

/** The same without anybody to see it. */
export async function startVirtMachine(
  card: Card,
  {
    tryboot = false,
    stick,
    usbPort,
    words = 'simtest simtest.devices=panel,screen,sound',
    clock = 'ours',
  }: VirtOptions,
): Promise<Machine & { readonly bootPartition: number }> {
  const file = (name: string) => join(WORK, name);
  const boot = chooseBoot(card, tryboot);
  writeFileSync(file('vmlinuz'), boot.kernel);
  writeFileSync(file('initrd.img'), appendArchive(boot.initrd, guestFiles(product('modules-test'))));
  boots += 1;
  const machine = await startMachine({
    args: [
      ...MACHINE,
      ...CLOCKS[clock],
      ...['-kernel', file('vmlinuz'), '-initrd', file('initrd.img'), '-dtb', virtTree().path],
      ...['-append', `${boot.commandLine} ${words} ${OURS}`],
      ...['-drive', `file=${card.path},if=none,format=raw,id=card,cache=writeback`],
      ...['-device', 'virtio-blk-pci,drive=card'],
      ...['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net,romfile='],
      ...['-device', 'virtio-rng-pci', '-serial', 'stdio'],
      ...(stick === undefined && usbPort === undefined ? [] : ['-device', 'qemu-xhci']),
      ...(stick === undefined ? [] : stickArgs(stick)),
      ...(usbPort === undefined ? [] : portArgs(usbPort)),
    ],
    agentArgs: (path) => [
      ...['-chardev', `socket,id=agent,path=${path},server=on,wait=off`],
      ...['-device', 'virtio-serial-pci', '-device', `virtserialport,chardev=agent,name=${PORT}`],
    ],
    logPath: file(`console-${boots}.log`),
  });
  return { ...machine, bootPartition: boot.partition };
}

function stickArgs(path: string): readonly string[] {
  const drive = `file=${path},if=none,format=raw,id=stick`;
  return ['-drive', drive, '-device', 'usb-storage,drive=stick'];
}

function portArgs(path: string): readonly string[] {
  return ['-chardev', `socket,id=usb,path=${path},server=on,wait=off`, '-device', 'usb-redir,chardev=usb'];
}

let tree: { readonly path: string; readonly wiring: Wiring } | undefined;

function virtTree(): { readonly path: string; readonly wiring: Wiring } {
  if (tree === undefined) {
    const base = join(WORK, 'virt.dtb');
    const [, machine = ''] = MACHINE;
    // Its network card would want a boot ROM that Debian has in another package.
    const args = ['-M', `${machine},dumpdtb=${base}`, ...MACHINE.slice(2), '-nic', 'none', '-display', 'none'];
    execFileSync('qemu-system-aarch64', args, { stdio: 'pipe' });
    tree = buildPanelTree(base, join(WORK, 'virt-sim.dtb'));
  }
  return tree;
}
