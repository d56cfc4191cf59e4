/** A box's files in a temporary folder, with the scripts as they are on the card and programs that only note their call. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { vi } from 'vitest';
import { type Clock, createAgent } from '../../src/update/agent.ts';
import { task } from '../../src/update/task.ts';
import { writeBelow } from '../support/files.ts';

export const REPOSITORY = resolve(import.meta.dirname, '../..');
const ON_THE_CARD = join(REPOSITORY, 'systemd/root');

export type Slot = 'A' | 'B';

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** As image/ makes it. */
export const AUTOBOOT_A = '[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n';
export const AUTOBOOT_B = '[all]\ntryboot_a_b=1\nboot_partition=3\n[tryboot]\nboot_partition=2\n';

export function machine(running: Slot = 'A') {
  const root = mkdtempSync(join(tmpdir(), 'update-'));
  const at = (path: string) => join(root, path);
  const write = (path: string, content: string | Buffer) => writeBelow(root, path, content);
  const read = (path: string) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined);
  for (const folder of ['run/jambox', 'data/rauc', 'boot/firmware', 'bin', 'dev'])
    mkdirSync(at(folder), { recursive: true });
  cpSync(join(ON_THE_CARD, 'usr/lib/jambox'), at('usr/lib/jambox'), { recursive: true });
  cpSync(join(ON_THE_CARD, 'etc/rauc'), at('etc/rauc'), { recursive: true });
  write('run/jambox/disk', `${at('dev/disk')}\n`);
  write('run/jambox/slot', `${running}\n`);
  write('boot/firmware/autoboot.txt', AUTOBOOT_A);
  write('etc/jambox/version', '0.1.0+20261123.abc1234\n');

  const env = {
    ...process.env,
    PATH: `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    JAMBOX_RUN: at('run/jambox'),
    JAMBOX_DATA: at('data/rauc'),
    JAMBOX_FIRMWARE: at('boot/firmware'),
    JAMBOX_RAUC: at('etc/rauc'),
  };
  /** Each call is noted as a line of `calls`. */
  const program = (name: string, body = '') => {
    write(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >>${at('calls')}\n${body}\n`);
    chmodSync(at(`bin/${name}`), 0o755);
  };
  // A folder stands for a partition: mounting it puts it where it is wanted.
  program(
    'mount',
    'case $* in *remount*) exit 0 ;; esac\nfor last; do before=$device; device=$last; done\nrmdir "$device" && ln -s "$before" "$device"',
  );
  program('umount', 'for last; do :; done\nif [ -L "$last" ]; then rm "$last" && mkdir "$last"; fi');
  /** systemctl, and of the units what they are for; @param extra for the shell, before that */
  const systemd = (extra = '') =>
    program(
      'systemctl',
      `${extra}
case $* in
  'start jambox-tryboot.service') exec ${at('usr/lib/jambox/tryboot')} ;;
  'start jambox-stick@'*) name=\${2#*@}; name=\${name%.service}
    mkdir -p ${at('run/jambox/usb')} && ln -s ${at('dev')}/$name ${at('run/jambox/usb')}/$name ;;
  'stop jambox-stick@'*) name=\${2#*@}; rm ${at('run/jambox/usb')}/\${name%.service} ;;
esac`,
    );
  program('modprobe');
  systemd();
  program('rauc');

  const run = (command: string, ...args: string[]): Ran => {
    const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  return {
    root,
    at,
    write,
    read,
    env,
    program,
    systemd,
    calls: () => read('calls')?.trim().split('\n') ?? [],
    script: (name: string, ...args: string[]) => run(at(`usr/lib/jambox/${name}`), ...args),
    /** One task of the update agent: whether it went well. */
    async agent(verb: string, argument = '', clock: Clock = quickClock()): Promise<boolean> {
      for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
      try {
        return (
          (await task(
            createAgent(root, () => undefined, clock),
            verb,
            argument,
          )) === true
        );
      } finally {
        vi.unstubAllEnvs();
      }
    },
    report: () => JSON.parse(read('run/jambox/update.json') ?? 'null') as unknown,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Whoever sleeps wakes at once. */
export function quickClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    async sleep(ms) {
      nowMs += ms;
    },
  };
}

export type Machine = ReturnType<typeof machine>;
