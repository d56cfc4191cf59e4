/** JACK servers for tests: on the dummy driver, or on an ALSA device such as the test card. */
import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import type { PeerProcess, Peers } from './processes.ts';
import { until } from './wait.ts';

const run = promisify(execFile);

export type JackOptions = {
  /** Name of the server; several can run side by side. */
  readonly name: string;
  readonly periodFrames: 64 | 128 | 256;
  /** `dummy` brings system:monitor ports, on which what is played comes back. */
  readonly driver?:
    | { readonly kind: 'dummy' }
    | {
        readonly kind: 'alsa';
        readonly device: string;
        readonly periods: number;
        readonly env: Record<string, string>;
      };
  /** SCHED_FIFO priority of the server; 0: none. Its clients run 5 below. */
  readonly priority?: number;
  /** Plays in the cycle in which its clients computed it (-S), not one later: less delay, less slack. */
  readonly sync?: boolean;
};

export type Jack = {
  readonly name: string;
  readonly periodFrames: number;
  /** What a program needs in its environment to use this server. */
  readonly env: { readonly JACK_DEFAULT_SERVER: string };
  readonly process: PeerProcess;
  readonly ports: () => Promise<string[]>;
  readonly connect: (from: string, to: string) => Promise<void>;
  readonly disconnect: (from: string, to: string) => Promise<void>;
};

/** Starts jackd and waits until programs can use it. */
export async function startJack(peers: Peers, options: JackOptions): Promise<Jack> {
  const { name, periodFrames, driver = { kind: 'dummy' }, priority = 70, sync = false } = options;
  // Programs that were still there when their server ended leave semaphores behind.
  peers.atEnd(() => {
    for (const file of readdirSync('/dev/shm')) {
      if (file.startsWith('jack_sem.') && file.includes(`_${name}_`)) rmSync(`/dev/shm/${file}`, { force: true });
    }
  });
  const scheduling = priority > 0 ? ['-R', '-P', String(priority)] : ['--no-realtime'];
  const backend =
    driver.kind === 'dummy'
      ? ['-d', 'dummy', '-r', '48000', '-p', String(periodFrames), '-m']
      : ['-d', 'alsa', '-d', driver.device, '-r', '48000', '-p', String(periodFrames), '-n', String(driver.periods)];
  const jackd = peers.start(
    `jackd-${name}`,
    'jackd',
    ['-n', name, ...scheduling, ...(sync ? ['-S'] : []), ...backend],
    driver.kind === 'alsa' ? driver.env : {},
  );
  const ports = async () => (await run('jack_lsp', ['-s', name])).stdout.split('\n').filter((line) => line !== '');
  await until(`JACK server ${name}`, async () => {
    if (!jackd.isRunning()) throw new Error(`jackd has ended: ${jackd.log().slice(-500)}`);
    return (await ports()).includes('system:playback_1');
  });
  return {
    name,
    periodFrames,
    env: { JACK_DEFAULT_SERVER: name },
    process: jackd,
    ports,
    connect: async (from, to) => void (await run('jack_connect', ['-s', name, from, to])),
    disconnect: async (from, to) => void (await run('jack_disconnect', ['-s', name, from, to])),
  };
}
