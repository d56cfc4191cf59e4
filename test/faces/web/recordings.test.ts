/** The own room's recordings by real requests: for the operator alone, and nothing beside them (privacy S4). */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../support/folder.ts';
import { openWeb, PIN, type WebRig } from './web-rig.ts';

const SESSION = 'Jam-20261123-201500000';
const TRACK = 'Anna-127_0_0_1_55458-0-1.wav';

let folder: string;
let rig: WebRig;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, SESSION));
  writeFileSync(join(folder, SESSION, TRACK), Buffer.alloc(3000, 7));
  writeFileSync(join(folder, SESSION, `${SESSION}.lof`), 'file');
  writeFileSync(join(folder, SESSION, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'box.toml'), 'secret');
  symlinkSync(join(folder, 'box.toml'), join(folder, SESSION, 'Link-127_0_0_1_55458-0-1.wav'));
});
afterEach(() => {
  rig.close();
});

const asked = async (path: string, cookie: string) => await rig.ask({ path, headers: { cookie } });

it('S4: a paired phone lists them and takes one away, byte for byte', async () => {
  rig = await openWeb({ recordings: folder, pin: null });
  const cookie = await rig.pair();
  const { text } = await asked('/api/recordings', cookie);
  expect(text).toContain(`href="/api/recordings/${SESSION}/${TRACK}"`);
  expect(text).toContain(`${SESSION}.lof`);
  expect(text).not.toContain('secret');
  const { status, headers, text: bytes } = await asked(`/api/recordings/${SESSION}/${TRACK}`, cookie);
  expect([status, headers['content-length'], headers['content-disposition']]).toEqual([
    200,
    '3000',
    `attachment; filename="${TRACK}"`,
  ]);
  expect(bytes).toBe('\x07'.repeat(3000));
});

it('S4: nobody else, and where there is a PIN only who knows it', async () => {
  rig = await openWeb({ recordings: folder });
  const paths = ['/api/recordings', `/api/recordings/${SESSION}/${TRACK}`];
  for (const path of paths) expect((await rig.ask({ path })).status).toBe(401);
  const player = await rig.pair();
  for (const path of paths) expect((await asked(path, player)).status).toBe(401);
  const { headers } = await rig.post('/api/pair', { pin: PIN });
  const installer = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  for (const path of paths) expect((await asked(path, installer)).status).toBe(200);
});

it('gives nothing but recordings, whatever is asked for', async () => {
  rig = await openWeb({ recordings: folder, pin: null });
  const cookie = await rig.pair();
  for (const path of [
    `${SESSION}/secret.txt`,
    `${SESSION}/Link-127_0_0_1_55458-0-1.wav`,
    `${SESSION}/..%2fbox.toml`,
    `..%2f..%2f${SESSION}/${TRACK}`,
    '%2e%2e/box.toml',
    `${SESSION}/Nobody-127_0_0_1_55458-0-1.wav`,
    'Jam-20261123-201500001/Anna-127_0_0_1_55458-0-1.wav',
  ]) {
    const { status, text } = await asked(`/api/recordings/${path}`, cookie);
    expect([status, text.includes('secret')], path).toEqual([404, false]);
  }
});
