/** The recorder with its real thread, the room thread's ring and real files. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTapMemory, TapWriter } from '../../../src/room/engine/recorder-tap.ts';
import { createRecorder, type RecorderEvent } from '../../../src/room/recorder/recorder.ts';
import { diskFiles } from '../../../src/room/recorder/recorder-files.ts';
import { repairSessions } from '../../../src/room/recorder/session-end.ts';
import { WAV_HEADER_BYTES } from '../../../src/room/recorder/wav-header.ts';
import type { RoomOutput } from '../../../src/room/session/room-session-types.ts';
import { until } from '../../peers/wait.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { player, startWorld } from '../session/room-world.ts';
import { readWav } from './wav.ts';

let home: string;
let atEnd: (() => Promise<void> | void)[];

beforeEach(() => {
  home = temporaryFolder();
  atEnd = [];
});

afterEach(async () => {
  for (const action of atEnd.reverse()) await action();
});

/** A room of which only the tap is real: its mixer is one channel's samples. */
function room(frameSamples: 64 | 128 = 128) {
  const tap = createTapMemory(frameSamples, 10);
  const writer = new TapWriter(tap);
  const samples = new Float32Array(2 * frameSamples);
  const mixer = { sides: [2], samples, plane: (_: number, side: number) => side * frameSamples };
  let ticks = 0;
  return {
    tap,
    isOn: false,
    begin: () => {
      writer.begin();
      ticks = 0;
    },
    /** Ticks in which channel 0 sounds; left and right are another number in each. */
    play(count: number) {
      for (let n = 0; n < count; n++, ticks++) {
        samples.fill((ticks + 1) / 32768, 0, frameSamples);
        samples.fill(-(ticks + 1) / 32768, frameSamples);
        writer.write(mixer as unknown as Parameters<TapWriter['write']>[0], 0, 1, 2);
        writer.advance();
      }
    },
  };
}

const PEER = Uint8Array.from([...new Array(10).fill(0), 255, 255, 192, 168, 1, 77, 200, 100]);

/** The sequence of what happened, and the recorder. */
async function setUp(folder: string, minFreeBytes = 0) {
  const roomStub = room();
  const happened: string[] = [];
  const events: RecorderEvent[] = [];
  const recorder = await createRecorder({
    folder,
    tap: roomStub.tap,
    minFreeBytes,
    announce: (state) => {
      happened.push(`${state} with ${filesIn(folder).length} files, ${descriptorsIn(folder)} open`);
      if (state !== 'recording') return;
      roomStub.begin();
      roomStub.isOn = true;
    },
    closeTap: () => {
      happened.push('tap closed');
      roomStub.isOn = false;
    },
    onEvent: (event) => {
      events.push(event);
    },
  });
  atEnd.push(recorder.close);
  const opened: RoomOutput = {
    type: 'order',
    order: { type: 'openChannel', channelId: 0, generation: 1, peer: PEER },
  };
  const info = { channelId: 0, countryCode: 0, instrument: 0, skill: 'not-set', name: 'Zoë B.', city: '' } as const;
  recorder.observe(opened);
  recorder.observe({ type: 'event', event: { type: 'named', channelId: 0, info } } as RoomOutput);
  return { recorder, roomStub, happened, events };
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];
}

