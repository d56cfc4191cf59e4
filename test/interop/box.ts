/**
 * The box as a child process (box-child.ts) for tests with real peers: start it with the options of the command line,
 * send it events, ask for its state, wait for a state, end it. Ended with the other processes of the test.
 */
import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineStatistics } from '../../src/app/statistics.ts';
import type { UntimedEvent } from '../../src/box/events.ts';
import type { BoxState } from '../../src/box/state.ts';
import type { Peers } from '../peers/processes.ts';
import { until } from '../peers/wait.ts';
import type { FromBox, ToBox } from './box-child.ts';

const ANSWER_TIMEOUT_MS = 5000;
const END_TIMEOUT_MS = 5000;

export type Answer = { readonly state: BoxState; readonly statistics: EngineStatistics };

export type BoxOptions = {
  /** Names its log file (stderr and log lines) and, unless `args` say otherwise, the musician. Default: box. */
  readonly name?: string;
  /** As for `npm start`; --port 0 is added unless given. */
  readonly args: readonly string[];
  /** Added to the environment, e.g. ALSA_CONFIG_PATH, JACK_DEFAULT_SERVER. */
  readonly env?: Readonly<Record<string, string>>;
};

export type Box = {
  readonly pid: number;
  /** UDP port of its socket. */
  readonly port: number;
  /** Lines it has logged so far. */
  readonly log: readonly string[];
  readonly dispatch: (event: UntimedEvent) => void;
  /** State and statistics of now. */
  readonly ask: () => Promise<Answer>;
  /** The first state that `accept` says yes to; throws after `timeoutMs` (10 s) with `what` and the last state. */
  readonly waitFor: (
    what: string,
    accept: (state: BoxState) => boolean,
    options?: { timeoutMs?: number },
  ) => Promise<BoxState>;
  readonly connected: () => Promise<BoxState>;
  /** The orderly end, as ctrl-C: leaves the server, closes files; the statistics of the whole run. */
  readonly quit: () => Promise<EngineStatistics>;
  readonly isRunning: () => boolean;
};

/** Starts it and waits until it runs (not until it is connected). Throws with its own words if it does not start. */
export async function startBox(peers: Peers, options: BoxOptions): Promise<Box> {
  const { name = 'box', env = {} } = options;
  const args = [...options.args];
  if (!args.includes('--port')) args.push('--port', '0');
  if (!args.includes('--name')) args.push('--name', name);
  const fd = openSync(join(peers.folder, `${name}.log`), 'a');
  const child = fork(join(import.meta.dirname, 'box-child.ts'), args, {
    stdio: ['ignore', fd, fd, 'ipc'],
    execArgv: [],
    env: { ...process.env, ...env },
  });
  closeSync(fd);

  const log: string[] = [];
  const answers = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  let started: FromBox | undefined;
  let final: EngineStatistics | undefined;
  let running = true;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      running = false;
      resolve();
    });
  });
  child.on('message', (message: FromBox) => {
    if (message.type === 'log') log.push(message.line);
    else if (message.type === 'answer') {
      answers.get(message.id)?.(message);
      answers.delete(message.id);
    } else if (message.type === 'ended') final = message.statistics;
    else started = message;
  });
  peers.atEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const begun = await until('the start of the box', () => {
    if (started === undefined && !running) return { type: 'failed', error: `see ${name}.log` } as const;
    return started;
  });
  if (begun.type !== 'started') throw new Error(`${name}: ${'error' in begun ? begun.error : begun.type}`);

  const tell = (message: ToBox) => {
    if (!running) throw new Error(`${name} has ended: ${log.slice(-3).join('; ')}`);
    child.send(message);
  };
  const dispatch = (event: UntimedEvent) => tell({ type: 'event', event });
  const ask = () =>
    new Promise<Answer>((resolve, reject) => {
      const id = ++lastId;
      const timer = setTimeout(() => reject(new Error(`${name} does not answer`)), ANSWER_TIMEOUT_MS);
      answers.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      tell({ type: 'ask', id });
    });
  const waitFor: Box['waitFor'] = async (what, accept, { timeoutMs = 10_000 } = {}) => {
    let last: BoxState | undefined;
    const probe = async () => {
      last = (await ask()).state;
      return accept(last) ? last : undefined;
    };
    return await until(`${name}: ${what}`, probe, { timeoutMs }).catch((error: Error) => {
      throw new Error(
        `${error.message}; ${JSON.stringify({ link: last?.link, engine: last?.engine })}; ${log.join('; ')}`,
      );
    });
  };
  return {
    pid: child.pid ?? 0,
    port: begun.port,
    log,
    dispatch,
    ask,
    waitFor,
    connected: () => waitFor('connected', ({ link }) => link.kind === 'connected'),
    quit: async () => {
      dispatch({ type: 'quit', code: 0 });
      return await until('the end of the box', () => (running ? undefined : final), { timeoutMs: END_TIMEOUT_MS });
    },
    isRunning: () => running,
  };
}
