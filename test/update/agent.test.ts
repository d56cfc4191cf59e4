/** The update agent as systemd runs it, with programs that only note their call. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Machine, machine, REPOSITORY } from './machine.ts';

const NEW = '0.2.0+20261124.abc1234';
const SAME = '0.1.0+20261123.abc1234';

let box: Machine;
beforeEach(() => {
  box = machine();
  box.script('update-boot');
  // "rauc info" prints what the bundle holds; a bundle without a right signature holds nothing.
  box.program(
    'rauc',
    'case $1 in info) for last; do :; done; [ -s "$last" ] && cat "$last" ;; install) echo " 50% Copying"; echo "100% done"; ;; esac',
  );
});
afterEach(() => box.remove());

const bundle = (version: string, compatible = 'jambox-pi-arm64') => JSON.stringify({ compatible, version });

/** What RAUC's post-install handler leaves behind. */
const written = () => box.write('data/rauc/trial', `B ${NEW}\n`);

describe('a stick', () => {
  const stick = (files: Readonly<Record<string, string>>) => {
    mkdirSync(box.at('dev/sda1'), { recursive: true });
    for (const [name, content] of Object.entries(files)) box.write(`dev/sda1/${name}`, content);
    return box.agent('usb', 'sda1');
  };

  it('with an update on it is offered, and read without rights to do anything else', async () => {
    expect(await stick({ 'box.raucb': bundle(NEW), 'holiday.jpg': 'x' })).toBe(true);
    expect(box.report()).toEqual({ kind: 'available', version: NEW, check: false });
    expect(box.calls()[0]).toBe('systemctl start jambox-stick@sda1.service');
    const unit = readFileSync(join(REPOSITORY, 'systemd/root/etc/systemd/system/jambox-stick@.service'), 'utf8');
    expect(unit).toContain('-o ro,nosuid,nodev,noexec,umask=077 /dev/%I /run/jambox/usb/%I\n');
    expect(box.calls().filter((call) => call.startsWith('rauc install'))).toEqual([]);
  });

  it('with nothing for this box on it is let go', async () => {
    const files = {
      'same.raucb': bundle(SAME),
      'toaster.raucb': bundle(NEW, 'toaster'),
      'unsigned.raucb': '',
      '.hidden.raucb': bundle(NEW),
      'update.zip': bundle(NEW),
    };
    expect(await stick(files)).toBe(true);
    expect(box.report()).toEqual({ kind: 'none', check: false });
    expect(box.calls().at(-1)).toBe('systemctl stop jambox-stick@sda1.service');
  });

  it('that cannot be read is none', async () => {
    box.systemd('case $* in start*) exit 1 ;; esac');
    expect(await stick({ 'box.raucb': bundle(NEW) })).toBe(false);
    expect(box.report()).toEqual({ kind: 'none', check: false });
  });

  it("may bring an older version: it is in somebody's hand", async () => {
    await stick({ 'old.raucb': bundle('0.0.1+1.a') });
    expect(box.report()).toMatchObject({ kind: 'available', version: '0.0.1+1.a' });
  });

  it('that is pulled out takes its offer with it', async () => {
    await stick({ 'box.raucb': bundle(NEW) });
    expect(await box.agent('usb-gone', 'sda1')).toBe(true);
    expect(box.report()).toMatchObject({ kind: 'none' });
    expect(await box.agent('install')).toBe(false);
  });

  it('is never anything but a partition of a stick', async () => {
    for (const name of ['', 'mmcblk0p1', '../../etc', 'sda1;reboot']) expect(await box.agent('usb', name)).toBe(false);
    expect(box.calls()).toEqual([]);
  });
});

describe('a board whose boot program could not try an update', () => {
  const TREE = 'sys/firmware/devicetree/base';
  const built = (date: string) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(Date.parse(date) / 1000);
    return bytes;
  };
  const board = (chip: string, date?: string) => {
    box.write(`${TREE}/compatible`, `raspberrypi,4-model-b\0brcm,${chip}\0`);
    if (date !== undefined) box.write(`${TREE}/chosen/bootloader/build-timestamp`, built(date));
    box.write('bundle.raucb', bundle(NEW));
    return box.agent('offer', box.at('bundle.raucb'));
  };

  it('is offered none, and says why', async () => {
    expect(await board('bcm2711', '2022-11-30')).toBe(false);
    expect(box.report()).toEqual({ kind: 'old-bootloader', version: NEW, check: false });
    expect(await box.agent('install')).toBe(false);
    expect(box.calls().filter((call) => /rauc install|tryboot/.test(call))).toEqual([]);
  });

  it('does not ask a fleet for one either', async () => {
    await board('bcm2711', '2022-11-30');
    expect(await box.agent('idle')).toBe(false);
  });

  it.each([
    ['new enough', 'bcm2711', '2022-12-01'],
    ['not told', 'bcm2711', undefined],
    ['on the card, as on a Pi 3', 'bcm2837', undefined],
  ])('is no other: %s', async (_, chip, date) => {
    expect(await board(chip, date)).toBe(true);
    expect(box.report()).toMatchObject({ kind: 'available', version: NEW });
    expect(await box.agent('idle')).toBe(true);
  });
});

