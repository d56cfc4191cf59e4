/**
 * Pulls the plug ten times while settings are being saved, finds them whole each time, and at last starts the box on them.
 *
 * For speed the saving is done right behind the shipped initramfs, on the checked and mounted /data, by the shipped Node
 * and the box's own store, one save after the other: a start takes seconds, and every cut hits. SIGKILL takes QEMU away
 * with all that the guest had not sent to its disk; a card's own cache is not modelled. The last cut hits the whole box.
 */
import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../peers/wait.ts';
import { telling } from './box.ts';
import type { Card } from './card.ts';
import type { SaverLine } from './guest/messages.ts';
import { linesOf } from './qemu.ts';
import { installerFile } from './settings.ts';
import type { Steps } from './steps.ts';
import { HOST_ADDRESS, newCard, startVirt, startVirtMachine } from './virt.ts';

const CUTS = 10;
/** The plug goes at any moment of some saves. */
const MOST_MS = 1500;
const SLOW_MS = 240_000;

export async function powerCuts({ step, note }: Steps): Promise<void> {
  const card = newCard('power-cuts');
  card.write(1, 'box.toml', installerFile({ address: `${HOST_ADDRESS}:9`, name: 'Nowhere' }));
  let level: number | null = null;
  for (let cut = 1; cut <= CUTS; cut++) {
    level = await step(`plug pulled while saving, ${cut}`, () => saveAndCut(card, level, note));
  }
  await step('the box starts, with these settings', async () => {
    const box = await startVirt(card);
    try {
      await telling(box, { note }, async () => {
        await box.ready();
        await box.reads(/Play something|Press CONNECT/, '20 after ten power cuts', SLOW_MS);
        const log = await box.output('cat /run/jambox/fsck.log');
        note(log.trim().split('\n').join(' | '));
        assert.match(log, /clean|recovering journal/);
        assert.equal((await box.output('systemctl --failed --no-legend --plain')).trim(), '');
        assert.doesNotMatch(box.text(), /settings were lost/);
        // It saves what the musician has seen of the first start.
        await box.press('knob');
        await box.reads(/Press CONNECT/);
        await box.press('knob');
        await sleep(Math.random() * MOST_MS);
      });
    } finally {
      await box.pullThePlug();
    }
  });
  await step('plug pulled while the box itself saves', () => saveAndCut(card, level, note));
}

/** @param atLeast volume that was saved before the last cut; gives back the one that was surely saved before this one */
async function saveAndCut(card: Card, atLeast: number | null, note: (line: string) => void): Promise<number> {
  const machine = await startVirtMachine(card, { words: 'simtest.saver' });
  const lines: SaverLine[] = [];
  linesOf(machine.agent, (line) => lines.push(JSON.parse(line) as SaverLine));
  try {
    const ended = machine.ended.then(() => true);
    await Promise.race([
      until('a save', () => lines.some(({ type }) => type === 'saved'), { timeoutMs: SLOW_MS }),
      ended,
    ]);
    await sleep(Math.random() * MOST_MS);
  } finally {
    await machine.kill();
  }
  const [first, ...saves] = lines;
  if (first?.type !== 'found' || saves.length === 0)
    throw new Error(`no save; the console:\n${machine.console().slice(-2000)}`);
  const last = saves.at(-1)?.level ?? 0;
  note(`found: ${first.found}, volume ${first.level}; then ${saves.length} saves, the last surely of volume ${last}`);
  assert.equal(first.found, atLeast === null ? 'none' : 'latest');
  // The save that the cut hit may have come through, or not: nothing else is allowed.
  if (atLeast !== null)
    assert.ok([atLeast, (atLeast + 1) % 101].includes(first.level), `${first.level} after ${atLeast}`);
  return last;
}
