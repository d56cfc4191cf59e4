import { describe, expect, test } from 'vitest';
import { desk, FOLDER, join } from './desk.ts';
import { FakeTap, numberedFrame } from './fake-tap.ts';
import { MemoryDisk } from './memory-disk.ts';
import { readWav } from './wav.ts';

const MS_PER_FRAME = 128 / 48;

function wavs(disk: MemoryDisk): string[] {
  return [...disk.names.keys()].filter((name) => name.endsWith('.wav')).sort();
}

function folders(disk: MemoryDisk): string[] {
  return [...disk.folders].filter((path) => path !== FOLDER);
}

describe('The recorder', () => {
  test('writes nothing before it is started, and throws away what the tap holds from before', () => {
    const it = desk();
    join(it, 0, 'Anna');
    for (let frame = 0; frame < 1000; frame++) it.tap.push(numberedFrame(0, frame));
    it.run();
    expect(it.disk.log).toEqual([{ kind: 'folder', path: FOLDER }]);
    it.core.handle({ type: 'start' });
    it.run();
    it.core.handle({ type: 'stop' });
    expect(it.disk.log).toHaveLength(1);
    expect(it.reports.map(({ type }) => type)).toEqual(['folder', 'ready', 'stopped']);
  });

  test('begins a session with the first sound and not with the start', () => {
    const it = desk();
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    it.nowMs = 60_000;
    it.run();
    expect(folders(it.disk)).toEqual([]);
    it.tap.push(numberedFrame(0, 22_500));
    it.run();
    expect(folders(it.disk)).toEqual(['/rec/Jam-20261123-184919727']);
    it.core.handle({ type: 'stop' });
    expect(wavs(it.disk)).toEqual(['/rec/Jam-20261123-184919727/Anna-10_0_0_x_50000-0-1.wav']);
  });

  test('ends a session when nobody is heard any more, and begins another with the next player', () => {
    const it = desk();
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    it.tap.push(numberedFrame(0, 0));
    it.run();
    it.nowMs = 6000;
    it.run();
    expect(it.disk.fileNames()).toContain('Jam-20261123-184819727.rpp');
    it.tap.push(numberedFrame(0, 100));
    it.run();
    it.core.handle({ type: 'stop' });
    expect(folders(it.disk)).toEqual(['/rec/Jam-20261123-184819727', '/rec/Jam-20261123-184825727']);
  });

  test('begins another folder when asked for a new session, even within the same millisecond', () => {
    const it = desk();
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    for (let frame = 0; frame < 3; frame++) {
      it.tap.push(numberedFrame(0, frame));
      it.run();
      it.core.handle({ type: 'newSession' });
    }
    expect(folders(it.disk)).toEqual([0, 1, 2].map((ms) => `/rec/Jam-20261123-18481972${7 + ms}`));
    expect(it.disk.openDescriptors()).toBe(0);
  });

  test('begins another session when the tap has been closed and opened again', () => {
    const it = desk();
    it.core.handle({ type: 'start' });
    it.tap.push(numberedFrame(0, 500, { start: 1 }));
    it.tap.push(numberedFrame(0, 0, { start: 2 }));
    it.run();
    it.core.handle({ type: 'stop' });
    expect(folders(it.disk)).toHaveLength(2);
  });

  test('tells what it has done so far, once a second', () => {
    const it = desk();
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    for (let frame = 0; frame < 750; frame++) {
      it.tap.push(numberedFrame(0, frame, { channels: 2 }));
      it.nowMs += MS_PER_FRAME;
      it.run();
    }
    const [status] = it.told('status');
    expect(it.told('status')).toHaveLength(1);
    expect(status).toMatchObject({ status: { session: 'Jam-20261123-184819729', files: 1, lostFrames: 0 } });
    if (status?.type !== 'status') throw new Error();
    expect(status.status.bytes).toBe(4 * 48_000 * status.status.seconds);
  });

  test('names no player and no address in what it says', () => {
    const it = desk({ minFreeBytes: 1e9 });
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    it.tap.push(numberedFrame(0, 0));
    it.run();
    it.disk.free = 1.5e9;
    it.nowMs = 1000;
    it.run();
    it.disk.failing.add('write');
    it.core.handle({ type: 'stop' });
    expect(it.reports.length).toBeGreaterThan(4);
    expect(JSON.stringify(it.reports)).not.toMatch(/Anna|10_0|_50000/);
  });
});

describe('A folder that cannot be used', () => {
  test('is told at once, and start is refused', () => {
    const disk = new MemoryDisk();
    disk.failing.add('makeFolder');
    const it = desk({ disk });
    it.core.handle({ type: 'start' });
    const text = 'Recording is not possible: test: other.';
    expect(it.reports).toEqual([
      { type: 'folder', usable: false, text },
      { type: 'refused', usable: false, text },
    ]);
    disk.failing.clear();
    it.core.handle({ type: 'start' });
    expect(it.reports.at(-1)).toEqual({ type: 'ready' });
  });
});

