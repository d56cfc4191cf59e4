/** The units of the image, read as text: what they name is there, and fits to the program, the overlays and each other. */
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PANEL_DEVICES } from '../../src/linux/evdev/panel-controls.ts';
import { LED_NAMES } from '../../src/linux/leds.ts';
import { REQUESTS_FOLDER } from '../../src/linux/requests.ts';
import { parseCommandLine } from '../../src/settings/command-line.ts';
import { settingsFrom } from '../support/settings.ts';

const PROJECT = join(import.meta.dirname, '../..');
const ROOT = join(PROJECT, 'systemd/root');
const UNITS = join(ROOT, 'etc/systemd/system');
/** Copied by the image build from elsewhere in the project. */
const COPIED: Readonly<Record<string, string>> = {
  '/usr/lib/jambox/set-mixer': 'hardware/mixers/set-mixer',
  '/usr/lib/jambox/set-usb-mixer': 'hardware/mixers/set-usb-mixer',
  '/usr/lib/jambox/apply-hat': 'hardware/detect/apply-hat',
  '/usr/lib/jambox/detect-hat': 'hardware/detect/detect-hat',
};
const DEBIANS = ['/bin/sleep', '/usr/bin/mount', '/usr/bin/umount', '/usr/bin/systemd-tmpfiles'];
/** Made by the image build (image/steps/service.ts). */
const BUILT = ['/opt/jambox/bin/node', '/opt/jambox/bin/box-selftest'];
/** Only where an owner's own image has it (docs/update.md). */
const OPTIONAL = ['/usr/bin/rauc-hawkbit-updater'];

const read = (path: string) => readFileSync(join(PROJECT, path), 'utf8');
const isMasked = (unit: string) =>
  lstatSync(join(UNITS, unit), { throwIfNoEntry: false })?.isSymbolicLink() === true &&
  readlinkSync(join(UNITS, unit)) === '/dev/null';
const own = readdirSync(UNITS).filter((name) => statSync(join(UNITS, name)).isFile());
const enabled = read('systemd/enabled').trim().split('\n');
const box = read('systemd/root/etc/systemd/system/jambox.service');
const rules = readdirSync(join(ROOT, 'etc/udev/rules.d'))
  .map((name) => readFileSync(join(ROOT, 'etc/udev/rules.d', name), 'utf8'))
  .join('\n');

