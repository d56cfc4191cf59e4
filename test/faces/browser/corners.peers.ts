/** What is rarely needed on the page, in the real browser: licence, watching only, habits, diagnostics, switching off. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useTestBench } from '../../interop/test-bench.ts';
import type { ServerOptions } from '../../peers/server.ts';
import { until } from '../../peers/wait.ts';
import { usePhones } from './browser.ts';
import { startPageBox } from './page-box.ts';
import { pairAndJoin, pairPhone, tab } from './steps.ts';

const PORT = 22_983;
const bench = useTestBench('page-corners');
const phones = usePhones();

async function boxOn(options: Partial<ServerOptions> = {}, toml = '') {
  const server = await bench.server(options);
  const box = await startPageBox(bench.peers(), { server: server.address, port: PORT, toml });
  const { page } = await phones.open(box.address);
  return { server, box, page };
}

describe('the corners of the phone page', () => {
  it('asks for the licence of a real server before anybody hears the box', async () => {
    const { box, page, server } = await boxOn({ licence: true });
    const anna = await bench.anna(server.address);
    await pairPhone(page, box);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'OK, connect' }).click();
    await page.getByText('Accept the licence of this server?').waitFor();
    expect((await box.state()).visit.licence).toBe('required');
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('Accept the licence of this server?').waitFor({ state: 'detached' });
    await box.waitFor('consent', ({ visit }) => visit.licence === 'accepted');
    await until('the box at anna', async () => (await anna.clientList()).some(({ name }) => name === 'pagebox'));
  });

  it('lets whoever is not let in look, where the installer allows it, and neither read names nor press', async () => {
    const { box, page, server } = await boxOn({}, '[page]\nopen-status = true\n');
    await bench.anna(server.address);
    box.press({ type: 'connectPressed', server: { address: server.address, label: 'Cellar' } });
    await box.waitFor('connected', ({ link, visit }) => link.kind === 'connected' && visit.people.length === 2);
    await page.getByText('You are only looking.').waitFor();
    await page.getByRole('banner').getByText('Connected').waitFor();
    expect(await page.getByText('anna').count()).toBe(0);
    const answer = await page.evaluate<number>(
      `fetch('api/actions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"type":"leave"}' }).then(({ status }) => status)`,
    );
    expect(answer).toBe(401);
    await pairPhone(page, box);
    await page.getByRole('slider', { name: 'Level of anna' }).waitFor();
  });

  it('keeps habits: start muted, and when to ask "Still playing?"', async () => {
    const { box, page, server } = await boxOn();
    await pairPhone(page, box);
    await tab(page, 'Sound');
    await page.getByRole('button', { name: 'Start muted' }).click();
    await page.getByRole('button', { name: 'Start muted', pressed: true }).waitFor();
    expect((await box.state()).sound.mute).toBe('off');
    await tab(page, 'Box');
    await page.getByRole('radio', { name: '30 min' }).check();
    await box.keeps('both', (text) => text.includes('"choices":{"startMuted":true,"idleMinutes":30'));
    await box.kill();
    const again = await startPageBox(bench.peers(), { server: server.address, port: PORT });
    expect((await again.state()).sound.mute).toBe('start');
    await page.reload();
    await tab(page, 'Box');
    await page.getByRole('radio', { name: '30 min', checked: true }).waitFor();
  });

  it('switches the feedback guard off, for later starts too', async () => {
    const { box, page, server } = await boxOn();
    await pairPhone(page, box);
    await tab(page, 'Sound');
    await page.getByRole('button', { name: 'Feedback guard', pressed: true }).click();
    await page.getByRole('button', { name: 'Feedback guard', pressed: false }).waitFor();
    await box.keeps('the guard', (text) => text.includes('"feedbackGuard":false'));
    await box.kill();
    const again = await startPageBox(bench.peers(), { server: server.address, port: PORT });
    expect((await again.state()).sound.feedbackGuard).toBe(false);
  });

  it('gives diagnostics without names, addresses and chat, and switches off after a question', async () => {
    const { box, page, server } = await boxOn();
    const anna = await bench.anna(server.address);
    await pairAndJoin(page, box);
    await anna.sendChatText('a secret word');
    await box.waitFor('the line', ({ visit }) => visit.chat.length > 0);
    await tab(page, 'Box');
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).first().click();
    const text = readFileSync((await (await waiting).path()) ?? '', 'utf8');
    expect(text).toContain('longestProcessingUs');
    for (const word of ['anna', 'pagebox', 'secret', '127.0.0.1', '192.0.2.5']) expect(text).not.toContain(word);

    await page.getByRole('button', { name: 'Shut down' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect((await box.state()).link.kind).toBe('connected');
    await page.getByRole('button', { name: 'Shut down' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Shut down' }).click();
    await page
      .getByText(/You can unplug now|Do not unplug yet|does not answer/)
      .first()
      .waitFor();
    await until('nobody but anna', async () => (await server.clients()).length === 1);
  });
});
