/** A /dev/input and a /sys/class/input in a temporary folder, with named pipes as devices. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The 24 bytes that the kernel gives for one event. */
export function record(type: number, code: number, value: number, atMs = 0): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setBigInt64(0, BigInt(Math.floor(atMs / 1000)), true);
  view.setBigInt64(8, BigInt(Math.round((atMs % 1000) * 1000)), true);
  view.setUint16(16, type, true);
  view.setUint16(18, code, true);
  view.setInt32(20, value, true);
  return new Uint8Array(view.buffer);
}

export const SYN_REPORT = record(0, 0, 0);
export const SYN_DROPPED = record(0, 3, 0);

export function fakeInput() {
  const root = mkdtempSync(join(tmpdir(), 'fake-input-'));
  const deviceDirectory = join(root, 'dev', 'input');
  const classDirectory = join(root, 'class');
  const writers = new Map<string, number>();
  mkdirSync(join(root, 'dev'));

  const write = (node: string, ...records: readonly Uint8Array[]) => {
    writeSync(writers.get(node)!, Buffer.concat(records));
  };
  return {
    deviceDirectory,
    classDirectory,
    write,
    /** Appears with its first events already in it. */
    plugIn: (node: string, name: string, ...records: readonly Uint8Array[]) => {
      mkdirSync(join(classDirectory, node, 'device'), { recursive: true });
      writeFileSync(join(classDirectory, node, 'device', 'name'), `${name}\n`);
      mkdirSync(deviceDirectory, { recursive: true });
      const hidden = join(root, node);
      execFileSync('mkfifo', [hidden]);
      writers.set(node, openSync(hidden, 'r+'));
      write(node, ...records);
      renameSync(hidden, join(deviceDirectory, node));
    },
    unplug: (node: string) => {
      closeSync(writers.get(node)!);
      writers.delete(node);
      rmSync(join(deviceDirectory, node));
      rmSync(join(classDirectory, node), { recursive: true });
    },
    removeDirectory: () => rmSync(deviceDirectory, { recursive: true }),
    remove: () => {
      for (const fd of writers.values()) closeSync(fd);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
