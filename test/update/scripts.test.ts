/** The scripts of usr/lib/jambox that RAUC and systemd call, as they stand on the card. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleVersion } from '../../src/update/rauc.ts';
import { parseReport } from '../../src/update/report.ts';
import { AUTOBOOT_A, AUTOBOOT_B, type Machine, machine, REPOSITORY } from './machine.ts';

let box: Machine;
beforeEach(() => {
  box = machine();
});
afterEach(() => box.remove());

const AUTOBOOT = 'boot/firmware/autoboot.txt';

describe('rauc-boot', () => {
  it('tells which slot starts, which runs, and how they are', () => {
    expect(box.script('rauc-boot', 'get-primary').stdout).toBe('A\n');
    expect(box.script('rauc-boot', 'get-current').stdout).toBe('A\n');
    expect(box.script('rauc-boot', 'get-state', 'B').stdout).toBe('good\n');
    expect(box.script('rauc-boot', 'on-trial').status).not.toBe(0);
    box.write('run/jambox/slot', 'B\n');
    expect(box.script('rauc-boot', 'get-current').stdout).toBe('B\n');
    expect(box.script('rauc-boot', 'on-trial').status).toBe(0);
  });

  it('keeps the state of a slot', () => {
    expect(box.script('rauc-boot', 'set-state', 'B', 'bad').status).toBe(0);
    expect(box.script('rauc-boot', 'get-state', 'B').stdout).toBe('bad\n');
    expect(box.script('rauc-boot', 'get-state', 'A').stdout).toBe('good\n');
    expect(box.script('rauc-boot', 'get-primary').stdout).toBe('A\n');
  });

  it('commits by writing two digits into the file as it lies on the card, writable for that moment only', () => {
    const { ino } = statSync(box.at(AUTOBOOT));
    expect(box.script('rauc-boot', 'set-primary', 'B').status).toBe(0);
    expect(box.read(AUTOBOOT)).toBe(AUTOBOOT_B);
    expect(statSync(box.at(AUTOBOOT)).ino).toBe(ino);
    const firmware = box.at('boot/firmware');
    expect(box.calls()).toEqual([`mount -o remount,rw ${firmware}`, `mount -o remount,ro ${firmware}`]);
    expect(box.script('rauc-boot', 'get-primary').stdout).toBe('B\n');
    expect(box.script('rauc-boot', 'set-primary', 'A').status).toBe(0);
    expect(box.read(AUTOBOOT)).toBe(AUTOBOOT_A);
  });

  it('writes nothing when nothing changes', () => {
    expect(box.script('rauc-boot', 'set-primary', 'A').status).toBe(0);
    expect(box.calls()).toEqual([]);
  });

  it('replaces a file that somebody has edited', () => {
    box.write(AUTOBOOT, `# mine\r\n${AUTOBOOT_A}`);
    expect(box.script('rauc-boot', 'set-primary', 'B').status).toBe(0);
    expect(box.read(AUTOBOOT)).toBe(AUTOBOOT_B);
  });

  it('says so when the card cannot be written, and is not on trial when it cannot be read', () => {
    box.program('mount', 'exit 1');
    expect(box.script('rauc-boot', 'set-primary', 'B').status).not.toBe(0);
    expect(box.read(AUTOBOOT)).toBe(AUTOBOOT_A);
    box.write(AUTOBOOT, 'nothing');
    expect(box.script('rauc-boot', 'on-trial').status).toBe(1);
  });

  it.each([[], ['set-primary'], ['set-primary', 'C'], ['set-state', 'A', 'fine'], ['get-state', '../A'], ['reboot']])(
    'refuses %j %j %j',
    (...args) => {
      expect(box.script('rauc-boot', ...args).status).not.toBe(0);
      expect(box.read(AUTOBOOT)).toBe(AUTOBOOT_A);
    },
  );
});

describe('rauc-installed', () => {
  const TEMPLATE = 'isolcpus=3 jb.slot=A rauc.slot=A quiet\n';
  beforeEach(() => {
    box.write('dev/disk2/hardware.txt', 'dtoverlay=fe-pi-audio\n');
    box.write('dev/disk3/cmdline.txt', TEMPLATE);
    box.write('dev/disk3/hardware.txt', 'dtoverlay=jambox-panel-encoder\n');
  });

  it("puts the slot into the command line, this box's HAT beside it, and notes the trial", () => {
    const ran = spawnSync(box.at('usr/lib/jambox/rauc-installed'), {
      env: { ...box.env, RAUC_MF_VERSION: '0.2.0+20261124.abc1234' },
    });
    expect(ran.status).toBe(0);
    expect(box.read('dev/disk3/cmdline.txt')).toBe('isolcpus=3 jb.slot=B rauc.slot=B quiet\n');
    expect(box.read('dev/disk3/hardware.txt')).toBe('dtoverlay=fe-pi-audio\n');
    expect(box.read('data/rauc/trial')).toBe('B 0.2.0+20261124.abc1234\n');
  });

  it('goes the other way from slot B, and fills in a template', () => {
    box.write('run/jambox/slot', 'B\n');
    box.write('dev/disk2/cmdline.txt', 'jb.slot=@SLOT@ rauc.slot=@SLOT@\n');
    expect(box.script('rauc-installed').status).toBe(0);
    expect(box.read('dev/disk2/cmdline.txt')).toBe('jb.slot=A rauc.slot=A\n');
    expect(box.read('data/rauc/trial')).toMatch(/^A /);
  });

  it('fails, without a trial, when the boot partition is not one of ours', () => {
    box.write('dev/disk3/cmdline.txt', 'root=/dev/sda1\n');
    expect(box.script('rauc-installed').status).not.toBe(0);
    expect(box.read('data/rauc/trial')).toBeUndefined();
  });
});

describe('rauc-conf', () => {
  it('names the partitions of the disk that was started from', () => {
    box.write('run/jambox/disk', '/dev/mmcblk0p\n');
    expect(box.script('rauc-conf').status).toBe(0);
    const conf = box.read('etc/rauc/system.conf') ?? '';
    expect([...conf.matchAll(/^device=(.*)$/gm)].map(([, device]) => device)).toEqual([
      '/dev/mmcblk0p5',
      '/dev/mmcblk0p2',
      '/dev/mmcblk0p6',
      '/dev/mmcblk0p3',
    ]);
    expect(conf).not.toMatch(/^[^#]*@/m);
  });
});

describe('update-boot', () => {
  const report = () => {
    expect(box.script('update-boot').status).toBe(0);
    return parseReport(box.read('run/jambox/update.json') ?? '');
  };

  it('has nothing to say at an ordinary start', () => {
    box.write('data/rauc/download.raucb', 'half of it');
    expect(report()).toEqual({ update: { kind: 'none' }, check: false });
    expect(box.read('data/rauc/download.raucb')).toBeUndefined();
    box.write('data/rauc/check', '');
    expect(report()).toEqual({ update: { kind: 'none' }, check: true });
  });

  it('says that a new system is being tried', () => {
    box.write('run/jambox/slot', 'B\n');
    box.write('data/rauc/trial', 'B 0.2.0\n');
    expect(report()?.update).toEqual({ kind: 'restarting' });
    expect(box.read('data/rauc/trial')).toBe('B 0.2.0\n');
  });

  it('says that the old one is back, at every start until somebody has read it', async () => {
    box.write('data/rauc/trial', 'B 0.2.0\n');
    expect(report()?.update).toEqual({ kind: 'undone', version: '0.2.0' });
    expect(report()?.update).toEqual({ kind: 'undone', version: '0.2.0' });
    expect(await box.agent('seen')).toBe(true);
    expect(report()?.update).toEqual({ kind: 'none' });
  });

  it('says nothing of a trial that was kept just before the power went', () => {
    box.write('run/jambox/slot', 'B\n');
    box.write(AUTOBOOT, AUTOBOOT_B);
    box.write('data/rauc/trial', 'B 0.2.0\n');
    expect(report()?.update).toEqual({ kind: 'none' });
    expect(box.read('data/rauc/trial')).toBeUndefined();
  });
});

describe('tryboot', () => {
  it('asks the firmware, then restarts', () => {
    expect(box.script('tryboot').status).toBe(0);
    expect(box.calls()).toEqual(['modprobe jambox-tryboot once=1', 'systemctl --no-block reboot']);
  });

  it('does not restart when the firmware cannot be asked', () => {
    box.program('modprobe', 'exit 1');
    expect(box.script('tryboot').status).not.toBe(0);
    expect(box.calls()).toHaveLength(1);
  });
});

const hasTools = ['rauc', 'mksquashfs', 'openssl'].every((tool) => spawnSync('which', [tool]).status === 0);

describe.skipIf(!hasTools)('make-bundle.sh', () => {
  const keys = (name: string) => {
    const [key, cert] = [box.at(`${name}.key`), box.at(`${name}.crt`)];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert],
      {
        stdio: 'ignore',
      },
    );
    return { key, cert };
  };

  it("makes a bundle that only its owner's boxes take", () => {
    mkdirSync(box.at('out'));
    // Larger than RAUC's smallest bundle.
    writeFileSync(box.at('root.squashfs'), Buffer.alloc(100_000, 'root'));
    writeFileSync(box.at('boot.vfat'), randomBytes(50_000));
    const [mine, other] = [keys('mine'), keys('other')];
    const out = box.at('out/update.raucb');
    const version = '0.2.0+20261124.abc1234';
    const args = [box.at('root.squashfs'), box.at('boot.vfat'), version, mine.key, mine.cert, out];
    execFileSync(join(REPOSITORY, 'image/update/make-bundle.sh'), args, { stdio: 'ignore' });
    const info = (cert: string) =>
      spawnSync('rauc', ['info', `--keyring=${cert}`, '--output-format=json', out], { encoding: 'utf8' });
    expect(bundleVersion(info(mine.cert).stdout)).toBe(version);
    expect(info(other.cert).status).not.toBe(0);
  });
});