/** Files in that folder that this process has open. */
function descriptorsIn(folder: string): number {
  const isThere = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${folder}/`);
    } catch {
      return false; // closed meanwhile
    }
  };
  return readdirSync('/proc/self/fd').filter(isThere).length;
}

describe('The recorder of a room', () => {
  test('S4: writes one file a player that only the operator can read, in a folder of the same kind', async () => {
    const folder = join(home, 'recordings');
    const { recorder, roomStub, events } = await setUp(folder);
    expect(recorder.state()).toBe('not-enabled');
    expect(await recorder.start()).toBe(true);
    expect(recorder.state()).toBe('recording');
    roomStub.play(2000);
    await recorder.stop();
    const [session = '', ...names] = filesIn(folder);
    expect(session).toMatch(/^Jam-\d{8}-\d{9}$/);
    expect(names).toEqual(
      [`${session}.lof`, `${session}.rpp`, 'Zoe_B_-192_168_1_x_51300-0-2.wav'].map((name) => `${session}/${name}`),
    );
    const modes = [folder, ...filesIn(folder).map((name) => join(folder, name))].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600, 0o600]);
    const { samples } = readWav(readFileSync(join(folder, names[2]!)));
    expect(samples.length).toBe(2000 * 256);
    expect(samples.every((sample, i) => sample === (i % 2 === 0 ? 1 : -1) * (1 + Math.floor(i / 256)))).toBe(true);
    expect(events.map(({ type }) => type).filter((type) => type !== 'status')).toEqual([
      'started',
      'session',
      'stopped',
    ]);
  });

  test('S3: the notice goes out before the first byte is written, and the end of it after the last', async () => {
    const folder = join(home, 'recordings');
    const { recorder, roomStub, happened } = await setUp(folder);
    roomStub.begin();
    roomStub.play(100); // a tap that should not be on
    await recorder.start();
    roomStub.play(2000);
    await until('a session', () => filesIn(folder).length > 0);
    await recorder.stop();
    expect(happened).toEqual(['recording with 0 files, 0 open', 'tap closed', 'not-enabled with 4 files, 0 open']);
    roomStub.play(1000);
    await sleep(150);
    expect(filesIn(folder)).toHaveLength(4);
  });

  test('S3: with the real session, the notice is on its way to everybody before the tap is on', async () => {
    const world = startWorld({ recorder: 'not-enabled' });
    const bob = player(world, 1001, 'Bob');
    const recorder = await createRecorder({
      folder: join(home, 'recordings'),
      tap: room().tap,
      minFreeBytes: 0,
      announce: (state) => world.take(world.room.setRecorder(state, world.nowMs)),
      closeTap: () => world.take([{ type: 'order', order: { type: 'setRecording', on: false } }]),
      onEvent: () => {},
    });
    atEnd.push(recorder.close);
    world.outputs.length = 0;
    await recorder.start();
    expect(world.outputs.map(({ type }) => type)).toEqual(['send', 'order']);
    expect(world.recording).toBe(true);
    world.wait(0);
    world.outputs.length = 0;
    await recorder.stop();
    expect(world.outputs.map(({ type }) => type)).toEqual(['order', 'order', 'send']);
    expect(world.recording).toBe(false);
    world.wait(0);
    expect(bob.heardOf('RECORDER_STATE').map(({ state }) => state)).toEqual([
      'not-enabled',
      'recording',
      'not-enabled',
    ]);
  });

  test('starts and stops as often as asked, also without waiting for the answers', async () => {
    const folder = join(home, 'recordings');
    const { recorder, roomStub } = await setUp(folder);
    const calls = [recorder.start(), recorder.start(), recorder.stop(), recorder.stop(), recorder.start()];
    await Promise.all(calls);
    expect(recorder.state()).toBe('recording');
    roomStub.play(10);
    await recorder.stop();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('begins a new folder when asked', async () => {
    const folder = join(home, 'recordings');
    const { recorder, roomStub } = await setUp(folder);
    await recorder.start();
    roomStub.play(300);
    await until('the first session', () => existsSync(folder) && readdirSync(folder).length === 1);
    await sleep(100);
    recorder.newSession();
    await sleep(50);
    roomStub.play(300);
    await recorder.stop();
    expect(readdirSync(folder)).toHaveLength(2);
  });

  test('does not begin in a folder that cannot be made, says so, and does when it can', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const { recorder, happened } = await setUp(join(file, 'recordings'));
    expect(recorder.state()).toBe('not-initialised');
    expect(await recorder.start()).toMatchObject({ error: expect.stringMatching(/^Recording is not possible: /) });
    expect(happened).toEqual([]);
    rmSync(file);
    mkdirSync(file);
    expect(await recorder.start()).toBe(true);
  });

  test('S1: tells failures without names or paths', async () => {
    const folder = join(home, 'recordings');
    const { recorder, roomStub, events } = await setUp(folder);
    await recorder.start();
    roomStub.play(300);
    await until('a file', () => filesIn(folder).some((name) => name.endsWith('.part')));
    rmSync(folder, { recursive: true });
    await until('the end', () => recorder.state() !== 'recording');
    const stopped = events.find(({ type }) => type === 'stopped');
    expect(stopped).toEqual({ type: 'stopped', reason: 'failed', text: 'Recording stopped: the folder is gone.' });
    expect(JSON.stringify(events)).not.toMatch(/Zo|192[._]168|recordings/);
  });
});

describe('The files', () => {
  test('are new ones: what is there, even as a link to elsewhere, is neither opened nor replaced', () => {
    const elsewhere = join(home, 'elsewhere');
    symlinkSync(elsewhere, join(home, 'link.wav'));
    writeFileSync(join(home, 'file.wav'), 'mine');
    expect(diskFiles.create(join(home, 'link.wav'))).toMatchObject({ reason: 'exists' });
    expect(diskFiles.create(join(home, 'file.wav'))).toMatchObject({ reason: 'exists' });
    writeFileSync(elsewhere, 'not to be touched');
    expect(diskFiles.open(join(home, 'link.wav'))).toMatchObject({ reason: 'other' });
    expect(diskFiles.read(join(home, 'link.wav'))).toMatchObject({ reason: 'other' });
  });

  test('may be longer than 4 GiB', () => {
    const session = 'Jam-20260101-000000000';
    const wav = 'Anna-127_0_0_1_55458-0-2.wav';
    mkdirSync(join(home, session));
    writeFileSync(join(home, session, `${session}.part`), `0 ${wav} Anna-127_0_0_1_55458\n`);
    writeFileSync(join(home, session, wav), '');
    truncateSync(join(home, session, wav), 5 * 2 ** 30 + 2); // takes no room: it is empty
    expect(repairSessions(diskFiles, home, () => 'id')).toBe(1);
    const fd = diskFiles.open(join(home, session, wav));
    if (typeof fd !== 'number') throw new Error(fd.because);
    const head = new Uint8Array(WAV_HEADER_BYTES);
    readSync(fd, head);
    expect(diskFiles.size(fd)).toBe(5 * 2 ** 30);
    diskFiles.close(fd);
    expect(readWav(head)).toMatchObject({ kind: 'RF64', channels: 2, dataBytes: 5 * 2 ** 30 - WAV_HEADER_BYTES });
  });

  test('are the operator’s alone whatever the process lets others do', () => {
    const before = process.umask(0);
    try {
      const fd = diskFiles.create(join(home, 'a.wav'));
      if (typeof fd === 'number') diskFiles.close(fd);
      diskFiles.makeFolder(join(home, 'folder'), false);
    } finally {
      process.umask(before);
    }
    expect(statSync(join(home, 'a.wav')).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'folder')).mode & 0o777).toBe(0o700);
  });
});

/** A file system of that size, if we may mount one. */
function smallDisk(megabytes: number): string | undefined {
  const path = join(home, 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  atEnd.unshift(() => void execFileSync('umount', ['-l', path]));
  chmodSync(path, 0o700);
  return path;
}

describe('A disk that gets full', () => {
  test('ends the recording before it is, with complete files', async ({ skip }) => {
    const disk = smallDisk(4) ?? skip('only root can mount a small disk');
    const { recorder, roomStub, events, happened } = await setUp(join(disk, 'rec'), 2_000_000);
    await recorder.start();
    for (let n = 0; n < 40 && roomStub.isOn; n++) {
      roomStub.play(375);
      await sleep(100);
    }
    const stopped = events.find(({ type }) => type === 'stopped');
    expect(stopped).toMatchObject({ reason: 'disk-full', text: expect.stringMatching(/What was recorded is kept\.$/) });
    expect(happened.slice(-2)).toEqual(['tap closed', 'not-enabled with 4 files, 0 open']);
    expectValidFiles(join(disk, 'rec'));
  });

  test('before it was seen ends the recording too, and the files are completed when there is room', async ({
    skip,
  }) => {
    const disk = smallDisk(2) ?? skip('only root can mount a small disk');
    const { recorder, roomStub, events } = await setUp(join(disk, 'rec'));
    await recorder.start();
    for (let n = 0; n < 40 && roomStub.isOn; n++) {
      roomStub.play(375);
      await sleep(20);
    }
    expect(events.find(({ type }) => type === 'stopped')).toEqual({
      type: 'stopped',
      reason: 'disk-full',
      text: 'Recording stopped: the disk is full. What was recorded is kept.',
    });
    await recorder.close();
    expectValidFiles(join(disk, 'rec'));
    execFileSync('mount', ['-o', 'remount,size=8m', disk]);
    const next = await setUp(join(disk, 'rec'));
    await until('the repair', () => filesIn(join(disk, 'rec')).some((name) => name.endsWith('.rpp')));
    expectValidFiles(join(disk, 'rec'));
    expect(filesIn(join(disk, 'rec')).filter((name) => /\.(part|tmp)$/.test(name))).toEqual([]);
    expect(next.recorder.state()).toBe('not-enabled');
  });

  function expectValidFiles(folder: string): void {
    const wavs = filesIn(folder).filter((name) => name.endsWith('.wav'));
    expect(wavs.length).toBeGreaterThan(0);
    for (const name of wavs) {
      const bytes = readFileSync(join(folder, name));
      const { samples, dataBytes } = readWav(bytes);
      expect(samples.byteLength).toBe(dataBytes);
      expect(samples.every((sample, i) => sample === (i % 2 === 0 ? 1 : -1) * (1 + Math.floor(i / 256)))).toBe(true);
    }
  }
});
