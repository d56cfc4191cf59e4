/**
 * QEMU's Raspberry Pis: the card as the firmware starts it, with the WM8731 HAT and the panel. The Pi's own drivers of
 * card, I2S, I2C and GPIO come up; a WM8750 model answers for the codec, and the bus trace holds every byte for the OLED.
 */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../peers/wait.ts';
import { type Box, openBox } from './box.ts';
import type { Card } from './card.ts';
import { appendArchive } from './cpio.ts';
import { chooseBoot } from './firmware.ts';
import { createGlass, pictureName } from './glass.ts';
import { traceReader } from './i2c-trace.ts';
import { makeKit } from './kit.ts';
import { readWiring } from './panel-tree.ts';
import { OUT, product, WORK } from './products.ts';
import { startMachine } from './qemu.ts';
import type { Steps } from './steps.ts';
import { newCard, QUICKER } from './virt.ts';

interface Board {
  readonly machine: string;
  /** Debian's tree, as it lies on the boot partition. */
  readonly tree: string;
  /** Makes a tree fit for a machine that lacks parts of the board. */
  readonly adapt?: (path: string) => void;
  /** The kernel's name of the serial line that carries the agent, and QEMU's options for the lines before it. */
  readonly serial: string;
  readonly before: readonly string[];
  /** Number of the first picture. */
  readonly picture: number;
}

/** The first serial line is Bluetooth's in the Pi 3's tree. */
export const PI3: Board = {
  machine: 'raspi3b',
  tree: 'bcm2837-rpi-3-b.dtb',
  serial: 'ttyS1',
  before: ['-serial', 'null'],
  picture: 40,
};

export const PI4: Board = {
  machine: 'raspi4b',
  tree: 'bcm2711-rpi-4-b.dtb',
  adapt: adaptPi4,
  serial: 'ttyAMA0',
  before: [],
  picture: 41,
};

const HAT = 'audioinjector-wm8731-audio';
const PANEL = 'jambox-panel-encoder';
const OLED_ADDRESS = 0x3c;
const PREFIX = '@@agent';
/** This machine's watchdog bites at once when it is switched on, as if its time were up. */
const NO_WATCHDOG = 'module_blacklist=bcm2835_wdt';
const OURS = 'simtest simtest.options=--no-screen,--prefix,@@agent';
const SLOW_MS = 480_000;
const FIRST_WORDS = /Plug in|Play something/;
const QUIET_MS = 400;

/** Starts the card on one of them, to the first words and beyond. */
export async function pi(board: Board, { step, note }: Steps): Promise<void> {
  const glass = createGlass();
  const trace = join(WORK, 'i2c.trace');
  const box = await step('the firmware starts the card', async () => {
    const card = newCard(board.machine);
    card.write(2, 'hardware.txt', `dtoverlay=${HAT}\ndtoverlay=${PANEL}\n`);
    return await startPi(board, card, trace);
  });
  let hasEnded = false;
  void box.ended.then(() => {
    hasEnded = true;
  });
  try {
    await step("power on: the first words on the OLED, over the Pi's own I2C", async () => {
      const look = traceReader(trace);
      const shown = () => {
        for (const { address, bytes } of look()) if (address === OLED_ADDRESS) glass.take(bytes);
        return glass.text();
      };
      const isWhole = () => FIRST_WORDS.test(shown()) && glass.quietMs() > QUIET_MS;
      await until('the first screen', () => hasEnded || isWhole(), { timeoutMs: SLOW_MS, everyMs: 100 });
      const text = shown();
      if (hasEnded) throw new Error('the machine has stopped');
      glass.picture(pictureName(OUT, `${board.picture} ${board.machine} first words`));
      note(text.split('\n').join(' | '));
      await box.ready(SLOW_MS);
    });
    await step("the sound card, from the Pi's I2S driver", () => checkSound(board, box, note));
    await step('keys, knob, lamps', () => checkPanel(box));
    await step('the service runs', () => checkService(board, box, note));
  } catch (error) {
    note(await box.confess());
    throw error;
  } finally {
    await box.pullThePlug();
  }
}

async function startPi(board: Board, card: Card, trace: string): Promise<Box> {
  const file = (name: string) => join(WORK, name);
  const boot = chooseBoot(card, false);
  const tree = mergedTree(board, card, boot.partition);
  const serial = `simtest.port=/dev/${board.serial} console=${board.serial},115200`;
  writeFileSync(file('pi-vmlinuz'), boot.kernel);
  writeFileSync(file('pi-initrd.img'), appendArchive(boot.initrd, makeKit(product('modules-test'))));
  const machine = await startMachine({
    args: [
      ...['-M', board.machine, '-accel', 'tcg,thread=multi'],
      ...['-kernel', file('pi-vmlinuz'), '-initrd', file('pi-initrd.img'), '-dtb', tree],
      ...['-append', `${boot.commandLine} ${OURS} ${serial} ${NO_WATCHDOG} ${QUICKER}`],
      ...['-drive', `file=${card.path},if=sd,format=raw`],
      ...['-audiodev', 'none,id=silence', '-device', 'wm8750,audiodev=silence,bus=i2c-bus.1,address=0x1a'],
      ...['-device', `at24c-eeprom,bus=i2c-bus.1,address=${OLED_ADDRESS},rom-size=65536`],
      ...['-trace', 'i2c_send', '-trace', 'i2c_event', '-D', trace],
    ],
    agentArgs: (path) => [
      ...['-chardev', `socket,id=agent,path=${path},server=on,wait=off`],
      ...[...board.before, '-serial', 'chardev:agent'],
    ],
    logPath: file(`console-${board.machine}.log`),
  });
  return openBox({ machine, wiring: readWiring(tree), pictures: OUT, prefix: PREFIX });
}

