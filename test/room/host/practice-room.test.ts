/** The practice room as `npm start` opens it, alone on a machine: the box itself joins, hears, chats, is recorded. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BoxState } from '../../../src/box/state.ts';
import { lampsOf } from '../../../src/faces/panel-shell/lamps.ts';
import { seen } from '../../box/seen.ts';
import { until as waitUntil } from '../../peers/wait.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { CABLE, startWholeBox, type WholeBox } from '../../support/whole-box.ts';

const UNPLUGGED = { ...CABLE, carrier: false, address: null, defaultRoute: false };

let folder: string;
let ready: WholeBox;

async function start(...args: string[]): Promise<void> {
  const sound = ['--input', 'silence', '--output', 'none', '--no-realtime', '--period', '128'];
  const files = ['--state', folder, '--settings', join(folder, 'box.toml')];
  const all = ['--plain', '--port', '0', '--name', 'Anna', ...sound, ...files, ...args];
  ready = await startWholeBox(all, { reading: UNPLUGGED });
}

function until(what: string, accept: (box: BoxState) => boolean): Promise<BoxState> {
  const look = () => {
    const box = ready.store.state();
    return accept(box) && box;
  };
  return waitUntil(what, look, { timeoutMs: 20_000 });
}

const names = ({ visit }: BoxState): string[] => visit.people.map(({ name }) => name).sort();

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => ready.quit());

it('on a fresh machine without any network, CONNECT makes music', async () => {
  await start();
  expect(ready.store.state().server?.label).toBe('Practice room');
  expect(ready.store.state().link.kind).toBe('idle');
  expect(seen(ready.store.state())).toMatchObject({ firstStart: 'play', room: { kind: 'practice', players: 0 } });
  expect(seen(ready.store.state()).systemProblems).toEqual([]);
  ready.store.dispatch({ type: 'connectPressed' });
  await until('two players', (box) => names(box).join() === 'Anna,Practice Bass,Practice Guitar');
  await until('both are heard', ({ visit }) => visit.people.filter(({ level }) => level >= 2).length === 2);
  await until('sound comes out', ({ engine }) => Math.max(...engine.output.level) > 0.005);
  expect(seen(ready.store.state()).room?.players).toBe(3);
});

it('the players say hello, and answer', async () => {
  await start('--practice');
  const said = (box: BoxState, text: string) => box.visit.chat.some((line) => line.text.includes(text));
  await until('hello', (box) => said(box, 'Hello! We are not real'));
  await new Promise((resolve) => setTimeout(resolve, 5100));
  ready.store.dispatch({ type: 'chatSent', text: 'nice tune' });
  await until('the answer', (box) => said(box, 'Nice to hear from you'));
});

it('S3, S4: the recorder can be tried: notice, red lamp, one file a player', async () => {
  await start('--practice', '--accept-recording');
  await until('two players', (box) => names(box).length === 3 && !names(box).includes(''));
  const lamp = () => lampsOf(ready.store.state()).recording;
  expect(lamp()).toBe('off');
  ready.store.dispatch({ type: 'record', what: 'start' });
  await until('the notice', ({ visit }) => visit.recorder.state === 'recording');
  expect(lamp()).toBe('on');
  await new Promise((resolve) => setTimeout(resolve, 500));
  ready.store.dispatch({ type: 'record', what: 'stop' });
  await until('the end of the notice', ({ visit }) => visit.recorder.state !== 'recording');
  expect(lamp()).toBe('off');
  const [session] = readdirSync(join(folder, 'recordings')).filter((name) => name.startsWith('Jam-'));
  const files = readdirSync(join(folder, 'recordings', session ?? '')).filter((name) => name.endsWith('.wav'));
  expect(files.map((name) => name.split('-')[0]).sort()).toEqual(['Anna', 'Practice_Bass', 'Practice_Guitar']);
});

it('is not remembered as a server: tomorrow it has another port', async () => {
  await start('--practice');
  await until('connected', ({ link }) => link.kind === 'connected');
  expect(ready.store.state().servers.recent).toEqual([]);
});