describe('A full disk', () => {
  test('is not written to at all when there is too little room to begin with', () => {
    const it = desk({ minFreeBytes: 200e6 });
    it.disk.free = 150e6;
    it.core.handle({ type: 'start' });
    expect(it.reports.at(-1)).toEqual({ type: 'refused', usable: true, text: 'Not recording: only 150 MB are free.' });
  });

  test('is foreseen: a warning, then a clean end with everything in place', () => {
    const it = desk({ minFreeBytes: 200e6 });
    it.disk.free = 400.3e6;
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    let frame = 0;
    for (; it.core.isRecording() && frame < 1e6; frame++) {
      it.tap.push(numberedFrame(0, frame, { channels: 2 }));
      it.nowMs += MS_PER_FRAME;
      if (frame === 5000) it.disk.free = 200.1e6;
      it.run();
    }
    expect(it.told('warning')).toEqual([
      { type: 'warning', warning: { kind: 'low-space', text: 'The recording will stop soon: only 399 MB are free.' } },
    ]);
    const text = 'Recording stopped: only 199 MB are free. What was recorded is kept.';
    expect(it.reports.at(-1)).toEqual({ type: 'stopped', reason: 'disk-full', text });
    const wav = readWav(it.disk.content(wavs(it.disk)[0]!)!);
    expect(wav.samples.length).toBe(frame * 256);
    expect(wav.dataBytes).toBe(frame * 512);
    expect(it.disk.fileNames().filter((name) => name.startsWith('Jam'))).toHaveLength(2);
  });

  test('at any byte ends the recording with valid files, and the project files come at the next start', () => {
    for (let room = 0; room < 300_000; room += 9973) {
      const it = desk();
      it.disk.free = room;
      join(it, 0, 'Anna');
      join(it, 1, 'Bert');
      it.core.handle({ type: 'start' });
      for (let frame = 0; frame < 1000; frame++) {
        it.tap.push(numberedFrame(0, frame, { channels: 2 }));
        it.tap.push(numberedFrame(1, frame));
      }
      it.run();
      expect(it.reports.at(-1)).toMatchObject({ type: 'stopped', reason: 'disk-full' });
      expect(it.disk.openDescriptors()).toBe(0);
      for (const path of wavs(it.disk)) {
        const { samples, dataBytes } = readWav(it.disk.content(path)!);
        expect(samples.byteLength).toBe(dataBytes);
      }
      it.disk.free = 1e9;
      desk({ disk: it.disk });
      const names = it.disk.fileNames();
      expect(names.filter((name) => /\.(part|tmp)$/.test(name))).toEqual([]);
      expect(names.filter((name) => name.startsWith('Jam')).length).toBe(folders(it.disk).length * 2);
    }
  });
});

describe('A slow disk', () => {
  function recordOn(slots: number, msPerWrite: number) {
    const tap = new FakeTap(slots);
    const it = desk({ tap });
    let frame = 0;
    let lostFrames = 0;
    const playUntil = (ms: number) => {
      for (; frame * MS_PER_FRAME < ms; frame++) if (!tap.push(numberedFrame(0, frame, { channels: 2 }))) lostFrames++;
    };
    it.disk.delay = (bytes) => {
      it.nowMs += bytes > 1000 ? msPerWrite : 0;
      playUntil(it.nowMs); // the room does not wait
    };
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    while (frame < 20_000) {
      if (it.core.turn()) continue;
      it.nowMs += 50;
      playUntil(it.nowMs);
    }
    it.core.handle({ type: 'stop' });
    return { it, frame, lostFrames: () => lostFrames };
  }

  test('costs nothing as long as the ring holds what comes meanwhile', () => {
    const { it, lostFrames } = recordOn(4096, 200);
    expect(lostFrames()).toBe(0);
    const { samples } = readWav(it.disk.content(wavs(it.disk)[0]!)!);
    expect(samples.every((sample) => sample !== 0)).toBe(true);
  });

  test('that does not keep up costs gaps, which are silence of the same length and are told', () => {
    const { it, lostFrames } = recordOn(2048, 500);
    expect(lostFrames()).toBeGreaterThan(100);
    const files = wavs(it.disk);
    expect(files).toHaveLength(1);
    const { samples } = readWav(it.disk.content(files[0]!)!);
    const silentFrames = samples.filter((sample) => sample === 0).length / 256;
    expect(silentFrames).toBeGreaterThan(100);
    expect(silentFrames).toBeLessThanOrEqual(lostFrames());
    // What is there is in its place.
    const position = samples.lastIndexOf(0) + 1;
    const after = numberedFrame(0, position / 256, { channels: 2 }).samples;
    expect(samples.subarray(position, position + 256)).toEqual(after);
    const warnings = it.told('warning').map((report) => (report.type === 'warning' ? report.warning : undefined));
    expect(warnings.some((warning) => warning?.kind === 'slow')).toBe(true);
    expect(warnings.find((warning) => warning?.kind === 'lost')?.text).toMatch(
      /^The disk is too slow: \d+ ms of sound are missing in the recording, silence is in their place\.$/,
    );
  });
});
