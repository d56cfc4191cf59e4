/**
 * QEMU's `raspi3b`: the card as the Pi 3's firmware starts it, with the WM8731 HAT and the panel. The Pi's own drivers of
 * I2S, I2C and GPIO come up; a WM8750 model answers for the codec, and the bus trace holds every byte for the OLED.
 */
import { strict as assert } from 'node:assert';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../peers/wait.ts';
import type { Box } from './box.ts';
import { createDisplay, pictureName } from './display.ts';
import { traceReader } from './i2c-trace.ts';
import { agentOptions, checkPanel, checkService, FIRST_WORDS, onPi, START_MS } from './pi.ts';
import { OUT, WORK } from './products.ts';
import type { Steps } from './steps.ts';

const MACHINE = 'raspi3b';
const OLED_ADDRESS = 0x3c;
const QUIET_MS = 400;
const TRACE = join(WORK, 'i2c.trace');
const BOARD = {
  machine: MACHINE,
  tree: 'bcm2837-rpi-3-b.dtb',
  // The first port is Bluetooth's.
  serial: 'ttyS1',
  portsBefore: 1,
  words: agentOptions('--no-screen'),
  devices: [
    ...['-audiodev', 'none,id=silence', '-device', 'wm8750,audiodev=silence,bus=i2c-bus.1,address=0x1a'],
    ...['-device', `at24c-eeprom,bus=i2c-bus.1,address=${OLED_ADDRESS},rom-size=65536`],
    ...['-trace', 'i2c_send', '-trace', 'i2c_event', '-D', TRACE],
  ],
} as const;

export async function pi3(steps: Steps): Promise<void> {
  const { step, note } = steps;
  rmSync(TRACE, { force: true });
  await onPi(BOARD, steps, async (box) => {
    await step("power on: the first words on the OLED, over the Pi's own I2C", async () => {
      note((await firstWords(box)).split('\n').join(' | '));
      await box.ready(START_MS);
    });
    await step("the sound card, from the Pi's I2S driver", () => checkSound(box, note));
    await step('keys, knob, lamps', () => checkPanel(box));
    await step('the service runs', () => checkService(box, MACHINE, note));
  });
}

/** Reads the OLED from the trace. */
async function firstWords(box: Box): Promise<string> {
  const display = createDisplay();
  const look = traceReader(TRACE);
  let hasEnded = false;
  void box.ended.then(() => {
    hasEnded = true;
  });
  const shown = () => {
    for (const { address, bytes } of look()) if (address === OLED_ADDRESS) display.take(bytes);
    return display.text();
  };
  const isWhole = () => FIRST_WORDS.test(shown()) && display.quietMs() > QUIET_MS;
  await until('the first screen', () => hasEnded || isWhole(), { timeoutMs: START_MS, everyMs: 100 });
  if (hasEnded) throw new Error('the machine has stopped');
  display.picture(pictureName(OUT, `40 ${MACHINE} first words`));
  return shown();
}

async function checkSound(box: Box, note: (line: string) => void): Promise<void> {
  const cards = await until(
    'card jambox',
    async () => {
      const text = await box.output('cat /proc/asound/cards');
      return /\[jambox/.test(text) && text;
    },
    { timeoutMs: START_MS, everyMs: 2000 },
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
