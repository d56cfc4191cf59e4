/** A Raspberry Pi in QEMU with the shipped card, started as its firmware does it: kernel, initramfs, tree, overlays. */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Box, openBox, telling } from './box.ts';
import { appendArchive } from './cpio.ts';
import { chooseBoot } from './firmware.ts';
import { guestFiles } from './guest-files.ts';
import { readWiring } from './panel-tree.ts';
import { OUT, product, WORK } from './products.ts';
import { startMachine } from './qemu.ts';
import type { Steps } from './steps.ts';
import { newCard, QUICKER } from './virt.ts';

export interface PiBoard {
  /** QEMU's name of it. */
  readonly machine: 'raspi3b' | 'raspi4b';
  /** File of its tree on the boot partition. */
  readonly tree: string;
  /** Changes in the tree for what QEMU has no model of. @param path of the tree, with its overlays */
  readonly adapt?: (path: string) => void;
  /** The serial line of agent and kernel, as the guest names it. */
  readonly serial: string;
  /** Ports of the machine before that one, as QEMU counts them. */
  readonly portsBefore: number;
  /** More for the kernel's command line. */
  readonly words: string;
  /** What is plugged in, as arguments of QEMU. */
  readonly devices: readonly string[];
}

export const HAT = 'audioinjector-wm8731-audio';
const PANEL = 'jambox-panel-encoder';
const OVERLAYS = [HAT, PANEL];
const PREFIX = '@@agent';
/** These machines' watchdog bites at once when it is switched on, as if its time were up. */
const NO_WATCHDOG = 'module_blacklist=bcm2835_wdt';
/** A whole start. */
export const START_MS = 900_000;
export const FIRST_WORDS = /Plug in|Play something/;

/** Starts the card and does `work` with the box; it is unplugged at the end, and tells what it can where that fails. */
export async function onPi(board: PiBoard, steps: Steps, work: (box: Box) => Promise<void>): Promise<void> {
  const box = await steps.step('the firmware starts the card', () => startPi(board));
  try {
    await telling(box, steps, () => work(box));
  } finally {
    await box.pullThePlug();
  }
}

async function startPi({ machine, tree, adapt, serial, portsBefore, words, devices }: PiBoard): Promise<Box> {
  const file = (name: string) => join(WORK, `${machine}-${name}`);
  const card = newCard(machine);
  // Named, since not every machine's codec answers: a box that finds another HAT than it has overlays for starts anew.
  card.write(1, 'box.toml', `[hardware]\nhat = "${HAT}"\n`);
  card.write(2, 'hardware.txt', OVERLAYS.map((name) => `dtoverlay=${name}\n`).join(''));
  const boot = chooseBoot(card, false);
  const fromCard = (name: string) => {
    const bytes = card.read(boot.partition, name);
    if (bytes === undefined) throw new Error(`the boot partition has no ${name}`);
    const path = file(name.replaceAll('/', '-'));
    writeFileSync(path, bytes);
    return path;
  };
  const merged = file('merged.dtb');
  const overlays = OVERLAYS.map((name) => fromCard(`overlays/${name}.dtbo`));
  execFileSync('fdtoverlay', ['-i', fromCard(tree), '-o', merged, ...overlays]);
  adapt?.(merged);
  writeFileSync(file('vmlinuz'), boot.kernel);
  writeFileSync(file('initrd.img'), appendArchive(boot.initrd, guestFiles(product('modules-test'))));
  const ours = `simtest simtest.port=/dev/${serial} console=${serial},115200`;
  const started = await startMachine({
    args: [
      ...['-M', machine, '-accel', 'tcg,thread=multi'],
      ...['-kernel', file('vmlinuz'), '-initrd', file('initrd.img'), '-dtb', merged],
      ...['-append', `${boot.commandLine} ${ours} ${words} ${NO_WATCHDOG} ${QUICKER}`],
      ...['-drive', `file=${card.path},if=sd,format=raw`],
      ...devices,
    ],
    agentArgs: (path) => [
      ...['-chardev', `socket,id=agent,path=${path},server=on,wait=off`],
      ...Array.from({ length: portsBefore }).flatMap(() => ['-serial', 'null']),
      ...['-serial', 'chardev:agent'],
    ],
    logPath: file('console.log'),
  });
  return openBox({ machine: started, wiring: readWiring(merged), pictures: OUT, prefix: PREFIX });
}

/** Options of the agent on a Pi's serial line, where the kernel writes too. @param more further ones */
export function agentOptions(...more: readonly string[]): string {
  return `simtest.options=${['--prefix', PREFIX, ...more].join(',')}`;
}

export async function checkPanel(box: Box): Promise<void> {
  const inputs = await box.output('cat /sys/class/input/event*/device/name');
  assert.match(inputs, /^jambox-keys$/m);
  assert.match(inputs, /^jambox-encoder$/m);
  const lamps = await box.output('ls /sys/class/leds');
  for (const name of ['jambox:green:connect', 'jambox:yellow:mute', 'jambox:red:recording'])
    assert.ok(lamps.includes(name), name);
  assert.match(await box.output('ls -l /dev/i2c-1'), /i2c-1/);
}

/** The journal goes to a file named after the machine. */
export async function checkService(box: Box, machine: string, note: (line: string) => void): Promise<void> {
  const shown = await box.output('systemctl show jambox.service -p ActiveState,NRestarts,StatusText');
  note(shown.trim().replaceAll('\n', ', '));
  // These machines' I2S moves no sound: whether the service calls itself ready is a matter of the card's time-outs.
  assert.match(shown, /ActiveState=(active|activating)/);
  assert.match(shown, /NRestarts=0/);
  assert.match(shown, /StatusText=idle/);
  const failed = (await box.output('systemctl --failed --no-legend --plain')).trim();
  assert.equal(failed, '');
  const { stdout } = await box.run('journalctl -b --no-pager -o short-monotonic');
  writeFileSync(join(OUT, `${machine}-journal.txt`), stdout);
}
