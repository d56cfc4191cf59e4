/** One QEMU: started with its sockets, asked over QMP, and ended by its own pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { until } from '../peers/wait.ts';

/** Why the machine stopped: it was switched off, it wanted to start anew, its plug was pulled, or it never was one. */
export type MachineEnd = 'poweroff' | 'reboot' | 'killed' | 'failed';

export interface Machine {
  /** To the agent in the guest, both ways. */
  readonly agent: Socket;
  readonly ended: Promise<MachineEnd>;
  /** Pulls the plug. */
  readonly kill: () => Promise<void>;
  /** What the kernel and QEMU itself have written so far. */
  readonly console: () => string;
}

export interface MachineOptions {
  /** Everything but the sockets: what the machine is and what is plugged in. */
  readonly args: readonly string[];
  /** How the agent's socket becomes a device: takes the path of the socket. */
  readonly agentArgs: (socketPath: string) => readonly string[];
  readonly logPath: string;
}

const QEMU = 'qemu-system-aarch64';
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

export async function startMachine({ args, agentArgs, logPath }: MachineOptions): Promise<Machine> {
  const sockets = mkdtempSync(join(tmpdir(), 'boxboot-'));
  const agentPath = join(sockets, 'agent');
  const qmpPath = join(sockets, 'qmp');
  const log = openSync(logPath, 'w');
  const all = [...args, ...agentArgs(agentPath), '-qmp', `unix:${qmpPath},server=on,wait=off`, '-display', 'none'];
  // Devices in the guest wait for each other for some ms of real time: other work here must not come between.
  const [program = '', ...first] = process.getuid?.() === 0 ? ['nice', '-n', '-5', QEMU] : [QEMU];
  const child = spawn(program, [...first, ...all, '-no-reboot'], { stdio: ['ignore', log, log] });
  closeSync(log);
  running.add(child);
  let reason: MachineEnd = 'failed';
  const ended = new Promise<MachineEnd>((resolve) => {
    const end = () => {
      running.delete(child);
      rmSync(sockets, { recursive: true, force: true });
      resolve(reason);
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const open = async (path: string) => {
    if (!isRunning()) throw new Error(`QEMU has ended: ${readFileSync(logPath, 'utf8').slice(-2000)}`);
    return await connected(path);
  };
  const agent = await until('QEMU', () => open(agentPath));
  const qmp = await until('QMP', () => open(qmpPath));
  qmp.write('{"execute":"qmp_capabilities"}\n');
  linesOf(qmp, (line) => {
    const event = JSON.parse(line) as { event?: string; data?: { reason?: string } };
    if (event.event !== 'SHUTDOWN') return;
    if (event.data?.reason === 'guest-shutdown') reason = 'poweroff';
    if (event.data?.reason === 'guest-reset') reason = 'reboot';
  });
  for (const socket of [agent, qmp]) socket.on('error', () => socket.destroy());
  return {
    agent,
    ended,
    kill: async () => {
      reason = 'killed';
      child.kill('SIGKILL');
      await ended;
    },
    console: () => readFileSync(logPath, 'utf8'),
  };
}

/** A machine whose plug is pulled resets its connections: no more lines come. */
export function linesOf(socket: Socket, onLine: (line: string) => void): void {
  const lines = createInterface({ input: socket });
  lines.on('line', onLine);
  lines.on('error', () => lines.close());
}

function connected(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
}