describe('an installation', () => {
  beforeEach(async () => {
    box.write('bundle.raucb', bundle(NEW));
    expect(await box.agent('offer', box.at('bundle.raucb'))).toBe(true);
  });

  it('writes the other slot, and restarts into it without a commit', async () => {
    written();
    expect(await box.agent('install')).toBe(true);
    expect(box.report()).toEqual({ kind: 'restarting', check: false });
    const calls = box.calls().filter((call) => !/^rauc info|^systemctl show/.test(call));
    expect(calls).toEqual([
      `rauc install ${box.at('bundle.raucb')}`,
      'systemctl start jambox-tryboot.service',
      'modprobe jambox-tryboot once=1',
      'systemctl --no-block reboot',
    ]);
  });

  it('does not begin while somebody plays', async () => {
    box.systemd('case $* in show*) echo busy ;; esac');
    expect(await box.agent('install')).toBe(false);
    expect(box.report()).toMatchObject({ kind: 'available' });
    expect(box.calls().some((call) => call.startsWith('rauc install'))).toBe(false);
  });

  it('does not begin while the running system is on trial itself', async () => {
    box.write('run/jambox/slot', 'B\n');
    expect(await box.agent('install')).toBe(false);
    expect(box.report()).toMatchObject({ kind: 'available' });
  });

  it('that fails says so until somebody has read it', async () => {
    box.program('rauc', 'case $1 in info) for last; do :; done; cat "$last" ;; install) exit 1 ;; esac');
    expect(await box.agent('install')).toBe(false);
    expect(box.report()).toEqual({ kind: 'undone', version: NEW, check: false });
    box.script('update-boot');
    expect(box.report()).toMatchObject({ kind: 'undone' });
    expect(await box.agent('seen')).toBe(true);
    expect(box.report()).toEqual({ kind: 'none', check: false });
  });

  it('does not take another bundle than the one that was offered', async () => {
    box.write('bundle.raucb', bundle('9.9.9'));
    expect(await box.agent('install')).toBe(false);
    expect(box.calls().some((call) => call.startsWith('rauc install'))).toBe(false);
  });

  it('that cannot be tried is undone', async () => {
    written();
    box.program('modprobe', 'exit 1');
    expect(await box.agent('install')).toBe(false);
    expect(box.report()).toMatchObject({ kind: 'undone', version: NEW });
    expect(box.read('data/rauc/trial')).toBeUndefined();
  });

  it('by something else is followed by a restart when nobody plays', async () => {
    expect(await box.agent('restart')).toBe(true);
    expect(box.calls().some((call) => call.startsWith('modprobe'))).toBe(false);
    written();
    box.systemd('case $* in show*) echo busy ;; esac');
    expect(await box.agent('restart')).toBe(false);
    // Somebody begins while the panel says what is coming.
    box.systemd(`case $* in show*) [ -e ${box.at('asked')} ] && echo busy; touch ${box.at('asked')} ;; esac`);
    expect(await box.agent('restart')).toBe(false);
    expect(box.report()).toMatchObject({ kind: 'none' });
    expect(box.calls().some((call) => call.startsWith('modprobe'))).toBe(false);
    box.systemd();
    expect(await box.agent('restart')).toBe(true);
    expect(box.report()).toMatchObject({ kind: 'restarting' });
    expect(box.calls()).toContain('modprobe jambox-tryboot once=1');
  });
});

describe('the health check', () => {
  beforeEach(() => {
    box.write('run/jambox/slot', 'B\n');
    written();
    box.script('update-boot');
    box.program('rauc', `case $* in *mark-active*) ${box.at('usr/lib/jambox/rauc-boot')} set-primary B ;; esac`);
  });
  /** Looked at as often as it has been fed. */
  const running = () =>
    box.program(
      'systemctl',
      `echo ActiveState=active; echo MainPID=42; echo WatchdogTimestampMonotonic=$(wc -l <${box.at('calls')})`,
    );

  it('keeps a system whose box runs and feeds its watchdog', async () => {
    running();
    expect(await box.agent('health')).toBe(true);
    expect(box.calls().filter((call) => call.startsWith('rauc'))).toEqual([
      'rauc status mark-good booted',
      'rauc status mark-active booted',
    ]);
    expect(box.script('rauc-boot', 'get-primary').stdout).toBe('B\n');
    expect(box.report()).toEqual({ kind: 'none', check: false });
    expect(box.read('data/rauc/trial')).toBeUndefined();
  });

  it('leaves one whose box does not run, so that the next start is the old one', async () => {
    box.program('systemctl', 'echo ActiveState=failed');
    expect(await box.agent('health')).toBe(false);
    expect(box.script('rauc-boot', 'get-primary').stdout).toBe('A\n');
    box.write('run/jambox/slot', 'A\n');
    box.script('update-boot');
    expect(box.report()).toEqual({ kind: 'undone', version: NEW, check: false });
  });

  it('leaves one that cannot be kept', async () => {
    running();
    box.program('rauc');
    expect(await box.agent('health')).toBe(false);
    expect(box.read('data/rauc/trial')).toBeDefined();
  });
});
