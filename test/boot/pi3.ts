/**
 * QEMU's `raspi3b`: the card as the Pi 3's firmware starts it, with the WM8731 HAT and the panel. The Pi's own drivers of
 * I2S, I2C and GPIO come up; a WM8750 model answers for the codec, and the bus trace holds every byte for the OLED.
 */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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

const TREE = 'bcm2837-rpi-3-b.dtb';
const HAT = 'audioinjector-wm8731-audio';
const PANEL = 'jambox-panel-encoder';
const OLED_ADDRESS = 0x3c;
const PREFIX = '@@agent';
/** This machine's watchdog bites at once when it is switched on, as if its time were up. */
const NO_WATCHDOG = 'module_blacklist=bcm2835_wdt';
const OURS = 'simtest simtest.port=/dev/ttyS1 simtest.options=--no-screen,--prefix,@@agent console=ttyS1,115200';
const SLOW_MS = 480_000;
const FIRST_WORDS = /Plug in|Play something/;
const QUIET_MS = 400;

export async function pi3({ step, note }: Steps): Promise<void> {
  const glass = createGlass();
  const trace = join(WORK, 'i2c.trace');
  const box = await step('the firmware starts the card', async () => {
    const card = newCard('raspi3b');
    card.write(2, 'hardware.txt', `dtoverlay=${HAT}\ndtoverlay=${PANEL}\n`);
    return await startPi(card, trace);
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
      glass.picture(pictureName(OUT, '40 raspi3b first words'));
      note(text.split('\n').join(' | '));
      await box.ready(SLOW_MS);
    });
    await step("the sound card, from the Pi's I2S driver", () => checkSound(box, note));
    await step('keys, knob, lamps', () => checkPanel(box));
    await step('the service runs', () => checkService(box, note));
  } catch (error) {
    note(await box.confess());
    throw error;
  } finally {
    await box.pullThePlug();
  }
}

async function startPi(card: Card, trace: string): Promise<Box> {
  const file = (name: string) => join(WORK, name);
  const boot = chooseBoot(card, false);
  const tree = mergedTree(card, boot.partition);
  writeFileSync(file('pi-vmlinuz'), boot.kernel);
  writeFileSync(file('pi-initrd.img'), appendArchive(boot.initrd, makeKit(product('modules-test'))));
  const machine = await startMachine({
    args: [
      ...['-M', 'raspi3b', '-accel', 'tcg,thread=multi'],
      ...['-kernel', file('pi-vmlinuz'), '-initrd', file('pi-initrd.img'), '-dtb', tree],
      ...['-append', `${boot.commandLine} ${OURS} ${NO_WATCHDOG} ${QUICKER}`],
      ...['-drive', `file=${card.path},if=sd,format=raw`],
      ...['-audiodev', 'none,id=silence', '-device', 'wm8750,audiodev=silence,bus=i2c-bus.1,address=0x1a'],
      ...['-device', `at24c-eeprom,bus=i2c-bus.1,address=${OLED_ADDRESS},rom-size=65536`],
      ...['-trace', 'i2c_send', '-trace', 'i2c_event', '-D', trace],
    ],
    agentArgs: (path) => [
      ...['-chardev', `socket,id=agent,path=${path},server=on,wait=off`],
      ...['-serial', 'null', '-serial', 'chardev:agent'],
    ],
    logPath: file('console-raspi3b.log'),
  });
  return openBox({ machine, wiring: readWiring(tree), pictures: OUT, prefix: PREFIX });
}

/** As the firmware does it: the board's tree, and what config.txt and its include name. */
function mergedTree(card: Card, partition: number): string {
  const write = (name: string, from: string) => {
    const bytes = card.read(partition, from);
    if (bytes === undefined) throw new Error(`the boot partition has no ${from}`);
    const path = join(WORK, name);
    writeFileSync(path, bytes);
    return path;
  };
  const base = write(TREE, TREE);
  const overlays = [HAT, PANEL].map((name) => write(`${name}.dtbo`, `overlays/${name}.dtbo`));
  const merged = join(WORK, 'raspi3b.dtb');
  execFileSync('fdtoverlay', ['-i', base, '-o', merged, ...overlays]);
  return merged;
}

async function checkSound(box: Box, note: (line: string) => void): Promise<void> {
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
  writeFileSync(join(OUT, 'raspi3b-mixer.txt'), controls);
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

async function checkService(box: Box, note: (line: string) => void): Promise<void> {
  const shown = await box.output('systemctl show jambox.service -p ActiveState,NRestarts,StatusText');
  note(shown.trim().replaceAll('\n', ', '));
  // This machine's I2S moves no sound: whether the service calls itself ready is a matter of the card's time-outs.
  assert.match(shown, /ActiveState=(active|activating)/);
  assert.match(shown, /NRestarts=0/);
  assert.match(shown, /StatusText=idle/);
  const failed = (await box.output('systemctl --failed --no-legend --plain')).trim();
  assert.equal(failed, '');
  const { stdout } = await box.run('journalctl -b --no-pager -o short-monotonic');
  writeFileSync(join(OUT, 'raspi3b-journal.txt'), stdout);
}
