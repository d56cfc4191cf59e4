/** Runs host programs for the build: silent with a log file each step, loud when one fails. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A build that can't go on: the message says what the reader can do. */
export class BuildError extends Error {}

export type RunOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its standard input. */
  readonly input?: string;
};

let logFile = '';

/** Everything that programs print from here on goes to this file. */
export function logTo(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  logFile = file;
}

/** Runs a program and waits for it. @throws BuildError with the end of the log when it fails */
export function run(program: string, args: readonly string[], options: RunOptions = {}): void {
  appendFileSync(logFile, `\n$ ${program} ${args.join(' ')}\n`);
  const log = openSync(logFile, 'a');
  const done = spawnSync(program, args, {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    input: options.input,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', log, log],
  });
  closeSync(log);
  if (done.error) throw new BuildError(`${program} does not start: ${done.error.message}`);
  if (done.status === 0) return;
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-25).join('\n');
  throw new BuildError(`${program} failed (${done.status ?? done.signal}). The end of ${logFile}:\n${tail}`);
}

/** Runs a program and gives its standard output as text. @throws BuildError when it fails */
export function ask(program: string, args: readonly string[], options: RunOptions = {}): string {
  const done = spawnSync(program, args, {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    input: options.input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (done.error) throw new BuildError(`${program} does not start: ${done.error.message}`);
  if (done.status !== 0) throw new BuildError(`${program} ${args.join(' ')} failed:\n${done.stderr}`);
  return done.stdout;
}
