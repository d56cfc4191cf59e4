/**
 * A box without a HAT: it says that a sound card is missing, takes a USB card that is plugged in (the kernel's own USB
 * sound driver on a card of this process), and plays on it: the card's input goes to a room that the box hosts, as sound
 * over the network, and comes back from there to its output. Pulled out and plugged in again while it plays, it plays
 * again. The box and its USB go by one clock, its own, which waits for its instructions: a slow machine takes longer, and
 * what is heard stays the same.
 */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../peers/wait.ts';
import { writeWav } from '../peers/wav.ts';
import { type Box, type Key, telling } from './box.ts';
import { OUT } from './products.ts';
import { hostFile } from './settings.ts';
import type { Steps } from './steps.ts';
import { CARD_NAME, createUsbCard, type UsbCard } from './usb-card.ts';
import { type Plugged, plugIn } from './usbredir.ts';
import { newCard, startVirt } from './virt.ts';

const ROOM = 'Rehearsal room';
const PLAYING = /ms dela.*Ping/;
/** For everything: a second of the box's clock may take ten of ours. */
const SLOW_MS = 600_000;
/** A push as long goes a screen back. */
const BACK_MS = 1200;
/** Pieces of 20 ms that are listened to: 2 s of silence, 10 s of the tone. */
const SILENT_PIECES = 100;
const TONE_PIECES = 500;
/** As much of them has to be the tone; it jumps where a jitter buffer grows or shrinks, or a packet is late. */
const LEAST_TONE = 0.9;
/** The buffers of both ends take a while to find their size: so often it is listened to for 10 s. */
const TRIES = 5;

export async function usb(steps: Steps): Promise<void> {
  const { step, note } = steps;
  // The card is this process: where QEMU waits for it, the box's clock does not.
  if (process.getuid?.() === 0) setPriority(-5);
  const sockets = mkdtempSync(join(tmpdir(), 'boxusb-'));
  const usbPort = join(sockets, 'usb');
  const card = newCard('usb');
  card.write(1, 'box.toml', hostFile(ROOM));
  const box = await startVirt(card, { usbPort, words: 'simtest simtest.devices=panel,screen', clock: 'own' });
  try {
    await telling(box, steps, async () => {
      await step('power on without any sound card', () => powerOn(box, note));
      const usbCard = createUsbCard();
      let plugged: Plugged | undefined;
      await step('a USB card is plugged in: the panel names it, in use', async () => {
        plugged = await plugIn(usbPort, usbCard.device);
        await seeCard(box, note);
      });
      await step('before it connects it plays silence', () => silence(usbCard, note));
      await step('it plays: in, to the room, and back out', async () => {
        await press(box, 'connect', /Others will see/);
        await press(box, 'knob', PLAYING);
        await tone(box, usbCard, '46 usb', note);
      });
      await step('pulled out and plugged in while it plays: the sound is back', async () => {
        plugged?.pull();
        await until('no card', async () => !(await cards(box)).includes('USB-Audio'), { timeoutMs: SLOW_MS });
        plugged = await plugIn(usbPort, usbCard.device);
        await tone(box, usbCard, '47 usb again', note);
        await box.reads(PLAYING, undefined, SLOW_MS);
      });
    });
  } finally {
    await box.pullThePlug();
    rmSync(sockets, { recursive: true, force: true });
  }
}

const cards = (box: Box) => box.output('cat /proc/asound/cards');

async function powerOn(box: Box, note: (line: string) => void): Promise<void> {
  await box.ready(2 * SLOW_MS);
  note((await box.reads(/Play something/, '44 usb first words', SLOW_MS)).split('\n').join(' | '));
  assert.match(await cards(box), /no soundcards/);
}

/** Through the menu, as its user would look. */
async function seeCard(box: Box, note: (line: string) => void): Promise<void> {
  await until('the card in the kernel', async () => (await cards(box)).includes(CARD_NAME), { timeoutMs: SLOW_MS });
  note((await cards(box)).trim().replaceAll(/\s+/g, ' '));
  note((await box.output('cat /proc/asound/pcm')).trim().split('\n').join(' | '));
  await press(box, 'knob', /Press CONNECT/);
  await press(box, 'knob', /Press CONNECT to play/);
  await press(box, 'knob', /Menu/);
  // The cursor is on the first row, below the title.
  const rows = box.text().split('\n');
  const title = rows.findIndex((row) => row.includes('Menu'));
  await box.turn(rows.findIndex((row) => row.includes('Sound card')) - title - 1);
  await press(box, 'knob', new RegExp(`${CARD_NAME}.*in use, in and out`));
  await box.reads(new RegExp(CARD_NAME), '45 usb card', SLOW_MS);
  await press(box, 'knob', /Menu/, BACK_MS);
  await press(box, 'knob', /Press CONNECT to play/, BACK_MS);
}

/** The box takes no press on a screen that has not stood for a moment of its own clock; its user presses again. */
async function press(box: Box, key: Key, expected: RegExp, forMs?: number): Promise<void> {
  for (let tries = 3; ; tries--) {
    await box.output('sleep 1.2');
    await box.press(key, forMs);
    const seen = await box.reads(expected, undefined, SLOW_MS / 2).catch((error: unknown) => {
      if (tries === 1) throw error;
    });
    if (seen !== undefined) return;
  }
}

async function silence(card: UsbCard, note: (line: string) => void): Promise<void> {
  card.forget();
  await until('sound', () => card.pieces().all >= SILENT_PIECES, { timeoutMs: SLOW_MS });
  const { all, silent } = card.pieces();
  note(`the card has played ${all} pieces of 20 ms; ${silent} of them silence`);
  assert.equal(silent, all);
}

/** Until 10 s of it are steady; they are kept for people. */
async function tone(box: Box, card: UsbCard, name: string, note: (line: string) => void): Promise<void> {
  card.forget();
  await until('the tone', () => card.pieces().tone > 0, { timeoutMs: SLOW_MS });
  for (let tries = TRIES; ; tries--) {
    const before = await counted(box);
    card.forget();
    await until('enough to judge', () => card.pieces().all >= TONE_PIECES, { timeoutMs: SLOW_MS });
    const { all, silent, tone: found } = card.pieces();
    writeWav(join(OUT, `${name.replaceAll(' ', '-')}.wav`), card.heard());
    const after = await counted(box);
    const dropOuts = after.xruns - before.xruns;
    note(`the card has played ${all} pieces of 20 ms; ${found} of them the tone, ${silent} silence`);
    note(`drop-outs that the box has counted, while it told its numbers too: ${dropOuts}; delay ${after.delayMs} ms`);
    if (found >= LEAST_TONE * all) return;
    assert.ok(tries > 1, 'the tone is not steady');
  }
}

/** What the box itself has counted, on its page for machines. */
async function counted(box: Box): Promise<{ readonly xruns: number; readonly delayMs: number }> {
  const read = `fetch('http://localhost/metrics').then((answer) => answer.text()).then(console.log)`;
  const all = await box.output(`/opt/jambox/bin/node -e "${read}"`, SLOW_MS);
  const value = (name: string) => {
    const found = new RegExp(`^jambox_${name} ([\\d.]+)$`, 'm').exec(all)?.[1];
    assert.ok(found !== undefined, `the box does not tell its ${name}:\n${all}`);
    return Number(found);
  };
  return { xruns: value('xruns_total'), delayMs: value('delay_ms') };
}
