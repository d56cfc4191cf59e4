/**
 * An update from a USB stick into the other slot, by the panel; the new system proves healthy and is kept. Then one whose
 * root file system is broken: the box comes back with the system that it had, and says so. This file plays the firmware.
 */
import { strict as assert } from 'node:assert';
import { closeSync, openSync, writeSync } from 'node:fs';
import { until } from '../peers/wait.ts';
import type { Card } from './card.ts';
import { bootPartition } from './firmware.ts';
import { installerFile } from './settings.ts';
import type { Steps } from './steps.ts';
import { makeBundle, makeStick } from './stick.ts';
import { HOST_ADDRESS, newCard, startVirt, type VirtBox } from './virt.ts';

const SLOT_A = { boot: 2, root: 5 };
const SLOT_B = { boot: 3, root: 6 };
const SLOW_MS = 120_000;
const INSTALL_MS = 600_000;
const HEALTH_MS = 240_000;
const BROKEN_BYTES = 4 * 1024 * 1024;

export async function update({ step, note }: Steps): Promise<void> {
  const card = newCard('update');
  card.write(1, 'box.toml', installerFile({ address: `${HOST_ADDRESS}:9`, name: 'Nowhere' }));
  const stick = await step('a stick with a newer version', () => makeStick(makeBundle('9.0.0-test')));
  let box: VirtBox | undefined;
  try {
    box = await step('slot A: the panel offers it', async () => {
      const started = await startVirt(card, { stick });
      box = started;
      await started.ready();
      await openUpdates(started);
      return started;
    });
    await step('OK: it is installed into slot B, and the box asks for a trial', async () => {
      assert.equal(box?.bootPartition, SLOT_A.boot);
      await install(box);
      assert.equal(primary(card), SLOT_A.boot);
    });
    box = await step('slot B on trial: healthy, and kept', async () => {
      const started = await startVirt(card, { tryboot: true });
      box = started;
      assert.equal(started.bootPartition, SLOT_B.boot);
      await started.ready();
      assert.equal((await started.output('cat /run/jambox/slot')).trim(), 'B');
      await until('the commit', () => primary(card) === SLOT_B.boot, { timeoutMs: HEALTH_MS, everyMs: 1000 });
      note(`kept after ${(await started.output('cat /proc/uptime')).split(' ')[0]} s of its own clock`);
      await started.reads(/Press CONNECT to play/, '33 kept', SLOW_MS);
      return started;
    });
    await step('again, into slot A, asked for by a shell', async () => {
      const started = box as VirtBox;
      await started.output('mkdir -p /data/rauc && echo "A 9.0.1-test" >/data/rauc/trial');
      void started.run('/usr/lib/jambox/update restart').catch(() => undefined);
      assert.equal(await started.ended, 'reboot');
      assert.ok(started.wantsTrial());
    });
    await step('slot A on trial with a broken root: it restarts by itself', async () => {
      breakRoot(card, SLOT_A.root);
      const started = await startVirt(card, { tryboot: true });
      box = started;
      assert.equal(started.bootPartition, SLOT_A.boot);
      assert.equal(await started.ended, 'reboot');
      assert.equal(primary(card), SLOT_B.boot);
    });
    await step('slot B is back, and the panel says so', async () => {
      const started = await startVirt(card);
      box = started;
      assert.equal(started.bootPartition, SLOT_B.boot);
      await started.ready();
      await started.reads(/old version|back/i, '34 the old version is back', SLOW_MS);
    });
  } catch (error) {
    if (box !== undefined) note(await box.confess());
    throw error;
  } finally {
    await box?.pullThePlug();
  }
}

async function openUpdates(box: VirtBox): Promise<void> {
  await box.reads(/Play something/, undefined, SLOW_MS);
  await box.press('knob');
  await box.reads(/Press CONNECT/);
  await box.press('knob');
  await box.reads(/Press CONNECT to play/);
  await until(
    'an update that is offered',
    async () => (await box.output('cat /run/jambox/update.json')).includes('"available"'),
    {
      timeoutMs: SLOW_MS,
      everyMs: 2000,
    },
  );
  await box.press('knob');
  await box.reads(/Menu/);
  // The list stops at its end; the last but one is wanted.
  await box.turn(20);
  await box.turn(-1);
  await box.press('knob');
  await box.reads(/Install 9\.0\.0/, '30 an update');
}

async function install(box: VirtBox): Promise<void> {
  await box.press('knob');
  await box.reads(/Updating/, '31 updating', SLOW_MS);
  await box.reads(/Trying/, '32 trying the update', INSTALL_MS);
  assert.equal(await box.ended, 'reboot');
  assert.ok(box.wantsTrial(), 'no trial was asked for');
}

/** The boot partition that the firmware starts. */
function primary(card: Card): number {
  return bootPartition(card.text(1, 'autoboot.txt'), false);
}

function breakRoot(card: Card, partition: number): void {
  const fd = openSync(card.path, 'r+');
  writeSync(fd, Buffer.alloc(BROKEN_BYTES, 0xff), 0, BROKEN_BYTES, card.partition(partition).startByte);
  closeSync(fd);
}
