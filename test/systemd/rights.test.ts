/**
 * Rights of root's helpers: each of our services is denied everything by one drop-in (10-nothing.conf), and gets back what it
 * needs in its own (50-needs.conf). Read as text, which always runs; and rated by systemd-analyze where that is installed.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');
const FOLDERS = ['systemd/root/etc/systemd/system', 'image/rootfs/etc/systemd/system'].map((path) =>
  join(PROJECT, path),
);
const NOTHING = join(FOLDERS[0] ?? '', 'jambox-.service.d/10-nothing.conf');
/** The box has rights of its own (units.test.ts). */
const BOX = 'jambox.service';
/** Not called jambox-: they have a link to the drop-in. rauc.service is Debian's. */
const OTHERS = ['emergency.service', 'rauc.service', 'rescue.service'];
const FILES = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name))).filter((path) =>
  statSync(path, { throwIfNoEntry: false })?.isFile(),
);
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const services = [...FILES.map(nameOf).filter((name) => /^jambox-.*\.service$/.test(name)), ...OTHERS].sort();

/** Who may talk to the network. */
const NETWORK = ['jambox-fetch@.service', 'jambox-hawkbit-client.service', 'jambox-selftest-run.service'];
const MOST_EXPOSED = 3;
const MOST_EXPOSED_WITH_NETWORK = 2;

/** Capabilities and whom they are given to. Nobody else has any. */
const CAPABILITIES: Readonly<Record<string, readonly string[]>> = {
  'jambox-factory-reset.service': ['CAP_DAC_OVERRIDE'],
  'jambox-firmware.service': ['CAP_SYS_ADMIN'],
  'jambox-folders.service': ['CAP_CHOWN', 'CAP_FOWNER', 'CAP_DAC_OVERRIDE'],
  'jambox-grow.service': ['CAP_SYS_ADMIN', 'CAP_SYS_RESOURCE'],
  'jambox-hat.service': ['CAP_SYS_ADMIN'],
  'jambox-irq.service': ['CAP_SYS_NICE'],
  'jambox-requests.service': ['CAP_DAC_OVERRIDE'],
  'jambox-selftest.service': ['CAP_SYS_ADMIN'],
  'jambox-stick@.service': ['CAP_SYS_ADMIN'],
  'jambox-tryboot.service': ['CAP_SYS_MODULE'],
  'rauc.service': ['CAP_SYS_ADMIN'],
};
/** They mount for everybody, so that they have no file systems of their own. */
const HOST_MOUNTS = ['jambox-firmware.service', 'jambox-stick@.service'];
/** It has to see how everything is mounted, and is not root. */
const SELFTEST = 'jambox-selftest-run.service';

/** All lines of a unit and its drop-ins in the order in which systemd reads them. */
function settings(unit: string): readonly (readonly [key: string, value: string])[] {
  const own = FILES.find((path) => nameOf(path) === unit);
  const needs = join(FOLDERS[0] ?? '', `${unit}.d/50-needs.conf`);
  const files = [...(own === undefined ? [] : [own]), NOTHING, ...(existsSync(needs) ? [needs] : [])];
  return files.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/^([A-Za-z]+)=(.*)$/gm)].map(
      ([, key = '', value = '']) => [key, value] as const,
    ),
  );
}

/** What holds in the end of a list that an empty value (or "none") clears. */
function list(unit: string, key: string): readonly string[] {
  const values = settings(unit).flatMap(([name, value]) => (name === key ? [value] : []));
  const cleared = values.findLastIndex((value) => value === '' || value === 'none');
  return values.slice(cleared + 1).flatMap((value) => value.split(' '));
}

const last = (unit: string, key: string) => settings(unit).findLast(([name]) => name === key)?.[1];

