/** The whole program as systemd starts it: Type=notify, WatchdogSec. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { buildOpus } from '../../tools/build-opus.mjs';
import { temporaryFolder } from '../support/folder.ts';
import { receiveDatagrams } from '../support/unix-datagrams.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  await buildOpus();
});

it('without a sound card the box is ready and alive all the same, and says when it stops', async () => {
  const manager = receiveDatagrams(join(folder, 'notify'));
  const heard: string[] = [];
  const words = () => {
    heard.push(...manager.take().flatMap((text) => text.split('\n')));
    return heard;
  };
  const options = `--appliance --no-realtime --port 0 --state ${folder}/state --settings ${folder}/box.toml`;
  const box = spawn(process.execPath, [MAIN, ...options.split(' '), '--input', 'alsa:none-there'], {
    stdio: 'ignore',
    env: { ...process.env, NOTIFY_SOCKET: join(folder, 'notify'), WATCHDOG_USEC: '1000000' },
  });
  const ended = new Promise((resolve) => box.on('exit', resolve));
  await expect.poll(words, { timeout: 20_000 }).toContain('READY=1');
  const fed = () => words().filter((word) => word === 'WATCHDOG=1').length;
  await expect.poll(fed, { timeout: 20_000 }).toBeGreaterThan(3);
  box.kill();
  expect(await ended).toBe(0);
  expect(words()).toEqual(expect.arrayContaining(['STATUS=idle', 'STOPPING=1']));
  expect(words().filter((word) => word === 'READY=1')).toHaveLength(1);
  manager.close();
});
