/** The sound card on the page: which of its channels, and why one does not play; on a test card with eighteen channels. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPeers, type Peers } from '../../peers/processes.ts';
import { writeTestCardConf } from '../../testcard/build.ts';
import { createTestCard, type TestCard } from '../../testcard/control.ts';
import { usePhones } from './browser.ts';
import { type PageBox, startPageBox } from './page-box.ts';
import { pairPhone, tab } from './steps.ts';

const PORT = 22_984;
const CARD = `page${process.pid}`;
const OUT = join(import.meta.dirname, '../../out/pages');
const phones = usePhones();

let peers: Peers;
let card: TestCard;
beforeEach(() => {
  peers = createPeers('page-card');
  card = createTestCard(CARD, 'wire');
  Object.assign(process.env, writeTestCardConf(peers.folder, [CARD]));
});
afterEach(async () => {
  await peers.end();
  card.close();
});

const start = (): Promise<PageBox> =>
  startPageBox(peers, {
    server: '127.0.0.1:9',
    port: PORT,
    args: ['--input', `alsa:${CARD}`, '--output', `alsa:${CARD}`, '--no-room'],
  });

it('offers all channels of a card with more than two, and plays on those that are chosen', async () => {
  card.setChannels(18, 18);
  const box = await start();
  const { page, complaints } = await phones.open(box.address);
  await pairPhone(page, box);
  await tab(page, 'Sound');
  const inputs = page.getByRole('group', { name: 'Inputs of the card' });
  await inputs.getByLabel('Left').selectOption('17');
  await page.getByText('17+2 of 18 ch').waitFor();
  await inputs.getByLabel('Right').selectOption('18');
  await page.getByText('17+18 of 18 ch').waitFor();
  expect((await box.state()).sound.inputChannels).toEqual([17, 18]);
  mkdirSync(OUT, { recursive: true });
  await page.screenshot({ path: join(OUT, 'phone-light-sound-channels.png'), fullPage: true });
  expect(complaints).toEqual([]);
});

it('says why a card that is there does not play, and that one without an input plays', async () => {
  card.setRate(44_100);
  const box = await start();
  const { page } = await phones.open(box.address);
  await pairPhone(page, box);
  await page.getByText('Sound card has no 48 kHz.').first().waitFor();
  expect(await page.getByText('not found').count()).toBe(0);
  card.setRate(48_000);
  card.remove('capture');
  await page.getByText('You can listen; nothing is sent.').first().waitFor();
  await box.waitFor('a running card', ({ engine }) => engine.device.kind === 'running');
  await tab(page, 'Sound');
  expect(await page.getByRole('group', { name: 'Inputs of the card' }).count()).toBe(0);
});
