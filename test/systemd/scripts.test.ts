/** Root's helpers on the card, run in a folder that stands for the machine. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type RootRequest, requestOfRoot } from '../../src/linux/requests.ts';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';

const SCRIPTS = join(import.meta.dirname, '../../systemd/root/usr/lib/jambox');
const isInstalled = (program: string) => spawnSync(program, ['--help']).error === undefined;

let root: string;
beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, 'bin'));
});

const put = (path: string, content = '') => writeBelow(root, path, content);

const content = (path: string) => readFileSync(join(root, path), 'utf8');

/** Stands for a program of the system: notes how it was called. */
function fake(program: string): void {
  put(`bin/${program}`, `#!/bin/sh\necho "${program} $*" >> ${root}/called\n`);
  chmodSync(join(root, 'bin', program), 0o755);
}

const called = () => (existsSync(join(root, 'called')) ? content('called').trimEnd().split('\n') : []);

function run(script: string, ...args: string[]) {
  const env = { JAMBOX_ROOT: root, JAMBOX_DATA: join(root, 'data'), PATH: `${root}/bin:${process.env['PATH']}` };
  return spawnSync('sh', [join(SCRIPTS, script), ...args], { encoding: 'utf8', env });
}

describe("root's scripts", () => {
  it.each(readdirSync(SCRIPTS))('%s is a program in plain sh', (name) => {
    const path = join(SCRIPTS, name);
    expect(readFileSync(path, 'utf8')).toMatch(/^#!\/bin\/sh\n/);
    expect(spawnSync('sh', ['-n', path], { encoding: 'utf8' }).stderr).toBe('');
  });

  it.skipIf(!isInstalled('shellcheck')).each(readdirSync(SCRIPTS))('%s has nothing that shellcheck minds', (name) => {
    expect(
      spawnSync('shellcheck', ['-s', 'sh', '-S', 'warning', join(SCRIPTS, name)], { encoding: 'utf8' }).stdout,
    ).toBe('');
  });
});

describe('handle-requests', () => {
  const FOLDER = 'run/jambox/requests';
  const DOES: Readonly<Record<RootRequest, string>> = {
    poweroff: 'systemctl --no-block --job-mode=replace-irreversibly start poweroff.target',
    reboot: 'systemctl --no-block --job-mode=replace-irreversibly start reboot.target',
    'factory-reset': 'systemctl --no-block --job-mode=replace-irreversibly start reboot.target',
    'update-install': 'systemctl --no-block start jambox-update-install.service',
    'update-check-on': 'systemctl --no-block restart jambox-update-task@check-on.service',
    'update-check-off': 'systemctl --no-block restart jambox-update-task@check-off.service',
    'update-seen': 'systemctl --no-block restart jambox-update-task@seen.service',
  };
  const handle = () => run('handle-requests', join(root, FOLDER));

  beforeEach(() => {
    fake('systemctl');
    mkdirSync(join(root, FOLDER), { recursive: true });
    mkdirSync(join(root, 'data'));
  });

  it.each(Object.entries(DOES))('does what the box asks for by %s, once', (request, command) => {
    expect(requestOfRoot(request as RootRequest, join(root, FOLDER))).toBe(true);
    handle();
    expect(called()).toEqual([command]);
    expect(readdirSync(join(root, FOLDER))).toEqual([]);
    expect(existsSync(join(root, 'data/factory-reset'))).toBe(request === 'factory-reset');
    handle();
    expect(called()).toHaveLength(1);
  });

  it('removes what nobody knows and follows no link, so that it is not called for it again', () => {
    put('precious/file', 'kept');
    symlinkSync(join(root, 'precious'), join(root, FOLDER, 'link'));
    symlinkSync(join(root, 'nowhere'), join(root, FOLDER, '.dangling'));
    for (const name of ['power off', '$(reboot)', '-rf', '*', 'a\nb', 'sub/folder/file']) put(`${FOLDER}/${name}`);
    expect(handle().status).toBe(0);
    expect(readdirSync(join(root, FOLDER))).toEqual([]);
    expect(content('precious/file')).toBe('kept');
    expect(called()).toEqual([]);
  });

  it('cannot be asked where there is no folder for it', () => {
    expect(requestOfRoot('poweroff', join(root, 'none'))).toBe(false);
  });
});

describe('factory-reset', () => {
  it('wipes settings, recordings, identity and the update switch, keeps which version is good, and then its own mark', () => {
    for (const file of [
      'jambox/state.json',
      'recordings/a.wav',
      'mixers/0d8c-0014-',
      'identity/number',
      'rauc/check',
      'rauc/status',
    ]) {
      put(`data/${file}`, 'x');
    }
    put('data/factory-reset');
    expect(run('factory-reset').status).toBe(0);
    expect(readdirSync(join(root, 'data'), { recursive: true }).sort()).toEqual(['rauc', 'rauc/status']);
  });
});

describe('identity', () => {
  beforeEach(() => {
    put('proc/sys/kernel/hostname');
    put('proc/sys/kernel/random/uuid', '0fd0e1b1-9b9c-4b52-8a55-0123456789ab\n');
    put('etc/hostname');
  });
  const name = () => {
    expect(run('identity')).toMatchObject({ status: 0, stderr: '' });
    expect(content('etc/hostname').trim()).toBe(content('proc/sys/kernel/hostname'));
    return content('proc/sys/kernel/hostname');
  };

  it("takes the end of the board's serial number", () => {
    put('proc/device-tree/serial-number', '10000000ABCD7F3A\0');
    expect(name()).toBe('jambox-7f3a');
  });

  it('takes the number of a network card where there is no serial number, and keeps it when the card has gone', () => {
    put('sys/class/net/lo/address', '00:00:00:00:00:00\n');
    put('sys/class/net/eth0/address', 'dc:a6:32:01:C0:de\n');
    put('sys/class/net/eth0/device/uevent');
    expect(name()).toBe('jambox-c0de');
    rmSync(join(root, 'sys'), { recursive: true });
    expect(name()).toBe('jambox-c0de');
  });

  it('takes a number by chance where there is nothing, and keeps it', () => {
    expect(name()).toBe('jambox-89ab');
    put('proc/sys/kernel/random/uuid', 'ffffffff-ffff-4fff-bfff-ffffffffffff\n');
    expect(name()).toBe('jambox-89ab');
  });

  it("makes the machine's id once; one that was cut by a power loss is made anew", () => {
    name();
    expect(content('data/identity/machine-id')).toBe('0fd0e1b19b9c4b528a550123456789ab\n');
    put('proc/sys/kernel/random/uuid', 'ffffffff-ffff-4fff-bfff-ffffffffffff\n');
    name();
    expect(content('data/identity/machine-id')).toBe('0fd0e1b19b9c4b528a550123456789ab\n');
    put('data/identity/machine-id', '');
    name();
    expect(content('data/identity/machine-id')).toBe('ffffffffffff4fffbfffffffffffffff\n');
  });
});

describe('selftest', () => {
  const CARD = 'boot/firmware';
  const START = 'systemctl start jambox-selftest-run.service';
  const test = () => run('selftest');
  beforeEach(() => {
    for (const program of ['mount', 'udevadm', 'sleep']) fake(program);
    // The unit's own part: what it prints goes into a file.
    const words = `ls ${root}/${CARD} > ${root}/data/selftest/result.txt`;
    put('bin/systemctl', `#!/bin/sh\necho "systemctl $*" >> ${root}/called\n${words}\nexit 1\n`);
    chmodSync(join(root, 'bin/systemctl'), 0o755);
    for (const folder of ['run/jambox', 'data/selftest']) mkdirSync(join(root, folder), { recursive: true });
    put('proc/asound/jambox');
  });

  it('runs once, with the options of the file, and leaves its words beside it on the card that is for reading again', () => {
    put(`${CARD}/selftest.txt`, '--loop --server jam.example.org:22124\r\n--not this\n');
    expect(test().status).toBe(1);
    expect(readdirSync(join(root, CARD)).sort()).toEqual(['selftest-done.txt', 'selftest-result.txt']);
    const [first, closed, , ran, again, last] = called();
    expect([first, closed]).toEqual([`mount -o remount,rw ${root}/${CARD}`, `mount -o remount,ro ${root}/${CARD}`]);
    expect(ran).toBe(START);
    expect(content('run/jambox/selftest.env')).toBe('OPTIONS=--loop --server jam.example.org:22124\n');
    expect([again, last]).toEqual([first, closed]);
    // The name had changed before the test began.
    expect(content(`${CARD}/selftest-result.txt`)).toBe('selftest-done.txt\n');
  });

  it('takes nothing from the file that a shell or systemd would do', () => {
    put(`${CARD}/selftest.txt`, '--only sound; $(reboot) `id` * > /etc/x | "y" \\ & %i ../../z\n');
    test();
    expect(content('run/jambox/selftest.env')).toBe('OPTIONS=--only sound reboot id   etcx  y   i ....z\n');
  });

  it('waits for the sound card, but not for ever', () => {
    put(`${CARD}/selftest.txt`);
    rmSync(join(root, 'proc/asound/jambox'));
    test();
    expect(called().filter((line) => line === 'sleep 1')).toHaveLength(20);
    expect(called()).toContain(START);
  });
});
