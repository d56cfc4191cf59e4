/**
 * Which sound card plays: the whole box in its own practice room, on made-up lists of the kernel and on test cards
 * through the real ALSA library, plugged in and pulled out while it plays.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seen } from '../box/seen.ts';
import {
  type CardShape,
  HIFIBERRY_ADC,
  plugIn,
  scarlett2i2,
  UMC404HD,
  umc22,
  WEBCAM,
} from '../linux/sound-card-trees.ts';
import { until } from '../peers/wait.ts';
import { temporaryFolder } from '../support/folder.ts';
import { startWholeBox, type WholeBox } from '../support/whole-box.ts';
import { writeTestHwConf } from '../testcard/build.ts';
import { createTestCard, type TestCard } from '../testcard/control.ts';

const SUFFIX = `choice${process.pid}`;
const ARGS = [
  '--appliance',
  '--practice',
  '--no-realtime',
  '--period',
  '128',
  '--port',
  '0',
  '--page',
  'off',
  '--plain',
];
const SCARLETT = scarlett2i2('1-1.3', 'A');
/** How long after the start a better card is taken whoever plays: app/cards.ts. */
const DRIVERS_MS = 15_000;
/** Two looks of the box at the list. */
const LOOKS_MS = 4500;

let root: string;
let cards: Map<string, TestCard>;
let boxes: (() => Promise<void>)[];
beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, 'dev/snd'), { recursive: true });
  Object.assign(process.env, writeTestHwConf(root, SUFFIX));
  cards = new Map();
  boxes = [];
});
afterEach(async () => {
  for (const end of boxes) await end();
  for (const card of cards.values()) card.close();
});

/** These cards are there from now on, and no others. */
function present(...shapes: readonly CardShape[]): void {
  const ids = shapes.map(({ id }) => id);
  for (const [id, card] of cards) if (!ids.includes(id)) card.unplug();
  for (const id of ids) {
    if (!cards.has(id)) cards.set(id, createTestCard(`${id}${SUFFIX}`, 'wire'));
    cards.get(id)?.plugIn();
  }
  plugIn(root, shapes);
  writeFileSync(join(root, 'dev/snd/controlC0'), ids.join());
}

async function start(toml = ''): Promise<WholeBox> {
  const settings = join(root, 'box.toml');
  writeFileSync(settings, toml);
  const box = await startWholeBox([...ARGS, '--settings', settings, '--state', join(root, 'state')], { root });
  boxes.push(box.quit);
  return box;
}

function description({ store }: WholeBox): string {
  const { device } = store.state().engine;
  return device.kind === 'running' ? device.description : device.kind === 'missing' ? device.why : device.kind;
}

const playsOn = (box: WholeBox, ...names: readonly string[]) =>
  until(`a box on ${names.join()}`, () => names.every((name) => description(box).includes(name)));

/** In the practice room. */
const connected = ({ store }: WholeBox) => until('the practice room', () => store.state().link.kind === 'connected');

function session({ store }: WholeBox) {
  const { link, attemptId } = store.state();
  return { attemptId, since: link.kind === 'connected' ? link.sinceMs : link.kind };
}

describe('A box without a word about sound in its settings', () => {
  it('plays on a USB card, and on the two devices of a HAT where there is one', async () => {
    present(UMC404HD);
    const box = await start();
    await playsOn(box, 'in hw:U192k,0 ', 'out hw:U192k,0 ', ' 128/384');
    await box.quit();
    present(UMC404HD, HIFIBERRY_ADC);
    await playsOn(await start(), 'in hw:jambox,0 ', 'out hw:jambox,1 ', ' 128/256');
  });

  it('takes a card that is plugged in later, another when that is pulled out, and stays where it is', async () => {
    present();
    const box = await start();
    await until('no card', () => description(box) === 'no sound card is plugged in');
    await connected(box);
    const before = session(box);
    present(UMC404HD);
    await playsOn(box, 'hw:U192k,0');
    present(SCARLETT);
    await playsOn(box, 'hw:USB,0');
    present();
    await until('no card', () => box.store.state().engine.device.kind === 'missing');
    present(SCARLETT);
    await playsOn(box, 'hw:USB,0');
    expect(session(box)).toEqual(before);
  });

  it('interrupts nobody for a better card, and takes it when nobody plays any more', { timeout: 60_000 }, async () => {
    present(WEBCAM);
    const box = await start();
    await connected(box);
    await playsOn(box, 'hw:Webcam,0');
    await sleep(DRIVERS_MS);
    present(WEBCAM, UMC404HD, HIFIBERRY_ADC);
    const { opens } = cards.get('Webcam')!.status('capture');
    await sleep(LOOKS_MS);
    expect(description(box)).toContain('hw:Webcam,0');
    expect(cards.get('Webcam')!.status('capture').opens).toBe(opens);
    expect(seen(box.store.state()).soundCards?.cards).toHaveLength(3);
    box.store.dispatch({ type: 'leavePressed' });
    await playsOn(box, 'in hw:jambox,0 ', 'out hw:jambox,1 ');
  });

  it('takes the card that somebody chooses at once, in the same session, and at the next start', async () => {
    present(UMC404HD, SCARLETT);
    const box = await start();
    await connected(box);
    await playsOn(box, 'hw:U192k,0');
    const before = session(box);
    box.store.dispatch({ type: 'chooseCard', key: 'usb:1235:8210:A' });
    await playsOn(box, 'hw:USB,0');
    expect(session(box)).toEqual(before);
    expect(seen(box.store.state()).soundCards).toMatchObject({ chosen: 'usb:1235:8210:A', taken: 'usb:1235:8210:A' });
    await box.quit();
    present(umc22(), UMC404HD, HIFIBERRY_ADC, SCARLETT);
    await playsOn(await start(), 'hw:USB,0');
  });

  it('plays on what box.toml names, and on the chosen card where the menu is not locked', async () => {
    present(UMC404HD, SCARLETT);
    const toml = '[sound]\ninput = "hw:USB,0"\noutput = "hw:USB,0"\n';
    const box = await start(toml);
    await playsOn(box, 'in hw:USB,0 ');
    box.store.dispatch({ type: 'chooseCard', key: 'usb:1397:0509' });
    await playsOn(box, 'in hw:U192k,0 ');
    await box.quit();
    const again = await start(toml);
    await playsOn(again, 'in hw:U192k,0 ');
    await again.quit();
    await playsOn(await start(`${toml}[menu]\nlocked = true\n`), 'in hw:USB,0 ');
  });
});
