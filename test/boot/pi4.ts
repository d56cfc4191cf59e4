/**
 * QEMU's `raspi4b`: the card as the Pi 4's firmware starts it, with the WM8731 HAT and the panel. Shown are the card behind
 * its two supplies, the Pi 4's own GPIO, I2C and I2S drivers on what the overlays name, and the service with its keys and knob.
 * Its screen is not to be found: this machine's I2C raises no interrupt, so neither OLED nor codec can be reached.
 */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { until } from '../peers/wait.ts';
import type { Box } from './box.ts';
import { agentOptions, checkPanel, checkService, HAT, onPi, START_MS } from './pi.ts';
import type { Steps } from './steps.ts';

const MACHINE = 'raspi4b';
const SD_HOST = '/soc/mmc@7e300000';
const SEED_BYTES = 64;
const BOARD = {
  machine: MACHINE,
  tree: 'bcm2711-rpi-4-b.dtb',
  adapt,
  serial: 'ttyAMA0',
  portsBefore: 0,
  words: agentOptions('--no-screen'),
  devices: [],
} as const;

export async function pi4(steps: Steps): Promise<void> {
  const { step, note } = steps;
  await onPi(BOARD, steps, async (box) => {
    await step('power on: systemd and the service', () => box.ready(START_MS));
    await step('the service has found the panel', () => checkSearch(box));
    await step('the card, behind its two supplies', () => checkSupplies(box, note));
    await step("the Pi 4's drivers for the sound HAT", () => checkHat(box));
    await step('keys, knob, lamps', () => checkPanel(box));
    await step('the service runs', () => checkService(box, MACHINE, note));
  });
}

/** @param path of the tree; beside what pi4.dts says, nodes and properties go that an overlay can't remove */
function adapt(path: string): void {
  const overlay = `${path}o`;
  execFileSync('dtc', ['-q', '-@', '-I', 'dts', '-O', 'dtb', '-o', overlay, join(import.meta.dirname, 'pi4.dts')]);
  execFileSync('fdtoverlay', ['-i', path, '-o', path, overlay]);
  for (const node of [`${SD_HOST}/wifi@1`, '/soc/serial@7e201000/bluetooth'])
    execFileSync('fdtput', ['-r', path, node]);
  for (const name of ['non-removable', 'mmc-pwrseq']) execFileSync('fdtput', ['-d', path, SD_HOST, name]);
  // Without it, and without the board's random number generator, the first who asks for random numbers waits for minutes.
  const seed = [...randomBytes(SEED_BYTES)].map((byte) => byte.toString(16));
  execFileSync('fdtput', ['-t', 'bx', path, '/chosen', 'rng-seed', ...seed]);
}

async function checkSearch(box: Box): Promise<void> {
  const said = async () => await box.output('journalctl -b --no-pager -o cat -u jambox.service');
  const hasFound = async () => /controls: jambox-encoder, jambox-keys/.test(await said());
  await until('its first line in the journal', hasFound, { timeoutMs: START_MS, everyMs: 2000 });
}

async function checkSupplies(box: Box, note: (line: string) => void): Promise<void> {
  assert.match(await box.output('cat /run/jambox/disk'), /^\/dev\/mmcblk\dp$/m);
  const supplies = await box.output('cat /sys/class/regulator/*/name');
  for (const name of ['vcc-sd', 'vdd-sd-io']) assert.ok(supplies.split('\n').includes(name), name);
  const modules = await box.output('cut -d " " -f 1 /proc/modules');
  for (const name of ['fixed', 'gpio_regulator', 'sdhci_iproc']) assert.ok(modules.split('\n').includes(name), name);
  note((await box.output('cat /sys/firmware/devicetree/base/model')).replaceAll('\0', ''));
}

async function checkHat(box: Box): Promise<void> {
  assert.match(await box.output('ls /sys/bus/platform/drivers/bcm2835-i2s'), /i2s/, HAT);
  assert.match(await box.output('ls /sys/bus/platform/drivers/i2c-bcm2835'), /i2c/);
  assert.match(await box.output('cat /sys/bus/i2c/devices/1-001a/name'), /wm8731/);
}
