import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { REMOVED_DRIVERS } from '../../image/debris.ts';
import { removeDrivers, removeSetuid } from '../../image/lib/strip.ts';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const put = (path: string, mode = 0o644): string => {
  const file = writeBelow(root, path, path);
  chmodSync(file, mode);
  return file;
};
const mode = (file: string) => statSync(file).mode & 0o7777;

describe('setuid and setgid', () => {
  it('leave every file, which stays what it is otherwise', () => {
    const files = [put('usr/bin/passwd', 0o4755), put('usr/bin/chage', 0o2755), put('usr/bin/ls', 0o755)];
    removeSetuid(root);
    expect(files.map(mode)).toEqual([0o755, 0o755, 0o755]);
    expect(readFileSync(files[0] as string, 'utf8')).toBe('usr/bin/passwd');
    expect(readdirSync(join(root, 'usr/bin')).sort()).toEqual(['chage', 'ls', 'passwd']);
  });

  it('stay with the files of the base that they are linked to', () => {
    const base = put('base/su', 0o4755);
    mkdirSync(join(root, 'root'));
    linkSync(base, join(root, 'root/su'));
    removeSetuid(join(root, 'root'));
    expect([mode(base), mode(join(root, 'root/su'))]).toEqual([0o4755, 0o755]);
  });
});

describe('drivers', () => {
  it('leave but for those that are kept', () => {
    for (const name of ['a.ko.xz', 'b.ko.xz', 'c/d.ko.xz']) put(`scsi/${name}`);
    removeDrivers(join(root, 'scsi'), ['b.ko.xz']);
    expect(readdirSync(join(root, 'scsi'))).toEqual(['b.ko.xz']);
    removeDrivers(join(root, 'gone with another'), []);
  });

  it('that are to be kept have to be there', () => {
    put('scsi/a.ko.xz');
    expect(() => removeDrivers(join(root, 'scsi'), ['sd_mod.ko.xz'])).toThrow('no sd_mod.ko.xz in');
    expect(readdirSync(join(root, 'scsi'))).toEqual(['a.ko.xz']);
  });

  it('are named once each, and USB-to-Ethernet stays: Zero 2 W and 3A+ have no other network', () => {
    const folders = REMOVED_DRIVERS.map(({ folder }) => folder);
    expect(new Set(folders).size).toBe(folders.length);
    for (const needed of ['drivers/net/usb', 'drivers/net/phy', 'drivers/usb/host', 'sound/usb', 'fs/fat'])
      expect(
        folders.filter((folder) => needed === folder || (needed.startsWith(`${folder}/`) && folder !== 'fs')),
      ).toEqual([]);
  });
});
