/** JSON-RPC of the box beside that of the real client 3.9.1: the same lines to both, the same answers from both. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { connectRpc, type Rpc } from '../peers/rpc.ts';
import { RPC_SECRET, writeSecret } from '../peers/secret.ts';
import { until } from '../peers/wait.ts';
import { useTestBench } from './test-bench.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const REAL_PORT = 23_299;
const BOX_PORT = 23_499;
const QUIET_MS = 300;

const bench = useTestBench('rpc');

/** Starts the box as a person would, with JSON-RPC. */
async function startBox(server: string, ...args: readonly string[]): Promise<Rpc> {
  const { folder } = bench.peers();
  const sound = ['--input', 'silence', '--output', 'none', '--period', '128', '--no-realtime', '--port', '0'];
  const rpc = ['--rpc', `${BOX_PORT}`, '--rpc-secret', writeSecret(folder)];
  const files = ['--state', join(folder, 'state'), '--settings', join(folder, 'none.toml')];
  const all = [MAIN, '--plain', '--server', server, ...sound, ...rpc, ...files, ...args];
  bench.peers().start('box', process.execPath, all);
  const box = await connectRpc(BOX_PORT, RPC_SECRET);
  bench.peers().atEnd(box.close);
  return box;
}

/** What one line is answered with, without notifications; `closed`: and then the connection ends. */
async function answersTo(port: number, lines: readonly string[]): Promise<readonly unknown[]> {
  const socket: Socket = connect(port, '127.0.0.1');
  const found: unknown[] = [];
  let lastMs = performance.now();
  socket.on('error', () => undefined);
  socket.on('close', () => found.push('closed'));
  createInterface({ input: socket }).on('line', (line) => {
    const answer = JSON.parse(line);
    if ('method' in answer) return;
    found.push(answer);
    lastMs = performance.now();
  });
  for (const line of lines) socket.write(`${line}\n`);
  await until('no more answers', () => found.at(-1) === 'closed' || performance.now() - lastMs > QUIET_MS);
  socket.destroy();
  return [...found];
}

const ask = (method: unknown, params: unknown, id: unknown = 1) =>
  JSON.stringify({ id, jsonrpc: '2.0', method, params });
const AUTH = ask('jamulus/apiAuth', { secret: RPC_SECRET });

/** Each is sent on a connection of its own. */
const DIALOGUES: readonly (readonly string[])[] = [
  [ask('jamulus/getMode', {})],
  [ask('jamulus/nope', {})],
  [ask('jamulus/apiAuth', { secret: 'wrong' }), ask('jamulus/getMode', {})],
  [ask('jamulus/apiAuth', {})],
  [ask('jamulus/apiAuth', { secret: 5 })],
  [AUTH, ask('jamulus/getMode', {}), ask('jamulus/getMode', {}, null), ask('jamulus/getMode', {}, { a: 1 })],
  [AUTH, ask('jamulusclient/getClientInfo', {}), ask('jamulusclient/getChannelInfo', {})],
  [AUTH, ask('jamulusclient/getClientList', {})],
  [AUTH, ask('jamulusclient/nope', {})],
  [AUTH, ask('jamulusclient/setName', {}), ask('jamulusclient/setName', { name: 5 })],
  [AUTH, ask('jamulusclient/setSkillLevel', {}), ask('jamulusclient/setSkillLevel', { skillLevel: 'master' })],
  [AUTH, ask('jamulusclient/setSkillLevel', { skillLevel: 'expert' })],
  [AUTH, ask('jamulusclient/sendChatText', {}), ask('jamulusclient/sendChatText', { chatText: 'hi' })],
  [AUTH, '{"id":3,"jsonrpc":"2.0","method":"jamulus/getMode"}', ask('jamulus/getMode', []), ask(7, {})],
  [AUTH, '{"id":3,"method":"jamulus/getMode","params":{}}', '{}', '{"id":9}'],
  [AUTH, `[${ask('jamulus/getMode', {}, 4)},${ask('jamulus/nope', {}, 5)}]`],
  [AUTH, 'nonsense'],
  [AUTH, '5'],
  [AUTH, '[]'],
];

/** Both musicians have the same profile but for the name; the order of channels is that of joining. */
const sameNames = (answers: readonly unknown[]) => JSON.parse(JSON.stringify(answers).replaceAll('"boxy"', '"anna"'));

describe('JSON-RPC', () => {
  it('answers what the real client answers', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address, { city: 'Ulm', country: 82, instrument: 3, skill: 2 });
    const profile = ['--city', 'Ulm', '--country', 'DE', '--instrument', '3', '--skill', 'intermediate'];
    const box = await startBox(server.address, '--name', 'boxy', ...profile);
    await box.waitFor('jamulusclient/clientListReceived', (params) => JSON.stringify(params).includes('anna'));
    await until('both in the list', async () => (await anna.clientList()).length === 2);
    const different: object[] = [];
    for (const lines of DIALOGUES) {
      const [real, ours] = [await answersTo(REAL_PORT, lines), await answersTo(BOX_PORT, lines)];
      expect(real.length).toBeGreaterThan(0);
      try {
        expect(sameNames(ours)).toEqual(sameNames(real));
      } catch {
        different.push({ lines: lines.slice(-3), real, ours });
      }
    }
    expect(different).toEqual([]);
  }, 90_000);

  it('tells what the real client tells, and does what it is told', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const box = await startBox(server.address, '--name', 'boxy');
    const list = await box.waitFor('jamulusclient/clientListReceived', (params) =>
      JSON.stringify(params).includes('anna'),
    );
    expect(box.notifications[0]).toEqual({ method: 'jamulusclient/connected', params: { id: 1 } });
    expect(Object.keys((list.params as { clients: object[] }).clients[0]!).sort()).toEqual(
      Object.keys((await anna.clientList())[0]!).sort(),
    );

    await box.call('jamulusclient/setName', { name: 'Жанна' });
    await until('the new name', async () => (await anna.clientList()).some(({ name }) => name === 'Жанна'));
    await box.call('jamulusclient/sendChatText', { chatText: 'hello <b>' });
    await anna.rpc.waitFor('jamulusclient/chatTextReceived', (params) => JSON.stringify(params).includes('hello'));
    await box.waitFor('jamulusclient/chatTextReceived', (params) => JSON.stringify(params).includes('hello'));

    await box.call('jambox/setPan', { channelIndex: 0, pan: 0 });
    await box.call('jambox/setSolo', { channelIndex: 0, solo: true });
    await box.call('jamulusclient/setFaderLevel', { channelIndex: 0, level: 50 });
    await box.call('jambox/setJitter', { jitter: { kind: 'fixed', clientBlocks: 4, serverBlocks: 5 } });
    await expect(box.call('jambox/setPan', { channelIndex: 7, pan: 0 })).rejects.toThrow('not-now');

    await box.call('jambox/disconnect');
    await box.waitFor('jamulusclient/disconnected');
    await until('gone', async () => (await anna.clientList()).length === 1);
    await box.call('jambox/connect', { shown: true });
    await until('back', async () => (await anna.clientList()).length === 2);
  }, 60_000);
});
