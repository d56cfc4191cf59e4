/** The box with its phone page as a child process (page-child.ts): started, pressed, asked, ended. */
import { fork } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineStatistics } from '../../../src/app/statistics.ts';
import type { UntimedEvent } from '../../../src/box/events.ts';
import type { BoxState } from '../../../src/box/state.ts';
import type { Peers } from '../../peers/processes.ts';
import { until } from '../../peers/wait.ts';
import type { FromPageBox, ToPageBox } from './page-child.ts';

export interface PageBox {
  readonly address: string;
  readonly pid: number;
  readonly press: (event: UntimedEvent) => void;
  readonly state: () => Promise<BoxState>;
  readonly statistics: () => Promise<EngineStatistics>;
  readonly resetStatistics: () => void;
  readonly waitFor: (what: string, accept: (state: BoxState) => boolean) => Promise<BoxState>;
  /** Waits until a state file whose text `accept` says yes to is on the disk. */
  readonly keeps: (what: string, accept: (text: string) => boolean) => Promise<unknown>;
  /** The digits of a new code on the panel. */
  readonly newCode: () => Promise<string>;
  /** Pulls the plug. */
  readonly kill: () => Promise<void>;
  /** Stops it where it stands, or lets it go on. */
  readonly freeze: (frozen: boolean) => void;
}

export interface PageBoxOptions {
  /** Known from the start: where CONNECT goes. */
  readonly server: string;
  readonly port: number;
  readonly name?: string;
  readonly args?: readonly string[];
  /** More of box.toml. */
  readonly toml?: string;
  /** Frames of a period; default 128. */
  readonly period?: number;
  /** The audio thread is above all others, on a core of its own: this one. */
  readonly core?: number;
}

export async function startPageBox(peers: Peers, options: PageBoxOptions): Promise<PageBox> {
  const { server, port, name = 'pagebox', args = [], toml = '', period = 128, core } = options;
  const settings = join(peers.folder, `${name}.toml`);
  writeFileSync(
    settings,
    `[directories]\npublic = false\n[profile]\nname = "${name}"\n[server]\nname = "Cellar"\naddress = "${server}"\n${toml}`,
  );
  const fd = openSync(join(peers.folder, `${name}.log`), 'a');
  const realtime = core === undefined ? ['--no-realtime'] : ['--core', `${core}`];
  const sound = ['--input', 'tone', '--output', 'none', '--period', `${period}`, '--port', '0', ...realtime];
  const folder = join(peers.folder, `${name}-state`);
  const state = ['--settings', settings, '--state', folder];
  const child = fork(join(import.meta.dirname, 'page-child.ts'), [...state, ...sound, '--page', `${port}`, ...args], {
    stdio: ['ignore', fd, fd, 'ipc'],
    execArgv: [],
  });
  closeSync(fd);
  let running = true;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running = false;
      resolve();
    });
  });
  const answers = new Map<number, (answer: Extract<FromPageBox, { type: 'answer' }>) => void>();
  let started = false;
  let lastId = 0;
  child.on('message', (message: FromPageBox) => {
    if (message.type === 'started') started = true;
    if (message.type === 'answer') answers.get(message.id)?.(message);
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  peers.atEnd(kill);
  await until('the start of the box', () => {
    if (!running) throw new Error(`${name} has ended`);
    return started;
  });
  const tell = (message: ToPageBox) => child.send(message);
  const ask = () =>
    new Promise<Extract<FromPageBox, { type: 'answer' }>>((resolve) => {
      const id = ++lastId;
      answers.set(id, resolve);
      tell({ type: 'ask', id });
    });
  return {
    address: `http://127.0.0.1:${port}/`,
    press: (event) => tell({ type: 'event', event }),
    pid: child.pid as number,
    state: async () => (await ask()).box,
    statistics: async () => (await ask()).statistics,
    resetStatistics: () => tell({ type: 'resetStatistics' }),
    waitFor: (what, accept) =>
      until(`${name}: ${what}`, async () => {
        const { box } = await ask();
        return accept(box) ? box : undefined;
      }),
    keeps: (what, accept) =>
      until(`${name} keeps ${what}`, () =>
        readdirSync(folder).some((file) => file.endsWith('.json') && accept(readFileSync(join(folder, file), 'utf8'))),
      ),
    newCode: async () => {
      tell({ type: 'event', event: { type: 'newPairingCode' } });
      return await until('a code', async () => (await ask()).code ?? undefined);
    },
    kill,
    freeze: (frozen) => void child.kill(frozen ? 'SIGSTOP' : 'SIGCONT'),
  };
}
