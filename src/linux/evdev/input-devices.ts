/**
 * The input devices of given names: found, read, lost and found again, without polling.
 *
 * libuv reads such a file with a blocking thread of its pool of four, and the program can't end while one waits. So the
 * devices are read without blocking whenever the kernel signals (SIGIO, fcntl(2)) that one of them has something.
 */
import { closeSync, constants, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { libc } from '../libc.ts';
import { INPUT_EVENT_BYTES, RecordDecoder } from './input-event.ts';
import { watchDirectory } from './watch-directory.ts';

export type InputEvent =
  | {
      readonly kind: 'input';
      /** Its name, not its number. */
      readonly device: string;
      readonly type: number;
      readonly code: number;
      readonly value: number;
      /** On the clock that was given. */
      readonly atMs: number;
    }
  /** Events were lost, or the device has gone: no key may be taken for held. */
  | { readonly kind: 'lost'; readonly device: string; readonly atMs: number };

export interface InputOptions {
  readonly names: readonly string[];
  /** Milliseconds of a clock that does not run backwards. */
  readonly nowMs: () => number;
  readonly onEvent: (event: InputEvent) => void;
  /** A device has come or gone. */
  readonly onDevices: (names: readonly string[]) => void;
  readonly deviceDirectory?: string;
  /** Where eventN/device/name tells the name of eventN. */
  readonly classDirectory?: string;
}

interface OpenDevice {
  readonly name: string;
  readonly fd: number;
  readonly decoder: RecordDecoder;
  /** What to add to the kernel's time; undefined: its clock can't be chosen, and the time of reading counts. */
  readonly kernelOffsetMs: number | undefined;
}

const F_SETFL = 4;
const F_SETOWN_EX = 15;
/** The signal goes to this thread alone: it must never wake the audio thread. The main thread's ID is the process's. */
const F_OWNER_TID = 0;
const MAIN_THREAD = process.pid;
const O_ASYNC = 0x2000;
/** _IOW('E', 0xa0, int): which clock the records' times are of. */
const EVIOCSCLOCKID = 0x400445a0;
const CLOCK_MONOTONIC = 1;
/** Reads of one device in a row, so that a broken one can't keep the program busy. */
const MAX_READS = 16;
const RESCAN_MS = 1000;

const fcntl = libc.func('int fcntl(int, int, long)');
const setOwner = libc.func('int fcntl(int, int, void *)');
const ioctl = libc.func('int ioctl(int, unsigned long, void *)');

/** Only on the main thread, which gets the signals. Nothing here throws, whatever the devices do. */
export function openInputDevices(options: InputOptions): { readonly close: () => void } {
  const { names, nowMs, onEvent, onDevices } = options;
  const deviceDirectory = options.deviceDirectory ?? '/dev/input';
  const classDirectory = options.classDirectory ?? '/sys/class/input';
  /** By node: event0, event1, ... */
  const open = new Map<string, OpenDevice>();
  const buffer = new Uint8Array(64 * INPUT_EVENT_BYTES);
  let isClosed = false;
  let rescan: NodeJS.Timeout | undefined;

  const scan = () => {
    let changed = false;
    const nodes = eventNodes(deviceDirectory);
    for (const [node, device] of open) {
      if (nodes.includes(node) && nameOf(classDirectory, node) === device.name) continue;
      lose(node, device);
      changed = true;
    }
    for (const node of nodes) {
      if (open.has(node)) continue;
      const name = nameOf(classDirectory, node);
      if (name === undefined || !names.includes(name)) continue;
      const fd = openNonBlocking(join(deviceDirectory, node));
      if (fd === undefined) continue;
      open.set(node, { name, fd, decoder: new RecordDecoder(), kernelOffsetMs: chooseClock(fd, nowMs) });
      setOwner(fd, F_SETOWN_EX, Int32Array.of(F_OWNER_TID, MAIN_THREAD));
      fcntl(fd, F_SETFL, constants.O_NONBLOCK | O_ASYNC);
      changed = true;
    }
    if (changed) {
      onDevices([...open.values()].map(({ name }) => name));
      drain();
    }
  };

  const lose = (node: string, device: OpenDevice) => {
    open.delete(node);
    closeSync(device.fd);
    onEvent({ kind: 'lost', device: device.name, atMs: nowMs() });
  };

  const drain = () => {
    const before = open.size;
    for (const [node, device] of open) if (!readAll(device)) lose(node, device);
    if (open.size === before || isClosed) return;
    onDevices([...open.values()].map(({ name }) => name));
    // It may have been a passing fault, with no change of the directory to come.
    clearTimeout(rescan);
    rescan = setTimeout(scan, RESCAN_MS);
  };

  /** False when the device has gone. */
  const readAll = (device: OpenDevice): boolean => {
    for (let i = 0; i < MAX_READS; i++) {
      const count = readSome(device.fd, buffer);
      if (count === 'nothing') return true;
      if (count === 'gone') return false;
      for (const decoded of device.decoder.decode(buffer.subarray(0, count))) {
        if (isClosed) return true;
        if (decoded === 'lost') {
          onEvent({ kind: 'lost', device: device.name, atMs: nowMs() });
          continue;
        }
        const { type, code, value, kernelMs } = decoded;
        const atMs = device.kernelOffsetMs === undefined ? nowMs() : kernelMs + device.kernelOffsetMs;
        onEvent({ kind: 'input', device: device.name, type, code, value, atMs });
      }
    }
    setImmediate(drain);
    return true;
  };

  process.on('SIGIO', drain);
  const watcher = watchDirectory(deviceDirectory, scan);
  scan();

  return {
    close: () => {
      isClosed = true;
      watcher.close();
      clearTimeout(rescan);
      for (const { fd } of open.values()) closeSync(fd);
      open.clear();
      // Last: without a listener the signal would end the program.
      process.off('SIGIO', drain);
    },
  };
}

function eventNodes(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((node) => /^event\d{1,4}$/.test(node));
  } catch {
    return [];
  }
}

function nameOf(classDirectory: string, node: string): string | undefined {
  try {
    return readFileSync(join(classDirectory, node, 'device', 'name'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Undefined while udev has not given the rights yet; when it does, the directory changes again. */
function openNonBlocking(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/** The records' own clock is the time of day, which jumps when the network tells it. */
function chooseClock(fd: number, nowMs: () => number): number | undefined {
  if (ioctl(fd, EVIOCSCLOCKID, Int32Array.of(CLOCK_MONOTONIC)) !== 0) return undefined;
  return nowMs() - Number(process.hrtime.bigint() / 1000n) / 1000;
}

function readSome(fd: number, into: Uint8Array): number | 'nothing' | 'gone' {
  try {
    return readSync(fd, into) || 'gone';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EAGAIN' ? 'nothing' : 'gone';
  }
}
