/**
 * `npm run image:boot`: boots the built card in QEMU and plays its user. As root on Debian 12 or 13.
 *   --machine virt       (default) the whole evening with simulated panel: visit, power-cuts, helpers, update, usb
 *   --machine raspi3b    the Pi 3's own drivers come up with a sound HAT and the panel
 *   --machine raspi4b    the Pi 4's, with the card behind its two supplies
 *   --only PART          one of: visit, power-cuts, helpers, update, usb, raspi3b, raspi4b
 *   --keep               don't build the image, even where it is older than its sources
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { enterNamespace } from '../peers/namespace.ts';
import { helpers } from './helpers.ts';
import { installPackages, qemuVersion } from './packages.ts';
import { pi3 } from './pi3.ts';
import { pi4 } from './pi4.ts';
import { powerCuts } from './power-cuts.ts';
import { buildImage, OUT, REPOSITORY, WORK, whyBuild } from './products.ts';
import { createSteps, type Steps } from './steps.ts';
import { update } from './update.ts';
import { usb } from './usb.ts';
import { visit } from './visit.ts';

const PARTS: Readonly<Record<string, { readonly machine: string; readonly run: (steps: Steps) => Promise<void> }>> = {
  visit: { machine: 'virt', run: visit },
  'power-cuts': { machine: 'virt', run: powerCuts },
  helpers: { machine: 'virt', run: helpers },
  update: { machine: 'virt', run: update },
  usb: { machine: 'virt', run: usb },
  raspi3b: { machine: 'raspi3b', run: pi3 },
  raspi4b: { machine: 'raspi4b', run: pi4 },
};

const { values } = parseArgs({
  options: {
    machine: { type: 'string', default: 'virt' },
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const chosen = Object.entries(PARTS).filter(([name, { machine }]) =>
  values.only === undefined ? machine === values.machine : name === values.only,
);
if (chosen.length === 0) {
  console.error(`No such part: --machine virt, raspi3b or raspi4b, or --only ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}

const EARLIER = 'JAMBOX_BOOT_STEPS';
mkdirSync(WORK, { recursive: true });
const steps = createSteps(process.env[EARLIER]);
if (process.env[EARLIER] === undefined) {
  await steps.part('prepare', () => prepare(steps));
  if (!steps.allPassed()) process.exit(steps.summary());
  process.env[EARLIER] = steps.save();
}
// From here on nothing reaches another machine, and no port of this one is in the way.
await enterNamespace();
for (const [name, { run }] of chosen) await steps.part(name, () => run(steps));
process.exit(steps.summary());

async function prepare({ step, note }: Steps): Promise<void> {
  if (values.only === undefined && values.machine === 'virt') rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  await step('programs of this machine', () => {
    installPackages(WORK);
    const { status } = spawnSync(process.execPath, [join(REPOSITORY, 'test/peers/install.ts')], { stdio: 'inherit' });
    if (status !== 0) throw new Error('the real Jamulus server is missing');
    note(`QEMU ${qemuVersion()}`);
  });
  const reason = whyBuild();
  if (reason === null || values.keep) return;
  await step(`the image (${reason})`, buildImage);
}
