/** `npm start` itself, its words and its exit code, where it can't do what it is asked to. */
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { PeerProcess } from '../peers/processes.ts';
import { until } from '../peers/wait.ts';
import { startNameServer, startWithNameServer } from './name-server.ts';
import { useTestBench } from './test-bench.ts';

const bench = useTestBench('start', { withJack: false });

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const STATE = join(import.meta.dirname, '../out/start-state');
const QUIET = ['--input', 'tone', '--output', 'none', '--no-realtime', '--port', '0', '--state', STATE];
const command = (args: readonly string[]): string[] => [process.execPath, MAIN, ...args];
const start = (name: string, args: readonly string[]): PeerProcess => {
  const [program = '', ...rest] = command(args);
  return bench.peers().start(name, program, rest);
};
const connect = (server: string): string[] => ['--server', server, ...QUIET];

/** It says so in plain words, runs on and tries again, has nothing to say to programmers, and ends when asked. */
async function expectProblem(box: PeerProcess, words: RegExp): Promise<void> {
  await until(`the words of ${box.name}`, () => words.test(box.log())).catch((error: Error) => {
    throw new Error(`${error.message}: ${box.log()}`);
  });
  await until('the next attempt', () => /Trying again \(2\)/.test(box.log()), { timeoutMs: 15_000 });
  expect(box.isRunning()).toBe(true);
  await box.stop('SIGTERM');
  expect(await box.ended).toBe(0);
  expect(box.log()).not.toMatch(/Error|\n\s+at |undefined|\bE[A-Z]{5,}\b/);
}

describe('npm start', () => {
  it('with a server that never answers, or none at all: says so, and goes on trying', async () => {
    const sink = createSocket('udp4');
    await new Promise<void>((resolve) => sink.bind(0, '127.0.0.1', resolve));
    bench.peers().atEnd(() => void sink.close());
    const silent = start('silent', connect(`127.0.0.1:${sink.address().port}`));
    const nobody = start('nobody', connect('127.0.0.1:9'));
    await Promise.all([
      expectProblem(silent, /Server does not answer\. Check the address, or choose another server\. \[L5\]/),
      expectProblem(nobody, /Server does not answer\. Check the address, or choose another server\. \[L5\]/),
    ]);
  });

  it('with a name that does not exist: says so, and goes on trying', async () => {
    await startNameServer(bench.peers(), { hosts: [], services: {} });
    const box = startWithNameServer(bench.peers(), 'unknown', command(connect('no-such-band.example')));
    await expectProblem(box, /No server of this name\. Check the name\. \[L3\]/);
  });

  it('without a network: says so, and goes on trying, with an address as with a name', async () => {
    const offline = (name: string, server: string) =>
      bench.peers().start(name, 'unshare', ['-n', ...command(connect(server))]);
    await Promise.all([
      expectProblem(offline('address', '127.0.0.1:23200'), /No network\. Check the cable to the router\. \[L4\]/),
      expectProblem(offline('name', 'band.example'), /No network\. Check the cable to the router\. \[L4\]/),
    ]);
  });

  it('finds a server by its name alone, through the service record with the port', async () => {
    const server = await bench.server();
    const services = { '_jamulus._udp.band.example': { host: 'host.example', port: server.port } };
    await startNameServer(bench.peers(), { hosts: ['host.example'], services });
    const box = startWithNameServer(bench.peers(), 'found', command([...connect('band.example'), '--name', 'by name']));
    await server.waitForClient('by name');
    await until('the words', () => /Connected to band\.example\./.test(box.log()));
    await box.stop('SIGTERM');
    expect(await box.ended).toBe(0);
    expect(await server.clients()).toEqual([]);
  });

  it('with options that make no sense: one line, exit code 2', async () => {
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [['--server', ''], /^--server: /],
      [['--server', 'band.example:70000'], /^--server: a port is a number from 1 to 65535/],
      [['--server', '::1'], /^--server: write an IPv6 address in brackets/],
      [['--nonsense'], /--nonsense/],
      [['band.example'], /band\.example/],
      [['--port', '70000'], /^--port/],
      [['--frames', '64', '--period', '128'], /^--frames 64/],
      [['--country', 'Germany'], /^--country/],
      [['--input', 'no-such-file.wav', '--output', 'none'], /^--input no-such-file\.wav: /],
      [['--input', MAIN, '--output', 'none'], /^--input .*main\.ts: /],
      [['--input', 'tone', '--output', 'no-such-folder/out.wav'], /^--output no-such-folder\/out\.wav: /],
      [['--input', 'tone', '--output', 'none', '--stats', 'no-such-folder/s.json'], /^--stats no-such-folder/],
    ];
    for (const [i, [args, words]] of wrong.entries()) {
      const box = start(`wrong-${i}`, args);
      expect(await box.ended, args.join(' ')).toBe(2);
      const lines = box.log().trimEnd().split('\n');
      expect(lines, args.join(' ')).toHaveLength(1);
      expect(lines[0]).toMatch(words);
    }
  });

  it('leaves the server when its terminal goes away, and when it is asked twice it does not wait', async () => {
    const server = await bench.server();
    const first = start('hung-up', [...connect(server.address), '--name', 'first']);
    const second = start('impatient', [...connect(server.address), '--name', 'second']);
    await server.waitForClient('first');
    await server.waitForClient('second');
    await sleep(1000);
    await first.stop('SIGHUP');
    expect(await first.ended).toBe(0);
    process.kill(second.pid, 'SIGINT');
    await sleep(20);
    process.kill(second.pid, 'SIGINT');
    expect(await second.ended).toBe(1);
    await until('the first one gone', async () => !(await server.clients()).some(({ name }) => name === 'first'));
  });
});