/** As the firmware does it: the board's tree, and what config.txt and its include name. */
function mergedTree(board: Board, card: Card, partition: number): string {
  const write = (name: string, from: string) => {
    const bytes = card.read(partition, from);
    if (bytes === undefined) throw new Error(`the boot partition has no ${from}`);
    const path = join(WORK, name);
    writeFileSync(path, bytes);
    return path;
  };
  const base = write(board.tree, board.tree);
  const overlays = [HAT, PANEL].map((name) => write(`${name}.dtbo`, `overlays/${name}.dtbo`));
  const merged = join(WORK, `${board.machine}.dtb`);
  execFileSync('fdtoverlay', ['-i', base, '-o', merged, ...overlays]);
  board.adapt?.(merged);
  return merged;
}

/** pi4.dts, and what an overlay can't take away. */
function adaptPi4(path: string): void {
  const put = (...args: string[]) => execFileSync('fdtput', args);
  put('-r', path, '/soc/mmc@7e300000/wifi@1');
  put('-d', path, '/soc/mmc@7e300000', 'mmc-pwrseq', 'non-removable');
  put('-r', path, '/soc/serial@7e201000/bluetooth');
  const overlay = join(WORK, 'pi4.dtbo');
  const source = join(import.meta.dirname, 'pi4.dts');
  execFileSync('dtc', ['-q', '-@', '-I', 'dts', '-O', 'dtb', '-o', overlay, source]);
  const plain = `${path}.plain`;
  renameSync(path, plain);
  execFileSync('fdtoverlay', ['-i', plain, '-o', path, overlay]);
}

async function checkSound(board: Board, box: Box, note: (line: string) => void): Promise<void> {
  const cards = await until(
    'card jambox',
    async () => {
      const text = await box.output('cat /proc/asound/cards');
      return /\[jambox/.test(text) && text;
    },
    { timeoutMs: SLOW_MS, everyMs: 2000 },
  );
  note(cards.trim().replaceAll(/\s+/g, ' '));
  assert.match(await box.output('ls -l /sys/class/sound/card0/device'), /sound/);
  const pcm = await box.output('cat /proc/asound/pcm');
  assert.match(pcm, /playback 1/);
  assert.match(pcm, /capture 1/);
  note(pcm.trim());
  const controls = await box.output('amixer -c jambox scontents');
  writeFileSync(join(OUT, `${board.machine}-mixer.txt`), controls);
  note(`${controls.split('Simple mixer control').length - 1} mixer controls`);
  assert.match(controls, /Output Mixer HiFi/);
  const saidSo = await box.output('journalctl -b --no-pager -o cat -u jambox-mixer.service');
  assert.match(saidSo, /audioinjector-wm8731-audio: \d+ set, 0 not/);
  note(/.*: \d+ set, 0 not/.exec(saidSo)?.[0] ?? '');
  assert.match(await box.output('cat /proc/modules'), /snd_soc_bcm2835_i2s/);
}

async function checkPanel(box: Box): Promise<void> {
  const inputs = await box.output('cat /sys/class/input/event*/device/name');
  assert.match(inputs, /^jambox-keys$/m);
  assert.match(inputs, /^jambox-encoder$/m);
  const lamps = await box.output('ls /sys/class/leds');
  for (const name of ['jambox:green:connect', 'jambox:yellow:mute', 'jambox:red:recording'])
    assert.ok(lamps.includes(name), name);
  assert.match(await box.output('ls -l /dev/i2c-1'), /i2c-1/);
}

async function checkService(board: Board, box: Box, note: (line: string) => void): Promise<void> {
  const shown = await box.output('systemctl show jambox.service -p ActiveState,NRestarts,StatusText');
  note(shown.trim().replaceAll('\n', ', '));
  // This machine's I2S moves no sound: whether the service calls itself ready is a matter of the card's time-outs.
  assert.match(shown, /ActiveState=(active|activating)/);
  assert.match(shown, /NRestarts=0/);
  assert.match(shown, /StatusText=idle/);
  const failed = (await box.output('systemctl --failed --no-legend --plain')).trim();
  assert.equal(failed, '');
  const { stdout } = await box.run('journalctl -b --no-pager -o short-monotonic');
  writeFileSync(join(OUT, `${board.machine}-journal.txt`), stdout);
}
