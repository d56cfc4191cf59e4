/**
 * Root's helpers at work, with the rights that they have and no others: the self-test that a file asks for, requests of the
 * box, the fetcher and its network, the factory reset. (Stick, installation, trial and commit: update.ts.)
 */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../peers/wait.ts';
import { installerFile } from './settings.ts';
import type { Steps } from './steps.ts';
import { HOST_ADDRESS, newCard, startVirt, startVirtMachine, type VirtBox } from './virt.ts';

const SLOW_MS = 240_000;
/** Nobody listens there, and the machine that the box runs on says so. */
const SERVER = `https://${HOST_ADDRESS}:9/latest.json`;

export async function helpers(steps: Steps): Promise<void> {
  const { step, note } = steps;
  const card = newCard('helpers');
  const settings = installerFile({ address: `${HOST_ADDRESS}:9`, name: 'Nowhere' });
  card.write(1, 'box.toml', `${settings}\n[hardware]\nhat = "none"\n\n[update]\nurl = "${SERVER}"\n`);
  card.write(1, 'selftest.txt', '--only machine,realtime\n');
  let box: VirtBox | undefined;
  try {
    await step('a HAT is chosen: it goes into both boot partitions, and the box restarts', async () => {
      box = await startVirt(card);
      assert.equal(await end(box), 'reboot');
      for (const boot of [2, 3]) assert.match(card.text(boot, 'hardware.txt'), /^dtoverlay=\ndtoverlay=jambox-panel/m);
    });
    await step('before the box has started, its self-test was done', () => {
      const words = card.text(1, 'selftest-result.txt');
      note(words.split('\n').slice(0, 3).join(' | '));
      assert.match(words, /^box-selftest .*\n[\s\S]*kernel/);
      assert.doesNotMatch(words, /EPERM|EACCES|not allowed|FAIL {2}/);
      for (const item of ['real-time rights', 'root file system', '/data'])
        assert.match(words, new RegExp(`^OK +${item}`, 'm'));
      assert.match(card.text(1, 'selftest-done.txt'), /machine/);
    });
    const first = await step('it starts, and does neither again', async () => {
      const started = await startVirt(card);
      box = started;
      await started.ready();
      await started.reads(/Play something/, undefined, SLOW_MS * 2);
      assert.match(await started.output('grep " /boot/firmware " /proc/mounts'), / vfat ro,/);
      return started;
    });
    await step('the fetcher asks the owner’s server for root', async () => {
      await ask(first, 'update-check-on');
      const said = await until('an answer', async () => await journal(first, 'jambox-update-check.service'), {
        timeoutMs: SLOW_MS,
        everyMs: 3000,
      });
      note(said.trim());
      assert.match(said, new RegExp(`${SERVER}: connect ECONNREFUSED`));
      assert.match(await first.output('ls /data/rauc'), /check/);
    });
    await step('no helper has failed for want of a right', async () => {
      // The update check has, as it should: its server is not there.
      const failed = (await first.output('systemctl --failed --no-legend --plain')).trim();
      assert.match(failed, /^(jambox-update-check\.service .*)?$/);
      const denied = await first.output(
        'journalctl -b --no-pager | grep -iE "permission denied|operation not permitted|read-only file system" || true',
      );
      assert.equal(denied.trim(), '');
    });
    await step('a factory reset: it restarts, and knows nothing', async () => {
      await first.output('echo mine >/data/jambox/mine');
      await ask(first, 'factory-reset');
      assert.equal(await first.ended, 'reboot');
      const second = await startVirt(card);
      box = second;
      await second.ready();
      await until('the folders', async () => (await second.run('ls /data/jambox')).code === 0, { timeoutMs: SLOW_MS });
      const left = await second.output('ls -A /data /data/jambox /data/rauc');
      note(left.trim().split('\n').join(' '));
      assert.doesNotMatch(left, /mine|check|factory-reset/);
    });
    await step('a start that would end in a console: it restarts by itself', async () => {
      await box?.pullThePlug();
      const machine = await startVirtMachine(card, { words: 'systemd.unit=emergency.target' });
      try {
        assert.equal(await end(machine), 'reboot');
      } finally {
        await machine.kill();
      }
    });
  } catch (error) {
    if (box !== undefined) note(await box.confess());
    throw error;
  } finally {
    await box?.pullThePlug();
  }
}

async function end({ ended }: Pick<VirtBox, 'ended'>): Promise<string> {
  return await Promise.race([ended, sleep(SLOW_MS * 2, 'nothing', { ref: false })]);
}

/** As the box does. */
async function ask(box: VirtBox, request: string): Promise<void> {
  await box.output(`setpriv --reuid=jambox --regid=jambox --clear-groups touch /run/jambox/requests/${request}`);
}

async function journal(box: VirtBox, unit: string): Promise<string | undefined> {
  const said = await box.output(`journalctl -b --no-pager -o cat -u ${unit} | grep https: || true`);
  return said.trim() === '' ? undefined : said;
}
