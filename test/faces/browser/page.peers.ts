/** The phone page in a real browser, against the running box on a real server with a real client. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { METER } from '../../../src/faces/web/api/meters.ts';
import { metersOf } from '../../../src/faces/web/meters-of.ts';
import { chatOf, useTestBench } from '../../interop/test-bench.ts';
import type { ServerOptions } from '../../peers/server.ts';
import { until } from '../../peers/wait.ts';
import { type Phone, usePhones } from './browser.ts';
import { type PageBox, startPageBox } from './page-box.ts';
import { pairAndJoin, pairPhone, tab } from './steps.ts';

const PORT = 22_981;
const bench = useTestBench('pages');
const phones = usePhones();

async function boxOn(options: Partial<ServerOptions> = {}) {
  const server = await bench.server(options);
  const box = await startPageBox(bench.peers(), { server: server.address, port: PORT, args: ['--input', 'silence'] });
  const phone = await phones.open(box.address);
  return { server, box, phone, page: phone.page };
}

/** Nothing came from elsewhere, and the browser had nothing to complain about. */
function expectClean({ complaints, elsewhere }: Phone): void {
  expect(complaints).toEqual([]);
  expect(elsewhere).toEqual([]);
}

const outDb = async (box: PageBox) => metersOf(await box.state())[METER.outLeft] as number;

