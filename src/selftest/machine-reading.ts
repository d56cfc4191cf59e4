/** What board, kernel and file systems say of themselves, from files of the kernel; null = it does not say. */
import { accessSync, constants, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type BoardReading, readBoard } from '../linux/board.ts';

export interface MachineReading {
  readonly board: BoardReading;
  readonly kernel: string | null;
  readonly preemptRt: boolean;
  /** Core lists as the kernel writes them, '' = none. */
  readonly isolated: string | null;
  readonly nohzFull: string | null;
  readonly rcuNocbs: string | null;
  /** `root=…`-like words of the kernel command line. */
  readonly commandLine: readonly string[];
  readonly governors: readonly string[];
  /** Clock of the reserved core and the most it can do, kHz. */
  readonly clockKhz: number | null;
  readonly fullClockKhz: number | null;
  readonly swapAreas: number;
  readonly root: Mount | null;
  readonly data: Mount | null;
  readonly dataWritable: boolean;
  readonly dataFreeBytes: number | null;
  /** Size of the file system. */
  readonly dataBytes: number | null;
}

export interface Mount {
  readonly type: string;
  readonly readOnly: boolean;
  /** Of an overlay: where changes go. */
  readonly lower: string | null;
}

/**
 * @param root normally '/'
 * @param core the reserved core
 */
export function readMachine(root: string, core: number): MachineReading {
  const text = (path: string): string | null => {
    try {
      return readFileSync(join(root, path), 'latin1').trim();
    } catch {
      return null;
    }
  };
  const cpu = (path: string) => text(`sys/devices/system/cpu/${path}`);
  const khz = (name: string) => {
    const value = Number.parseInt(cpu(`cpu${core}/cpufreq/${name}`) ?? '', 10);
    return Number.isFinite(value) ? value : null;
  };
  const commandLine = (text('proc/cmdline') ?? '').split(/\s+/);
  const mounts = text('proc/mounts') ?? '';
  const dataPath = join(root, 'data');
  return {
    board: readBoard(root),
    kernel: text('proc/sys/kernel/osrelease'),
    preemptRt: text('sys/kernel/realtime') === '1' || /PREEMPT_RT/.test(text('proc/version') ?? ''),
    isolated: cpu('isolated'),
    nohzFull: cpu('nohz_full')?.replace('(null)', '') ?? null,
    rcuNocbs: commandLine.find((word) => word.startsWith('rcu_nocbs='))?.slice('rcu_nocbs='.length) ?? null,
    commandLine,
    governors: list(join(root, 'sys/devices/system/cpu'))
      .filter((name) => /^cpu\d+$/.test(name))
      .flatMap((name) => cpu(`${name}/cpufreq/scaling_governor`) ?? []),
    clockKhz: khz('scaling_cur_freq'),
    fullClockKhz: khz('cpuinfo_max_freq'),
    swapAreas: Math.max(0, (text('proc/swaps') ?? '').split('\n').length - 1),
    root: findMount(mounts, '/'),
    data: findMount(mounts, '/data'),
    dataWritable: isWritable(join(dataPath, 'jambox')) || isWritable(dataPath),
    ...sizesOf(dataPath),
  };
}

/**
 * Names of the sound cards with their drivers, as /proc/asound/cards has them, and maker and product of USB cards:
 * "USB-Audio - Scarlett 2i2 USB (1235:8210)". @param root normally '/'
 */
export function soundCards(root: string): readonly string[] {
  try {
    const text = readFileSync(join(root, 'proc/asound/cards'), 'utf8');
    return [...text.matchAll(/^\s*(\d+) \[[^\]]*\]: (.+)$/gm)].map(([, number = '', name = '']) => {
      const usbId = usbIdOf(root, number);
      return usbId === '' ? name.trim() : `${name.trim()} (${usbId})`;
    });
  } catch {
    return [];
  }
}

function usbIdOf(root: string, number: string): string {
  try {
    return readFileSync(join(root, `proc/asound/card${number}/usbid`), 'utf8').trim();
  } catch {
    return '';
  }
}

/** The last one mounted there is the one that is seen. */
function findMount(mounts: string, path: string): Mount | null {
  const line = mounts
    .split('\n')
    .map((entry) => entry.split(' '))
    .findLast((fields) => fields[1] === path);
  if (line === undefined) return null;
  const options = (line[3] ?? '').split(',');
  const lower = options.find((option) => option.startsWith('lowerdir='))?.slice('lowerdir='.length) ?? null;
  return { type: line[2] ?? '', readOnly: options.includes('ro'), lower };
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function sizesOf(path: string): Pick<MachineReading, 'dataFreeBytes' | 'dataBytes'> {
  try {
    const { bavail, blocks, bsize } = statfsSync(path);
    return { dataFreeBytes: bavail * bsize, dataBytes: blocks * bsize };
  } catch {
    return { dataFreeBytes: null, dataBytes: null };
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** True if a list of the kernel, such as `0-2,5`, holds `core`. */
export function hasCore(cores: string | null, core: number): boolean {
  return (cores ?? '').split(',').some((range) => {
    const [first, last = first] = range.split('-').map((text) => Number.parseInt(text, 10));
    return first !== undefined && last !== undefined && core >= first && core <= last;
  });
}
