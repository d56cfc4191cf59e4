/** The whole box with a real directory (23200) and real servers (23210, 23220): choosing, remembering, starting. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ListedServer } from '../../src/box/servers/choice.ts';
import { seen } from '../box/seen.ts';
import type { Server } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { startWholeBox, type WholeBox } from '../support/whole-box.ts';
import { useTestBench } from './test-bench.ts';

const TOWN = '127.0.0.1:23200';
const SOUND = ['--input', 'silence', '--output', 'none', '--period', '128', '--no-realtime', '--port', '0'];
const MAIN = join(import.meta.dirname, '../../src/main.ts');

const bench = useTestBench('whole-box', { withJack: false });

type Running = WholeBox & { readonly row: (name: string) => ListedServer | undefined };

function settings(toml: string): readonly string[] {
  const { folder } = bench.peers();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'box.toml');
  writeFileSync(file, toml);
  return ['--settings', file, '--state', join(folder, 'state'), ...SOUND];
}

async function start(args: readonly string[]): Promise<Running> {
  const started = await startWholeBox(args);
  bench.peers().atEnd(started.quit);
  return { ...started, row: (name) => seen(started.store.state()).servers.find((row) => row.name === name) };
}

function connected({ store }: Running): Promise<unknown> {
  return until('the connection', () => store.state().link.kind === 'connected');
}

function registered(port: number, name: string): Promise<Server> {
  return bench.server({ port, directory: TOWN, info: { name, city: 'Leeds', country: 224 } });
}

/** Opens the public list again and again until a server satisfies: they take a moment to register. */
async function listUntil({ store }: Running, what: string, accept: () => unknown): Promise<void> {
  await until(what, () => accept() || void store.dispatch({ type: 'listServers', open: { group: 'public' } }), {
    everyMs: 500,
  });
}

describe('The box, with a real directory and real servers', () => {
  it('lists them, connects by a row, remembers it, and a favourite follows its server', async () => {
    await bench.server({ directory: 'localhost', info: { name: 'Town', city: 'Bremen', country: 82 } });
    const rehearsal = await registered(23_210, 'Rehearsal');
    const cellar = await registered(23_220, 'Cellar');
    const toml = `[directories]\npublic = false\ncustom = ["${TOWN}"]\n[profile]\nname = "by row"`;
    const box = await start(settings(toml));
    await listUntil(box, 'both servers with pings', () => box.row('Rehearsal')?.pingMs != null && box.row('Cellar'));
    expect(box.row('Rehearsal')).toMatchObject({
      address: rehearsal.address,
      lists: ['public', 'custom', TOWN],
      reachable: true,
    });
    box.store.dispatch({ type: 'setFavourite', address: cellar.address, on: true });
    expect(box.row('Cellar')).toMatchObject({ favourite: true, lists: ['favourites', 'public', 'custom', TOWN] });

    const { address, name } = box.row('Rehearsal')!;
    box.store.dispatch({ type: 'connectPressed', server: { address, label: name } });
    await rehearsal.waitForClient('by row');
    await connected(box);
    await box.quit();
    expect(await rehearsal.clients()).toEqual([]);
    await cellar.process.stop();
    await rehearsal.process.stop();

    const again = await start(settings(toml));
    expect(again.store.state().server).toEqual({ address, label: 'Rehearsal' });
    expect(again.row('Rehearsal')?.lists).toContain('recent');
    const moved = await registered(23_210, 'Cellar');
    await listUntil(again, 'the favourite at its new place', () => again.row('Cellar')?.address === moved.address);
    expect(again.row('Cellar')).toMatchObject({ favourite: true });
  });

  it('remembers the level of a person by name through a restart', async () => {
    const server = await bench.server();
    const args = settings('[server]\naddress = "127.0.0.1:23200"\nauto-connect = true\n[profile]\nname = "Anna"');
    const gainOfRobin = ({ store }: Running) =>
      store.state().visit.people.find(({ name }) => name === 'Robin')?.mix.gain;
    const robin = await bench.box(server.address, ['--no-realtime'], 'Robin');
    await robin.connected();
    const box = await start(args);
    await until('Robin', () => gainOfRobin(box) === 1);
    const { channelId } = box.store.state().visit.people.find(({ name }) => name === 'Robin')!;
    box.store.dispatch({ type: 'setMix', channelId, change: { gain: 0.25 } });
    await box.quit();
    const again = await start(args);
    await until('Robin as before', () => gainOfRobin(again) === 0.25);
  });

  it('as `npm start` with a fixed server and auto-connect joins by itself and leaves when asked', async () => {
    const server = await bench.server();
    const toml = '[server]\naddress = "127.0.0.1:23200"\nfixed = true\nauto-connect = true\n[profile]\nname = "Room 2"';
    const box = bench.peers().start('fixed', process.execPath, [MAIN, ...settings(toml)]);
    await server.waitForClient('Room 2');
    await box.stop('SIGTERM');
    expect(await box.ended).toBe(0);
    expect(await server.clients()).toEqual([]);
  });

  it('with a broken box.toml starts all the same, says what is wrong, and uses the rest', async () => {
    const server = await bench.server();
    const toml =
      '[sound\nboost = 99\n[profile]\nname = "Right"\nskill = "god"\n[server]\naddress = "127.0.0.1:23200"\nauto-connect = true';
    const box = bench.peers().start('broken', process.execPath, [MAIN, ...settings(toml)]);
    await server.waitForClient('Right');
    expect(box.log()).toMatch(/box\.toml: Line 1 is not understood/);
    expect(box.log()).toMatch(/box\.toml: profile\.skill must be/);
    await box.stop('SIGTERM');
    expect(await box.ended).toBe(0);
  });
});