/** A finger that goes from the middle of an element by these pixels. */
async function swipe(page: Page, selector: string, dx: number, dy: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not to be seen`);
  const [x, y] = [box.x + box.width / 3, box.y + box.height / 2];
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', part: number) =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: x + dx * part, y: y + dy * part }],
    });
  await touch('touchStart', 0);
  for (let step = 1; step <= 10; step++) await touch('touchMove', step / 10);
  await touch('touchEnd', 1);
  await cdp.detach();
}

describe('the phone page', () => {
  it('lets a phone in by the code on the panel, and says what is wrong with others', async () => {
    const { box, phone, page } = await boxOn();
    const code = page.getByLabel('Code on the box');
    await code.fill('123456');
    await page.getByText('No code is shown now').waitFor();
    const right = await box.newCode();
    const wrong = right === '000000' ? '000001' : '000000';
    await code.fill(wrong);
    await page.getByText('This is not the code').waitFor();
    for (let tries = 2; tries <= 5; tries++) {
      await code.fill(wrong);
      await sleep(300);
    }
    await code.fill(right).catch(() => undefined);
    await page.getByText(/Too many tries. Wait \d+ s/).waitFor();
    expect(await page.locator('input').isDisabled()).toBe(true);
    expect(phone.elsewhere).toEqual([]);
  });

  it('shows who sees what, connects, and leaves', async () => {
    const { box, phone, page, server } = await boxOn();
    await pairPhone(page, box);
    await page.getByRole('button', { name: 'Connect' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Others will see').waitFor();
    expect(await dialog.textContent()).toContain('pagebox');
    expect(await server.clients()).toEqual([]);
    await dialog.getByRole('button', { name: 'OK, connect' }).click();
    await server.waitForClient('pagebox');
    await page.getByText('The others hear you.').waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await until('nobody on the server', async () => (await server.clients()).length === 0);
    await page.getByRole('button', { name: 'Connect' }).waitFor();
    expectClean(phone);
  });

  it('has faders that change what the real server mixes: by keys, by thumb, not by scrolling', async () => {
    const { box, phone, page, server } = await boxOn();
    const anna = await bench.anna(server.address);
    bench.playTone(anna, 60);
    await pairAndJoin(page, box);
    const fader = page.getByRole('slider', { name: 'Level of anna' });
    await fader.waitFor();
    // Newcomers fade in for three seconds.
    let before = Number.NEGATIVE_INFINITY;
    const full = await until(
      'a steady tone',
      async () => {
        const db = await outDb(box);
        const isSteady = db > -16 && Math.abs(db - before) < 0.2;
        before = db;
        return isSteady ? { db } : undefined;
      },
      { everyMs: 500 },
    );
    await fader.focus();
    await page.keyboard.press('Home');
    await until('silence', async () => (await outDb(box)) <= -80);
    await page.keyboard.press('End');
    await until('the full tone', async () => Math.abs((await outDb(box)) - full.db) <= 1);
    for (let press = 0; press < 50; press++) await page.keyboard.press('ArrowLeft');
    await until('-17.5 dB', async () => Math.abs((await outDb(box)) - full.db + 17.5) <= 1.5);

    // A finger that scrolls the page changes nothing; one that goes sideways does.
    const anna3 = 'li.person:has-text("anna") .fader:not(.small)';
    await page.locator(anna3).scrollIntoViewIfNeeded();
    await swipe(page, anna3, 4, -160);
    await sleep(300);
    expect(await fader.inputValue()).toBe('50');
    await page.locator(anna3).scrollIntoViewIfNeeded();
    await swipe(page, anna3, 150, 6);
    await until('a louder fader', async () => Number(await fader.inputValue()) > 80);
    await until('a louder tone', async () => (await outDb(box)) > full.db - 8);

    await page.getByRole('button', { name: 'Mute anna' }).click();
    await until('silence by mute', async () => (await outDb(box)) <= -80);
    await page.getByRole('button', { name: 'Mute anna' }).click();
    await page.getByRole('button', { name: 'Solo pagebox' }).click();
    await until('silence by solo', async () => (await outDb(box)) <= -80);
    expectClean(phone);
  });

  it('keeps the recording banner until OK, on every tab and after a reload', async () => {
    const { box, phone, page, server } = await boxOn({ recordingDir: bench.peers().folder });
    await pairAndJoin(page, box);
    await server.setRecording(true);
    const banner = page.getByText('RECORDING HAS STARTED');
    await banner.waitFor();
    for (const name of ['Sound', 'Chat', 'Play'] as const) {
      await tab(page, name);
      await page.keyboard.press('Escape');
      expect(await banner.isVisible()).toBe(true);
    }
    await page.reload();
    await banner.waitFor();
    expect(await page.getByText('The operator keeps one file per player.').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'OK', exact: true }).click();
    await banner.waitFor({ state: 'detached' });
    expect(await page.getByText('REC', { exact: true }).isVisible()).toBe(true);
    await server.setRecording(false);
    await page.getByText('Recording stopped').waitFor();
    await page.getByRole('button', { name: 'OK', exact: true }).click();
    await page.getByText('REC', { exact: true }).waitFor({ state: 'detached' });
    expectClean(phone);
  });

  it('asks before the microphone opens where a server records already', async () => {
    const { box, page, server } = await boxOn({ recordingDir: bench.peers().folder, record: true });
    await pairPhone(page, box);
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('button', { name: 'OK, connect' }).click();
    await page.getByText('THIS SERVER IS RECORDING').waitFor();
    await page.getByText('The others do not hear you yet.').waitFor();
    await page.locator('.notice').getByRole('button', { name: 'Leave' }).click();
    await until('nobody on the server', async () => (await server.clients()).length === 0);
  });

  it('renders chat and welcome as text and nothing else', async () => {
    const { box, phone, page, server } = await boxOn({ welcome: '<img src=x onerror="window.hacked=1">hello' });
    const anna = await bench.anna(server.address);
    await pairAndJoin(page, box);
    await tab(page, 'Chat');
    await anna.sendChatText('<script>window.hacked=1</script><img src=x onerror="window.hacked=1">&lt;b&gt;over');
    await page.getByRole('log').getByText('over').waitFor();
    expect(await page.evaluate(() => Reflect.get(globalThis, 'hacked'))).toBeUndefined();
    expect(await page.locator('main script, main img, main b:not(.message > b)').count()).toBe(0);
    await page.getByLabel('Message').fill('hi <anna> & all');
    await page.getByRole('button', { name: 'Send' }).click();
    await until('the chat at the real client', () => chatOf(anna).some((text) => text.includes('&lt;anna&gt;')));
    expectClean(phone);
  });

  it('changes the profile while connected, and the real client sees it', async () => {
    const { box, phone, page, server } = await boxOn();
    const anna = await bench.anna(server.address);
    await pairAndJoin(page, box);
    await tab(page, 'Me');
    await page.getByLabel('Name').fill('Zoë 🎺');
    await page.getByLabel('City').fill('Köln');
    await page.getByLabel('Instrument').selectOption('Trumpet');
    await page.getByLabel('Country').selectOption('Germany');
    await page.getByLabel('Skill').selectOption('Expert');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The others see it now.').waitFor();
    const seen = await until('the profile at the real client', async () =>
      (await anna.clientList()).find(({ name }) => name === 'Zoë 🎺'),
    );
    expect(seen).toMatchObject({ city: 'Köln', instrumentId: 13, countryId: 82 });
    expectClean(phone);
  });

  it('shows the same to two phones, and forgets both', async () => {
    const { box, page } = await boxOn();
    await pairPhone(page, box);
    const { page: other } = await phones.open(box.address);
    await pairPhone(other, box);
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await other.getByText('MUTED', { exact: true }).waitFor();
    await other.getByRole('button', { name: 'Unmute' }).click();
    await page.getByText('MUTED', { exact: true }).waitFor({ state: 'detached' });
    await tab(other, 'Box');
    await other.getByText('2 phones have been let in.').waitFor();
    await other.getByRole('button', { name: 'Forget phones' }).click();
    await other.getByRole('dialog').getByRole('button', { name: 'Forget phones' }).click();
    for (const one of [page, other]) await one.getByLabel('Code on the box').waitFor();
  });

  it('says that the box does not answer, and recovers by itself', async () => {
    const { server, box, page } = await boxOn();
    await pairPhone(page, box);
    await page.getByRole('button', { name: 'Mute', exact: true }).waitFor();
    await page.evaluate('navigator.serviceWorker.ready.then(() => undefined)');
    await box.keeps('its phone', (text) => /"phones":\[\{/.test(text));
    await box.kill();
    await page.getByText('The box does not answer.').waitFor();
    await page.reload().catch(() => undefined);
    await page.getByText('The box does not answer.').waitFor();
    await startPageBox(bench.peers(), { server: server.address, port: PORT, args: ['--input', 'silence'] });
    await page.getByText('The box does not answer.').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Connect' }).waitFor();
  });

  it('notices a box that has fallen silent', async () => {
    const { box, page } = await boxOn();
    await pairPhone(page, box);
    box.freeze(true);
    await page.getByText('The box does not answer.').waitFor({ timeout: 16_000 });
    box.freeze(false);
    await page.getByText('The box does not answer.').waitFor({ state: 'detached' });
    await sleep(13_000); // nothing happens: still there
    expect(await page.getByText('The box does not answer.').count()).toBe(0);
  }, 60_000);

  it('works with a keyboard alone', async () => {
    const { box, page } = await boxOn();
    const code = await box.newCode();
    await page.locator('input:focus').waitFor(); // the field has the focus by itself
    await page.keyboard.type(code);
    await page.getByRole('button', { name: 'Connect' }).waitFor();
    const press = async (name: string) => {
      for (let tabs = 0; tabs < 40; tabs++) {
        const focused = page.locator(':focus');
        const focus =
          (await focused.count()) === 0
            ? ''
            : ((await focused.getAttribute('aria-label')) ?? (await focused.textContent()) ?? '');
        if (focus.trim() === name) return await page.keyboard.press('Enter');
        await page.keyboard.press('Tab');
      }
      throw new Error(`${name} is out of reach`);
    };
    await press('Connect');
    await press('OK, connect');
    await page.getByText('The others hear you.').waitFor();
    await press('Mute');
    await page.getByText('MUTED', { exact: true }).waitFor();
    await press('Servers');
    await page.getByLabel('Search').waitFor();
    await press('Play');
    await press('Leave');
    await page.getByRole('button', { name: 'Connect' }).waitFor();
  });

  it('is served by the program itself; the PIN of an installer opens a locked menu', async () => {
    const { address } = await bench.server();
    const { folder, start } = bench.peers();
    const settings = join(folder, 'locked.toml');
    writeFileSync(settings, `[server]\naddress = "${address}"\n[menu]\nlocked = true\n[page]\npin = "402913"\n`);
    const silence = ['--input', 'silence', '--output', 'none', '--no-realtime', '--port', '0'];
    const files = ['--settings', settings, '--state', join(folder, 'locked-state')];
    start('main', process.execPath, ['src/main.ts', '--plain', '--page', `${PORT + 3}`, ...silence, ...files]);
    const url = `http://127.0.0.1:${PORT + 3}/`;
    await until('the page', async () => (await fetch(url)).ok);
    const { page } = await phones.open(url);
    await page.getByRole('button', { name: "Use the installer's PIN" }).click();
    await page.getByLabel("Installer's PIN").fill('000000');
    await page.getByRole('button', { name: 'Let me in' }).click();
    await page.getByText('This is not the PIN.').waitFor();
    await page.getByLabel("Installer's PIN").fill('402913');
    await page.getByRole('button', { name: 'Let me in' }).click();
    await tab(page, 'Me');
    await page.getByLabel('Name').fill('Installer');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
  });

  it('speaks German where the browser does, and English when told', async () => {
    const server = await bench.server();
    const box = await startPageBox(bench.peers(), { server: server.address, port: PORT });
    const { page } = await phones.open(box.address, { locale: 'de-DE' });
    await page.getByLabel('Code auf der Box').fill(await box.newCode());
    await page.getByRole('button', { name: 'Verbinden' }).waitFor();
    await tab(page, 'Box');
    await page.getByRole('radio', { name: 'English' }).check();
    await page.getByText('Shut down').waitFor();
    await page.reload();
    await page.getByText('Shut down').waitFor();
  });
});
