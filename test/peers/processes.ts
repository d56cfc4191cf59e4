/**
 * Child processes of a test: each has a log file under test/out/peers/, and all are ended, by their own pid and in
 * reverse order, when the test ends, however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const OUT = join(import.meta.dirname, '../out/peers');
const STOP_TIMEOUT_MS = 3000;

export type PeerProcess = {
  readonly name: string;
  readonly pid: number;
  readonly logPath: string;
  /** Everything it has written to stdout and stderr so far. */
  readonly log: () => string;
  readonly isRunning: () => boolean;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends it (SIGTERM at first, SIGKILL after 3 s) and waits until it is gone. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
};

export type Peers = {
  /** Folder of this test's logs and files. */
  readonly folder: string;
  readonly start: (
    name: string,
    command: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => PeerProcess;
  /** Called at the end, before the processes started earlier are ended. */
  readonly atEnd: (cleanUp: () => void | Promise<void>) => void;
  readonly end: () => Promise<void>;
};

/** Runs `body` with a fresh folder test/out/peers/NAME and ends everything it has started. */
export async function withPeers<T>(name: string, body: (peers: Peers) => Promise<T>): Promise<T> {
  const peers = createPeers(name);
  try {
    return await body(peers);
  } finally {
    await peers.end();
  }
}

/** As withPeers, for tests that have their own set-up and tear-down: call end() in the latter. */
export function createPeers(name: string): Peers {
  const folder = join(OUT, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const children = new Set<ChildProcess>();
  const cleanUps: (() => void | Promise<void>)[] = [];
  const killAll = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  const endAll = async () => {
    const problems: unknown[] = [];
    for (const cleanUp of cleanUps.splice(0).reverse()) {
      try {
        await cleanUp();
      } catch (error) {
        problems.push(error);
      }
    }
    process.off('exit', killAll);
    process.off('SIGINT', quit);
    process.off('SIGTERM', quit);
    if (problems.length > 0) throw new AggregateError(problems, `${name}: not everything ended properly`);
  };
  // A signal and the test's own end may come together: both wait for the same end.
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endAll();
    return ending;
  };
  const quit = () => void end().finally(() => process.exit(130));
  process.on('exit', killAll);
  process.on('SIGINT', quit);
  process.on('SIGTERM', quit);

  return {
    folder,
    start: (processName, command, args, env = {}) => {
      if (ending) throw new Error(`${name} has ended: ${processName} is not started`);
      const logPath = join(folder, `${processName}.log`);
      const fd = openSync(logPath, 'a');
      const child = spawn(command, args, {
        stdio: ['ignore', fd, fd],
        env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8', ...env },
      });
      closeSync(fd);
      const started = toPeerProcess(processName, child, logPath);
      children.add(child);
      void started.ended.then(() => children.delete(child));
      cleanUps.push(() => started.stop());
      return started;
    },
    atEnd: (cleanUp) => cleanUps.push(cleanUp),
    end,
  };
}

function toPeerProcess(name: string, child: ChildProcess, logPath: string): PeerProcess {
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? -1));
    child.once('error', () => resolve(-1));
  });
  return {
    name,
    pid: child.pid ?? 0,
    logPath,
    log: () => readFileSync(logPath, 'utf8'),
    isRunning,
    ended,
    stop: async (signal = 'SIGTERM') => {
      if (!isRunning()) return;
      child.kill(signal);
      const hard = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(hard);
    },
  };
}

/** CPU time of a process, user and system, in seconds; resolution 10 ms, ended threads included. */
export function cpuSeconds(pid: number): number {
  return statSeconds(`/proc/${pid}/stat`);
}

export type ThreadCpu = { readonly tid: number; readonly name: string; readonly seconds: number };

/** CPU time of each thread of a process that still runs; in nanoseconds' resolution where the kernel keeps that. */
export function threadCpuSeconds(pid: number): ThreadCpu[] {
  return readdirSync(`/proc/${pid}/task`).map((tid) => {
    const folder = `/proc/${pid}/task/${tid}`;
    const name = readFileSync(`${folder}/comm`, 'utf8').trim();
    return { tid: Number(tid), name, seconds: schedSeconds(folder) ?? statSeconds(`${folder}/stat`) };
  });
}

function schedSeconds(folder: string): number | undefined {
  try {
    const nanoseconds = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]);
    return nanoseconds > 0 ? nanoseconds / 1e9 : undefined;
  } catch {
    return undefined;
  }
}

function statSeconds(path: string): number {
  const text = readFileSync(path, 'utf8');
  // The second field, the name in brackets, may hold blanks: count from its end. utime and stime are fields 14 and 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
