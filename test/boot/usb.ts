/**
 * A box without a HAT: it says that a sound card is missing, takes a USB card that is plugged in (the kernel's own USB
 * sound driver on a card of this process), and plays on it: the card's input goes to a real server and comes back from
 * there to its output. Pulled out and plugged in again while it plays, it plays again.
 */
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPeers } from '../peers/processes.ts';
import { type Server, startServer } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { writeWav } from '../peers/wav.ts';
import { type Box, type Key, telling } from './box.ts';
import { OUT } from './products.ts';
import { installerFile } from './settings.ts';
import type { Steps } from './steps.ts';
import { CARD_NAME, createUsbCard, type UsbCard } from './usb-card.ts';
import { type Plugged, plugIn } from './usbredir.ts';
import { HOST_ADDRESS, newCard, startVirt } from './virt.ts';

const SERVER_PORT = 23_660;
const SLOW_MS = 240_000;
/** A push as long goes a screen back. */
const BACK_MS = 1200;
/** Share of the tone that must arrive, in pieces of 20 ms: an emulated box has drop-outs. */
const ENOUGH_PIECES = 50;

export async function usb(steps: Steps): Promise<void> {
  const { step, note } = steps;
  // The card is this process: it has to be as quick as QEMU, which runs as much before others.
  if (process.getuid?.() === 0) setPriority(-5);
  const peers = createPeers('boot-usb');
  const sockets = mkdtempSync(join(tmpdir(), 'boxusb-'));
  const usbPort = join(sockets, 'usb');
  peers.atEnd(() => rmSync(sockets, { recursive: true, force: true }));
  try {
    const server = await step('a Jamulus 3.9.1 server is there', () => startServer(peers, { port: SERVER_PORT }));
    const card = newCard('usb');
    card.write(1, 'box.toml', installerFile({ address: `${HOST_ADDRESS}:${SERVER_PORT}`, name: 'Rehearsal room' }));
    const box = await startVirt(card, { usbPort, words: 'simtest simtest.devices=panel,screen' });
    peers.atEnd(box.pullThePlug);
    await telling(box, steps, async () => {
      await step('power on without any sound card', () => powerOn(box, note));
      const usbCard = createUsbCard();
      let plugged: Plugged | undefined;
      await step('a USB card is plugged in: the panel names it, in use', async () => {
        plugged = await plugIn(usbPort, usbCard.device);
        await seeCard(box, note);
      });
      await step('before it connects, nothing of the input comes out', () => assert.equal(usbCard.pieces().tone, 0));
      await step('it plays: in, to the server, and back out', async () => {
        await connect(box, server);
        await tone(usbCard, '46 usb', note);
      });
      await step('pulled out and plugged in while it plays: the sound is back', async () => {
        plugged?.pull();
        await until('no card', async () => !(await cards(box)).includes('USB-Audio'), { timeoutMs: SLOW_MS });
        usbCard.forget();
        plugged = await plugIn(usbPort, usbCard.device);
        await tone(usbCard, '47 usb again', note);
        assert.equal((await server.clients()).length, 1);
      });
    });
  } finally {
    await peers.end();
  }
}

const cards = (box: Box) => box.output('cat /proc/asound/cards');

async function powerOn(box: Box, note: (line: string) => void): Promise<void> {
  await box.ready();
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
  await box.press('knob');
  await box.reads(new RegExp(`${CARD_NAME}.*in use, in and out`), '45 usb card', SLOW_MS);
  await press(box, 'knob', /Menu/, BACK_MS);
  await press(box, 'knob', /Press CONNECT to play/, BACK_MS);
}

/** The box takes no press on a screen that has not stood for a moment; on a busy machine its user presses again. */
async function press(box: Box, key: Key, expected: RegExp, forMs?: number): Promise<void> {
  for (let tries = 3; ; tries--) {
    await box.press(key, forMs);
    const seen = await box.reads(expected).catch((error: unknown) => {
      if (tries === 1) throw error;
    });
    if (seen !== undefined) return;
  }
}

async function connect(box: Box, server: Server): Promise<void> {
  await press(box, 'connect', /Others will see/);
  await box.press('knob');
  await until('the box on the server', async () => (await server.clients()).length === 1, { timeoutMs: SLOW_MS });
}

/** Waits for enough of the tone; what the card has played is kept for people. */
async function tone(card: UsbCard, name: string, note: (line: string) => void): Promise<void> {
  try {
    await until('the tone', () => card.pieces().tone >= ENOUGH_PIECES, { timeoutMs: SLOW_MS, everyMs: 1000 });
    await sleep(2000);
  } finally {
    writeWav(join(OUT, `${name.replaceAll(' ', '-')}.wav`), card.heard());
    const { all, tone: found } = card.pieces();
    note(`the card has played ${all} pieces of 20 ms; ${found} of them the tone`);
  }
}
