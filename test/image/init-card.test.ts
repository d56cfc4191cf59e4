/** The shell of image/initramfs/init and fill-slot-b, run on files in place of partitions. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { imageFile } from '../../image/paths.ts';
import { temporaryFolder } from '../support/folder.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

const SIGNATURE = Buffer.from('JAMB');
const put = (name: string, bytes: Buffer) => writeFileSync(join(folder, name), bytes);

function at(offset: number, bytes: Buffer, size = 4096): Buffer {
  const all = Buffer.alloc(size);
  bytes.copy(all, offset);
  return all;
}

const squashfs = (used: number, fill: number): Buffer => {
  const bytes = Buffer.alloc(Math.ceil(used / 4096) * 4096, fill);
  bytes.write('hsqs', 0, 'latin1');
  bytes.writeBigUInt64LE(BigInt(used), 40);
  return bytes;
};

/** A card: disk, FAT partition with its name, root A, data. */
function card(signature: Buffer, label: string, root: Buffer, hasData = true): void {
  put('disk', at(440, signature));
  put('p1', at(71, Buffer.from(label.padEnd(11))));
  put('p5', root);
  if (hasData) put('p7', Buffer.alloc(8));
}

/** Whether /init would take it. Files stand for block devices, od for busybox' hexdump. */
function isOurs(): boolean {
  const init = readFileSync(imageFile('initramfs/init'), 'utf8');
  const functions = init.slice(init.indexOf('bytes() {'), init.indexOf("disk='' tries=0")).replaceAll('[ -b ', '[ -e ');
  const script = `hexdump() { od -A n -v -t x1 | tr -d ' \\n'; }\n${functions}\nis_ours "$1/disk" "$1/p" && echo yes || echo no`;
  return execFileSync('sh', ['-c', script, 'sh', folder], { encoding: 'utf8' }).trim() === 'yes';
}

describe('/init knows the card', () => {
  it('by its signature', () => {
    card(SIGNATURE, 'SOMETHING', Buffer.alloc(64));
    expect(isOurs()).toBe(true);
  });

  it('that Windows has given another signature, by the name of its first partition and its root', () => {
    card(Buffer.from([1, 2, 3, 4]), 'JAMBOX', squashfs(5000, 1));
    expect(isOurs()).toBe(true);
  });

  it.each([
    ['another name', 'JAMBOX2', squashfs(5000, 1), true],
    ['no squashfs', 'JAMBOX', Buffer.alloc(64), true],
    ['no data partition', 'JAMBOX', squashfs(5000, 1), false],
  ] as const)('and no other: %s', (_, label, root, hasData) => {
    card(Buffer.from([1, 2, 3, 4]), label, root, hasData);
    expect(isOurs()).toBe(false);
  });

  it('without partition 7 not even by its signature', () => {
    card(SIGNATURE, 'JAMBOX', squashfs(5000, 1), false);
    expect(isOurs()).toBe(false);
  });
});

describe('/init in slot B', () => {
  const FILL = imageFile('rootfs/usr/lib/jambox/fill-slot-b');

  /** The root that it would mount, 5 or 6. `fill` stands for what runs in root A, which is the real program but for its folders. */
  function rootOf(slot: 'A' | 'B', fill = `JAMBOX_RUN="$1" sh ${FILL}`): string {
    const init = readFileSync(imageFile('initramfs/init'), 'utf8');
    const functions = init.slice(init.indexOf('bytes() {'), init.indexOf("disk='' tries=0"));
    const from = init.indexOf('if [ $slot = B ]');
    const block = init.slice(from, init.indexOf('\nfi\n', from) + 4).replaceAll('/dev/kmsg', '/dev/null');
    const script = [
      "hexdump() { od -A n -v -t x1 | tr -d ' \\n'; }",
      'mount() { :; }; umount() { :; }; patience() { :; }; impatience() { :; }; restart() { exit 9; }',
      `test=$1; chroot() { set -- "$test"; ${fill}; }`,
      functions,
      `disk=$1/p slot=${slot} root=${slot === 'A' ? 5 : 6}`,
      block,
      'echo $root',
    ].join('\n');
    return execFileSync('sh', ['-c', script, 'sh', folder], { encoding: 'utf8' }).trim();
  }

  beforeEach(() => {
    put('disk', Buffer.from(`${folder}/p\n`));
    put('p5', squashfs(5000, 7));
    put('p6', Buffer.alloc(2 * 1048576));
  });
  const isFilled = () => readFileSync(join(folder, 'p6')).subarray(0, 4).toString('latin1') === 'hsqs';

  it('of a new card has its own root before it is used, so that an update may overwrite that of A', () => {
    expect(rootOf('B')).toBe('6');
    expect(isFilled()).toBe(true);
  });

  it('takes the root of A where its own cannot be written', () => {
    expect(rootOf('B', 'false')).toBe('5');
  });

  it('leaves its root alone when it has one, and waits for nothing in slot A', () => {
    expect(rootOf('A')).toBe('5');
    expect(isFilled()).toBe(false);
    put('p6', squashfs(9000, 2));
    expect(rootOf('B', 'exit 8')).toBe('6');
  });
});

describe('fill-slot-b', () => {
  const fill = () =>
    execFileSync('sh', [imageFile('rootfs/usr/lib/jambox/fill-slot-b')], {
      env: { ...process.env, JAMBOX_RUN: folder },
      encoding: 'utf8',
    });
  const read = (name: string) => readFileSync(join(folder, name));
  const prepare = (a: Buffer, b: Buffer) => {
    put('disk', Buffer.from(`${folder}/p\n`));
    put('p5', a);
    put('p6', b);
  };

  it('copies the whole of A, and nothing beyond', () => {
    const a = squashfs(3 * 1048576 + 12_345, 7);
    prepare(a, Buffer.alloc(5 * 1048576, 1));
    expect(fill()).toContain('4 MiB');
    expect(read('p6').subarray(0, a.length).equals(a)).toBe(true);
    expect(
      read('p6')
        .subarray(4 * 1048576)
        .every((byte) => byte === 1),
    ).toBe(true);
  });

  it('copies one that is smaller than a block', () => {
    const a = squashfs(5000, 7);
    prepare(a, Buffer.alloc(2 * 1048576));
    fill();
    expect(read('p6').subarray(0, a.length).equals(a)).toBe(true);
  });

  it('leaves a slot that is filled alone', () => {
    const b = squashfs(9000, 2);
    prepare(squashfs(5000, 7), b);
    fill();
    expect(read('p6').equals(b)).toBe(true);
  });

  it('copies nothing where A is no root', () => {
    prepare(Buffer.alloc(64), Buffer.alloc(64, 9));
    fill();
    expect(read('p6').equals(Buffer.alloc(64, 9))).toBe(true);
  });
});
