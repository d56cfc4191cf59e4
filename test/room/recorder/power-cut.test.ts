/**
 * The power goes at any byte of any write. What the disk may hold then: of each file what was synced, or what had been
 * written, or the one for the header and the other for the sound (a disk writes sectors in any order, but each of them
 * wholly or not at all).
 */
import { describe, expect, test } from 'vitest';
import { WAV_HEADER_BYTES } from '../../../src/room/recorder/wav-header.ts';
import { desk, FOLDER, join } from './desk.ts';
import { numberedFrame } from './fake-tap.ts';
import { MemoryDisk, type Operation, resized, written } from './memory-disk.ts';
import { readWav } from './wav.ts';

const FRAMES = 900;
/** Slower than played, so that everything is synced a few times. */
const MS_PER_FRAME = 11;

/** Two players, one of whom comes late and goes early; about ten seconds by the clock. */
function recordedLog(): readonly Operation[] {
  const it = desk();
  join(it, 0, 'Anna');
  it.core.handle({ type: 'start' });
  for (let frame = 0; frame < FRAMES; frame++) {
    if (frame === 75) join(it, 1);
    if (frame === 150) it.core.handle({ type: 'named', channelId: 1, name: 'Bert' });
    it.tap.push(numberedFrame(0, frame, { channels: 2 }));
    if (frame >= 75 && frame < 750) it.tap.push(numberedFrame(1, frame));
    it.nowMs += MS_PER_FRAME;
    if (frame % 19 === 0) it.run();
  }
  it.run();
  it.core.handle({ type: 'stop' });
  return it.disk.log;
}

const soundOf = (channelId: number, channels: number, firstFrame: number, frames: number) => {
  const all = new Int16Array(frames * 128 * channels);
  for (let i = 0; i < frames; i++) {
    all.set(numberedFrame(channelId, firstFrame + i, { channels }).samples, i * 128 * channels);
  }
  return all;
};
const SOUNDS = [soundOf(0, 2, 0, FRAMES), soundOf(1, 1, 75, 675)] as const;

/** The disk while operations are played back, with what of it can't get lost any more. */
class Replay {
  readonly folders = new Set<string>();
  readonly names = new Map<string, number>();
  readonly cached: Uint8Array[] = [];
  readonly synced: Uint8Array[] = [];

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'folder':
        this.folders.add(operation.path);
        return;
      case 'create':
        this.cached.push(new Uint8Array());
        this.synced.push(new Uint8Array());
        this.names.set(operation.path, this.cached.length - 1);
        return;
      case 'remove':
        this.names.delete(operation.path);
        return;
      case 'rename':
        this.names.set(operation.to, this.names.get(operation.from)!);
        this.names.delete(operation.from);
        return;
      case 'write':
        this.cached[operation.inode] = written(this.cached[operation.inode]!, operation.bytes, operation.at);
        return;
      case 'truncate':
        this.cached[operation.inode] = resized(this.cached[operation.inode]!, operation.length);
        return;
      case 'sync':
        this.synced[operation.inode] = this.cached[operation.inode]!;
        return;
    }
  }

  /** The disks that may be found, with `cached` for what had been written. */
  *afterwards(cached: readonly Uint8Array[]): Generator<MemoryDisk> {
    const choices = [
      (inode: number) => cached[inode]!,
      (inode: number) => this.synced[inode]!,
      (inode: number) => headOf(cached[inode]!, this.synced[inode]!),
      (inode: number) => headOf(this.synced[inode]!, cached[inode]!),
    ];
    for (const choose of choices) {
      const files = [...this.names].map(([name, inode]) => [name, choose(inode)] as const);
      yield new MemoryDisk(this.folders, new Map(files));
    }
  }
}

/** The first sector of one, everything else of the other. */
function headOf(first: Uint8Array, rest: Uint8Array): Uint8Array {
  const mixed = rest.slice();
  mixed.set(first.subarray(0, Math.min(WAV_HEADER_BYTES, rest.length)));
  return mixed;
}

/** Every byte of the short writes; of the long ones the first and last bytes and some between. */
function cutsOf(operation: Operation): number[] {
  if (operation.kind !== 'write') return [0];
  const { length } = operation.bytes;
  // A sector is written wholly or not at all.
  if (operation.at === 0 && length === WAV_HEADER_BYTES) return [0];
  if (length <= 256) return Array.from({ length }, (_, bytes) => bytes);
  const between = Array.from({ length: 8 }, (_, i) => Math.floor((length * (i + 1)) / 9) + i);
  return [0, 1, 2, 3, 4, 5, ...between, length - 3, length - 2, length - 1];
}