/** All values of a setting, in order. */
function values(text: string, key: string): string[] {
  return [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

function isExecutable(path: string): boolean {
  return existsSync(path) && (statSync(path).mode & 0o111) !== 0;
}

describe('the units of the image', () => {
  it.each(own)('%s names only programs that are on the card', (name) => {
    const text = readFileSync(join(UNITS, name), 'utf8');
    const commands = ['ExecStart', 'ExecStartPre', 'ExecStop', 'ExecCondition'].flatMap((key) => values(text, key));
    const programs = [...commands, ...values(text, 'ConditionFileIsExecutable')].map(
      (command) => command.replace(/^-/, '').split(' ')[0] ?? '',
    );
    for (const program of programs) {
      const copied = COPIED[program];
      const there =
        [...DEBIANS, ...BUILT, ...OPTIONAL].includes(program) ||
        isExecutable(copied === undefined ? join(ROOT, program) : join(PROJECT, copied));
      expect(there, program).toBe(true);
    }
  });

  it('are switched on where they are there, can be, and are not masked', () => {
    for (const unit of enabled.filter((name) => !name.startsWith('systemd-'))) {
      expect(own, unit).toContain(unit);
      expect(readFileSync(join(UNITS, unit), 'utf8'), unit).toContain('[Install]\nWantedBy=');
    }
    expect(enabled.filter(isMasked)).toEqual([]);
  });

  it('that udev starts are there', () => {
    const wanted = [...rules.matchAll(/SYSTEMD_WANTS}\+?="([^"]+)"/g)].map(([, unit = '']) => unit);
    expect(wanted).toContain('jambox-irq.service');
    for (const unit of wanted) expect(own, unit).toContain(unit.replace(/@.*\./, '@.'));
  });

  it('leave no way to a console or a shell', () => {
    const consoles = ['getty.target', 'getty@.service', 'serial-getty@.service', 'debug-shell.service'];
    for (const unit of [...consoles, 'ctrl-alt-del.target', 'systemd-logind.service']) {
      expect(isMasked(unit), unit).toBe(true);
    }
    for (const unit of ['emergency.service', 'rescue.service']) {
      const text = readFileSync(join(UNITS, unit), 'utf8');
      expect(values(text, 'ExecStart')).toEqual(['/bin/sleep 5']);
      for (const action of ['SuccessAction', 'FailureAction']) expect(values(text, action)).toEqual(['reboot-force']);
    }
    expect(enabled.join()).not.toMatch(/ssh|getty|shell/);
  });
});

describe('jambox.service', () => {
  const [command = ''] = values(box, 'ExecStart');
  const words = command.split(' ');

  it('starts a program that is there with options that it takes', () => {
    const [node, main = '', ...options] = words;
    expect(node).toBe('/opt/jambox/bin/node');
    expect(existsSync(join(PROJECT, main.replace('/opt/jambox/', '')))).toBe(true);
    expect(settingsFrom(options)).toMatchObject({ ownsMachine: true, realtime: { priority: 80, core: 3 } });
    expect(parseCommandLine(options)).toMatchObject({ commandLine: { statePath: '/data/jambox' } });
  });

  it('waits for no network', () => {
    const first = [...values(box, 'After'), ...values(box, 'Wants'), ...values(box, 'Requires')].join(' ');
    expect(first).not.toMatch(/network|resolved|timesyncd|dbus|udev|tmpfiles|target/);
    // "yes" waits for systemd-tmpfiles-setup.service by itself.
    expect(values(box, 'PrivateTmp')).toEqual(['disconnected']);
    expect(values(box, 'DefaultDependencies')).toEqual(['no']);
  });

  it('waits for a self-test that somebody has asked for, and that in turn for nothing slow', () => {
    const selftest = read('systemd/root/etc/systemd/system/jambox-selftest.service');
    expect(values(selftest, 'Before').join()).toContain('jambox.service');
    expect(values(selftest, 'ConditionPathExists')).toEqual(['/boot/firmware/selftest.txt']);
    const [after = ''] = values(selftest, 'After');
    for (const unit of after.split(' ')) expect(values(box, 'After').join(' ')).toContain(unit);
  });

  it('may take the priority that it asks for, and starts off the core that the kernel keeps free', () => {
    const priority = words[words.indexOf('--priority') + 1];
    const core = words[words.indexOf('--core') + 1];
    expect(values(box, 'LimitRTPRIO')).toEqual([priority]);
    const line = read('image/boot/cmdline.txt');
    for (const free of [`isolcpus=managed_irq,domain,${core}`, `nohz_full=${core}`, `rcu_nocbs=${core}`]) {
      expect(line).toContain(free);
    }
    const affinity = values(read('systemd/root/etc/systemd/system.conf.d/jambox.conf'), 'CPUAffinity');
    expect(affinity).toEqual([`0-${Number(core) - 1}`]);
    expect(line).toContain(`irqaffinity=${affinity[0]}`);
  });

  it('is its own user without any group but its own, and locks no memory', () => {
    expect(box).toContain('User=jambox\nGroup=jambox\n');
    expect(box).not.toMatch(/^(SupplementaryGroups|LimitMEMLOCK|AmbientCapabilities=.)/m);
    expect(read('systemd/root/usr/lib/sysusers.d/jambox.conf')).toMatch(/^u jambox 490 /m);
  });

  it('is watched, and is given time for it by the board', () => {
    expect(values(box, 'Type')).toEqual(['notify']);
    expect(values(box, 'WatchdogSec')).toEqual(['10s']);
    expect(values(box, 'Restart')).toEqual(['always']);
    expect(read('systemd/root/etc/systemd/system.conf.d/jambox.conf')).toContain('RuntimeWatchdogSec=15s\n');
  });

  it('can reach panel and lamps by the names that the overlays give them, and writes nowhere else but to its folders', () => {
    const nodes = read('hardware/overlays/jambox-panel-nodes.dtsi');
    for (const device of PANEL_DEVICES) {
      expect(nodes).toContain(device);
      expect(rules).toContain(device);
    }
    expect(nodes).toContain('jambox-leds');
    for (const lamp of Object.values(LED_NAMES)) expect(lamp).toMatch(/^jambox:/);
    expect(values(box, 'ReadWritePaths')).toEqual([
      `-/data/jambox -/data/recordings -${REQUESTS_FOLDER} -/sys/devices/platform/jambox-leds`,
    ]);
    expect(read('systemd/root/usr/lib/tmpfiles.d/jambox.conf')).toContain(`d ${REQUESTS_FOLDER} 0730 root jambox`);
  });
});

describe('the rest of the image', () => {
  it.each([
    ['journald.conf.d', 'Storage=volatile'],
    ['resolved.conf.d', 'LLMNR=no\nMulticastDNS=no\nDNSStubListener=no'],
    ['coredump.conf.d', 'Storage=none'],
  ])('%s: %s', (folder, line) => {
    expect(read(`systemd/root/etc/systemd/${folder}/jambox.conf`)).toContain(line);
  });

  it('has nothing in it that is no link, no folder and no text', () => {
    const files = readdirSync(ROOT, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const text = readFileSync(join(file.parentPath, file.name), 'utf8');
      expect(text, file.name).toMatch(/\n$/);
      expect(text, basename(file.name)).not.toContain('\r');
    }
  });
});
