/** The card as a file: its partitions, and files on its FAT partitions by mtools, without mounting anything. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';

const SECTOR = 512;
const EXTENDED = new Set([0x05, 0x0f]);

export interface Partition {
  /** As Linux counts: 1…4 and, within the extended one, 5… */
  readonly number: number;
  readonly startByte: number;
  readonly bytes: number;
}

/** Reads the MBR and the chain within its extended partition. */
export function readPartitions(path: string): readonly Partition[] {
  const fd = openSync(path, 'r');
  const entries = (sector: number) => {
    const block = Buffer.alloc(SECTOR);
    readSync(fd, block, 0, SECTOR, sector * SECTOR);
    return [446, 462, 478, 494].map((at) => ({
      kind: block.readUInt8(at + 4),
      start: block.readUInt32LE(at + 8),
      sectors: block.readUInt32LE(at + 12),
    }));
  };
  const found: Partition[] = [];
  const add = (number: number, start: number, sectors: number) =>
    found.push({ number, startByte: start * SECTOR, bytes: sectors * SECTOR });
  try {
    for (const [index, { kind, start, sectors }] of entries(0).entries()) {
      if (kind === 0) continue;
      add(index + 1, start, sectors);
      if (!EXTENDED.has(kind)) continue;
      let next: number | undefined = start;
      for (let number = 5; next !== undefined && number < 16; number++) {
        const [first, second]: ReturnType<typeof entries> = entries(next);
        if (first !== undefined && first.kind !== 0) add(number, next + first.start, first.sectors);
        next = second !== undefined && EXTENDED.has(second.kind) ? start + second.start : undefined;
      }
    }
  } finally {
    closeSync(fd);
  }
  return found;
}

export interface Card {
  readonly path: string;
  /** A file of a FAT partition; undefined where there is none of that name. */
  read(partition: number, name: string): Buffer | undefined;
  text(partition: number, name: string): string;
  write(partition: number, name: string, content: string): void;
  /** A partition's place on the card, as bytes. */
  partition(number: number): Partition;
}

export function openCard(path: string): Card {
  const partitions = readPartitions(path);
  const partition = (number: number) => {
    const found = partitions.find((one) => one.number === number);
    if (found === undefined) throw new Error(`${path} has no partition ${number}`);
    return found;
  };
  const image = (number: number) => `${path}@@${partition(number).startByte}`;
  const read = (number: number, name: string) => {
    try {
      const maxBuffer = 128 * 1024 * 1024;
      return execFileSync('mtype', ['-i', image(number), `::${name}`], {
        maxBuffer,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    } catch {
      return undefined;
    }
  };
  return {
    path,
    partition,
    read,
    text(number, name) {
      const bytes = read(number, name);
      if (bytes === undefined) throw new Error(`partition ${number} has no ${name}`);
      return bytes.toString('utf8');
    },
    write(number, name, content) {
      const file = `${path}.${name}`;
      writeFileSync(file, content);
      execFileSync('mcopy', ['-o', '-i', image(number), file, `::${name}`]);
      rmSync(file);
    },
  };
}