describe('every service of ours', () => {
  it('is denied everything to begin with', () => {
    for (const unit of OTHERS)
      expect(realpathSync(join(FOLDERS[0] ?? '', `${unit}.d/10-nothing.conf`)), unit).toBe(realpathSync(NOTHING));
    // jambox-.service.d is read for all whose name begins with "jambox-" (systemd.unit(5)).
    const rest = FILES.map(nameOf).filter((name) => name.endsWith('.service') && !name.startsWith('jambox-'));
    expect(rest.sort()).toEqual([BOX, ...OTHERS].filter((name) => name !== 'rauc.service').sort());
    const text = readFileSync(NOTHING, 'utf8');
    for (const line of [
      'CapabilityBoundingSet=',
      'RestrictAddressFamilies=none',
      'PrivateNetwork=yes',
      'DevicePolicy=closed',
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('has drop-ins for units that are there', () => {
    const folders = readdirSync(FOLDERS[0] ?? '').filter((name) => name.endsWith('.service.d'));
    for (const name of folders.map((folder) => folder.replace(/\.d$/, '')))
      expect([...services, 'jambox-.service']).toContain(name);
  });

  it.each(services)('%s has no capability but those that it is known to need', (unit) => {
    expect(list(unit, 'CapabilityBoundingSet')).toEqual(CAPABILITIES[unit] ?? []);
    expect(list(unit, 'AmbientCapabilities')).toEqual([]);
    expect(last(unit, 'NoNewPrivileges')).toBe('yes');
  });

  it.each(services)('%s reaches the network only if that is its work, and then it is not root', (unit) => {
    const isAllowed = NETWORK.includes(unit);
    const families = list(unit, 'RestrictAddressFamilies');
    expect(families.some((family) => family !== 'AF_UNIX')).toBe(isAllowed);
    expect(last(unit, 'IPAddressDeny')).toBe(isAllowed ? '' : 'any');
    // jambox-identity sees the network cards, and has no socket.
    if (unit !== 'jambox-identity.service') expect(last(unit, 'PrivateNetwork')).toBe(isAllowed ? 'no' : 'yes');
    if (isAllowed) expect(last(unit, 'User')).toMatch(/^jambox/);
  });

  it.each(services)('%s writes to folders that it names, and sees no recordings that are not its business', (unit) => {
    expect(last(unit, 'ProtectSystem')).toBe([...HOST_MOUNTS, SELFTEST].includes(unit) ? 'no' : 'strict');
    expect(list(unit, 'ReadWritePaths')).not.toContain('/');
    const isBlind = list(unit, 'InaccessiblePaths').includes('-/data/recordings');
    const seeing = ['jambox-factory-reset.service', 'jambox-folders.service', ...HOST_MOUNTS];
    expect(isBlind).toBe(!seeing.includes(unit));
  });
});

describe('RAUC', () => {
  it("hears root, and of a fleet's client, which is not root, only what an installation needs", () => {
    const text = readFileSync(join(PROJECT, 'systemd/root/etc/dbus-1/system.d/jambox-rauc.conf'), 'utf8');
    const policies = new Map(
      [...text.matchAll(/<policy (\S+)>([\s\S]*?)<\/policy>/g)].map(([, who = '', rules = '']) => [who, rules]),
    );
    expect([...policies.keys()]).toEqual(['context="default"', 'user="root"', 'user="jambox-fetch"']);
    expect(policies.get('context="default"')?.trim()).toBe('<deny send_destination="de.pengutronix.rauc"/>');
    const allowed = policies.get('user="jambox-fetch"')?.trim().split('\n') ?? [];
    expect(allowed.map((rule) => /send_member="(\w+)"\/>$/.exec(rule)?.[1])).toEqual([
      ...['InstallBundle', 'Install', 'Get', 'GetAll'],
    ]);
  });
});

const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!isThere)('systemd-analyze security', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'units-'));
    const units = join(root, 'etc/systemd/system');
    mkdirSync(units, { recursive: true });
    for (const folder of FOLDERS) cpSync(folder, units, { recursive: true, verbatimSymlinks: true });
    // As in Debian's rauc-service 1.13.
    const rauc = ['Type=dbus', 'BusName=de.pengutronix.rauc', 'ExecStart=/usr/bin/rauc --mount=/run/rauc/mnt service'];
    const lines = ['[Service]', ...rauc, 'RuntimeDirectory=rauc/mnt', 'MountFlags=slave', ''];
    writeFileSync(join(units, 'rauc.service'), lines.join('\n'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it.each(services)('%s is hardly exposed', (unit) => {
    const { stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--no-pager', `--root=${root}`, unit],
      { encoding: 'utf8' },
    );
    const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1]);
    expect(exposure, stderr).toBeLessThanOrEqual(NETWORK.includes(unit) ? MOST_EXPOSED_WITH_NETWORK : MOST_EXPOSED);
  });
});