/** Plays the log back up to each cut and looks at every disk that may be found. Gives the number of disks. */
function cutEverywhere(look: (found: MemoryDisk, replay: Replay) => void, step = 1): number {
  const replay = new Replay();
  let disks = 0;
  recordedLog().forEach((operation, position) => {
    for (const cut of position % step === 0 ? cutsOf(operation) : []) {
      const cached = replay.cached.slice();
      if (operation.kind === 'write') {
        cached[operation.inode] = written(cached[operation.inode]!, operation.bytes.subarray(0, cut), operation.at);
      }
      for (const disk of replay.afterwards(cached)) {
        look(disk, replay);
        disks++;
      }
    }
    replay.apply(operation);
  });
  return disks;
}

/** Compared as bytes, since there are very many. */
function isBeginning(part: Int16Array, whole: Int16Array): boolean {
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength).equals(
    Buffer.from(whole.buffer, 0, Math.min(part.byteLength, whole.byteLength)),
  );
}

function wavPaths(names: Iterable<string>): string[] {
  return [...names].filter((name) => name.endsWith('.wav'));
}

const playerOf = (path: string) => (path.includes('50000') ? 0 : 1);

describe('After a power cut', () => {
  test('a file that was synced once is a valid one, and all that its header speaks of is sound', () => {
    let headers = 0;
    const disks = cutEverywhere((found, replay) => {
      for (const path of wavPaths(found.names.keys())) {
        const synced = replay.synced[replay.names.get(path)!]!;
        if (synced.length === 0) continue;
        headers++;
        const wav = readWav(found.content(path)!);
        expect(wav.samples.byteLength).toBe(wav.dataBytes); // the header does not promise more than is there
        expect(wav.dataBytes).toBeGreaterThanOrEqual(readWav(synced).dataBytes);
        expect(isBeginning(wav.samples, SOUNDS[playerOf(path)]!)).toBe(true);
      }
    });
    expect(disks).toBeGreaterThan(2000);
    expect(headers).toBeGreaterThan(1000);
  });

  test('the next start makes every synced sample readable, and completes the project files', () => {
    let repaired = 0;
    cutEverywhere((found, replay) => {
      const syncedBytes = new Map<string, number>();
      for (const path of wavPaths(replay.names.keys())) {
        syncedBytes.set(path, Math.max(0, replay.synced[replay.names.get(path)!]!.length - WAV_HEADER_BYTES));
      }
      const it = desk({ disk: found });
      expect(it.disk.openDescriptors()).toBe(0);
      for (const [path, bytes] of syncedBytes) {
        if (bytes === 0) continue;
        const wav = readWav(found.content(path)!);
        expect(wav.dataBytes).toBeGreaterThanOrEqual(bytes);
        expect(wav.samples.byteLength).toBe(wav.dataBytes);
        expect(isBeginning(wav.samples, SOUNDS[playerOf(path)]!)).toBe(true);
        const [, folder = ''] = found.folders;
        const project = found.text(`${folder}/${folder.slice(FOLDER.length + 1)}.lof`);
        expect(project).toContain(`file "${path.slice(path.lastIndexOf('/') + 1)}" offset`);
        repaired++;
      }
      expect(found.fileNames().filter((name) => /\.(part|tmp)$/.test(name))).toEqual([]);
    }, 3);
    expect(repaired).toBeGreaterThan(500);
  });

  test('a header that was itself cut within its bytes is made whole at the next start', () => {
    const disk = new MemoryDisk();
    const it = desk({ disk });
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    for (let frame = 0; frame < 300; frame++) it.tap.push(numberedFrame(0, frame));
    it.run();
    for (let cut = 0; cut <= WAV_HEADER_BYTES; cut++) {
      const files = new Map([...disk.names].map(([name, inode]) => [name, disk.contents[inode]!.slice()]));
      const [path = ''] = wavPaths(files.keys());
      files.get(path)!.fill(0xee, cut, WAV_HEADER_BYTES);
      const found = new MemoryDisk(disk.folders, files);
      desk({ disk: found });
      const wav = readWav(found.content(path)!);
      expect(wav.samples.byteLength).toBe(files.get(path)!.length - WAV_HEADER_BYTES);
      expect(isBeginning(wav.samples, soundOf(0, 1, 0, 300))).toBe(true);
    }
  });

  test('what is complete is left as it is', () => {
    const it = desk();
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    it.tap.push(numberedFrame(0, 0));
    it.run();
    it.core.handle({ type: 'stop' });
    const before = it.disk.log.length;
    const again = desk({ disk: it.disk });
    expect(it.disk.log.length).toBe(before);
    expect(again.told('warning')).toEqual([]);
  });
});
