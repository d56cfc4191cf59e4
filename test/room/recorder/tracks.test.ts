/** Whatever players do, files and offsets give back what each of them played, sample by sample. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJournal } from '../../../src/room/recorder/journal.ts';
import { type Desk, desk, FOLDER, join } from './desk.ts';
import { FakeTap, numberedFrame } from './fake-tap.ts';
import { readWav } from './wav.ts';

const RATE = 48_000;

interface Item {
  readonly fileName: string;
  readonly startSample: number;
  readonly channels: number;
  readonly samples: Int16Array;
}

/** The sessions on the disk, as a person finds them: by the Audacity project and the files it names. */
function sessionsOf({ disk }: Desk): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const folder of disk.folders) {
    const name = folder.slice(FOLDER.length + 1);
    const project = disk.text(`${folder}/${name}.lof`);
    if (project === undefined) continue;
    const lines = [...project.matchAll(/^file "(.+)" offset (\d+\.\d{14})$/gm)];
    const items = lines.map(([, fileName = '', offset]) => {
      const { channels, samples, dataBytes } = readWav(disk.content(`${folder}/${fileName}`)!);
      expect(dataBytes).toBe(samples.byteLength);
      return { fileName, startSample: Math.round(Number(offset) * RATE), channels, samples };
    });
    found.set(name, items);
  }
  return found;
}

/** What a channel ID sounded like: left and right in one number, mono on both sides; 0 where nothing is known. */
class Timeline {
  sides = new Int32Array(0);
  length = 0;

  put(startSample: number, channels: number, samples: Int16Array): void {
    const frames = samples.length / channels;
    const longer = new Int32Array(Math.max(this.sides.length, 2 * (startSample + frames)));
    if (startSample + frames > this.sides.length) {
      longer.set(this.sides);
      this.sides = longer;
    }
    this.length = Math.max(this.length, startSample + frames);
    for (let i = 0; i < frames; i++) {
      const sample = samples[i * channels]! * 65_536 + samples[i * channels + channels - 1]!;
      if (sample === 0) continue;
      if (this.sides[startSample + i] !== 0) throw new Error('two files speak of the same moment');
      this.sides[startSample + i] = sample;
    }
  }

  /** Where it differs first; -1: nowhere. */
  firstDifference(other: Timeline | undefined): number {
    if (other?.length !== this.length) return Math.min(other?.length ?? 0, this.length);
    for (let i = 0; i < this.length; i++) if (this.sides[i] !== other.sides[i]) return i;
    return -1;
  }
}

type Step =
  | { readonly kind: 'play'; readonly frames: number }
  | { readonly kind: 'lose'; readonly frames: number }
  | { readonly kind: 'channels' | 'leave' | 'join' | 'rename' | 'session' | 'drain'; readonly who: number };

const who = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('play' as const), frames: fc.integer({ min: 1, max: 400 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose' as const), frames: fc.integer({ min: 1, max: 9 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('channels', 'leave', 'join', 'rename', 'session', 'drain'),
      who,
    }),
  },
);

describe('The tracks of a recording', () => {
  test('together are what each player played, whoever comes, goes, changes and gets lost', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(64 as const, 128 as const),
        (steps, frameSamples) => {
          const it = desk({ frameSamples });
          const players = [0, 1, 2, 3].map((channelId) => ({ channelId, generation: 0, channels: 1, isHere: false }));
          const played = new Map<string, Timeline>();
          const firstFrames = new Map<string, number>();
          let pending: ReturnType<typeof numberedFrame>[] = [];
          it.core.handle({ type: 'start' });
          let frame = 0;

          /** The recorder reads what stands in the tap; then it is known to which session that belongs. */
          const drain = () => {
            it.run();
            const last = it.told('session').at(-1);
            const session = last?.type === 'session' ? last.session : '';
            for (const one of pending) {
              if (!firstFrames.has(session)) firstFrames.set(session, one.frame);
              const key = `${session} ${one.channelId}`;
              const timeline = played.get(key) ?? new Timeline();
              played.set(key, timeline);
              timeline.put((one.frame - firstFrames.get(session)!) * frameSamples, one.channels, one.samples);
            }
            pending = [];
            it.nowMs += 100;
          };

          for (const one of steps) {
            if (one.kind === 'play' || one.kind === 'lose') {
              for (let n = 0; n < one.frames; n++, frame++) {
                for (const { channelId, generation, channels, isHere } of players) {
                  if (!isHere || (one.kind === 'lose' && channelId % 2 === 0)) continue;
                  const tapped = numberedFrame(channelId, frame, { channels, generation, frameSamples });
                  it.tap.push(tapped);
                  pending.push(tapped);
                }
              }
              continue;
            }
            const player = players[one.who]!;
            if (one.kind === 'channels') player.channels = 3 - player.channels;
            else if (one.kind === 'leave') player.isHere = false;
            else if (one.kind === 'rename') it.core.handle({ type: 'named', channelId: one.who, name: `N${frame}` });
            else if (one.kind === 'join' && !player.isHere) {
              player.isHere = true;
              player.generation++;
              join(it, one.who, undefined, { generation: player.generation });
            } else if (one.kind === 'session') {
              drain();
              it.core.handle({ type: 'newSession' });
            } else if (one.kind === 'drain') drain();
          }
          drain();
          it.core.handle({ type: 'stop' });

          expect(it.reports.at(-1)).toEqual({ type: 'stopped', reason: 'asked', text: 'Recording stopped.' });
          expect(it.disk.openDescriptors()).toBe(0);
          const recorded = new Map<string, Timeline>();
          for (const [session, items] of sessionsOf(it)) {
            for (const { fileName, startSample, channels, samples } of items) {
              const channelId = Number(/_(\d+)-\d+-[12](_\d+)?\.wav$/.exec(fileName)![1]) - 50_000;
              const key = `${session} ${channelId}`;
              const timeline = recorded.get(key) ?? new Timeline();
              recorded.set(key, timeline);
              timeline.put(startSample, channels, samples);
            }
          }
          expect([...recorded.keys()].sort()).toEqual([...played.keys()].sort());
          for (const [key, timeline] of played) expect(timeline.firstDifference(recorded.get(key))).toBe(-1);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of two players stay aligned when sound of one gets lost: silence of the same length is in its place', () => {
    const it = desk();
    join(it, 0, 'Anna');
    join(it, 1, 'Bert');
    it.core.handle({ type: 'start' });
    for (let frame = 0; frame < 100; frame++) {
      it.tap.push(numberedFrame(0, frame));
      if (frame < 40 || frame >= 45) it.tap.push(numberedFrame(1, frame));
    }
    it.run();
    it.core.handle({ type: 'stop' });
    const [items = []] = sessionsOf(it).values();
    expect(items.map(({ samples, startSample }) => [startSample, samples.length])).toEqual([
      [0, 12_800],
      [0, 12_800],
    ]);
    const bert = items[1]!.samples;
    const silent = Array.from(bert.keys()).filter((i) => bert[i] === 0);
    expect([silent[0], silent.at(-1), silent.length]).toEqual([40 * 128, 45 * 128 - 1, 5 * 128]);
  });

  test('go on in a new file when a player has been away for long', () => {
    const it = desk();
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    for (const frame of [0, 1, 10_000, 10_001]) it.tap.push(numberedFrame(0, frame));
    it.run();
    it.core.handle({ type: 'stop' });
    const [items = []] = sessionsOf(it).values();
    expect(items.map(({ fileName, startSample, samples }) => [fileName, startSample, samples.length])).toEqual([
      ['Anna-10_0_0_x_50000-0-1.wav', 0, 256],
      ['Anna-10_0_0_x_50000-10000-1.wav', 1_280_000, 256],
    ]);
  });

  test('go on in a new file where the disk takes no longer ones, without a missing sample', () => {
    const it = desk();
    it.disk.maxFileBytes = 200_000;
    join(it, 0, 'Anna');
    it.core.handle({ type: 'start' });
    const frames = Array.from({ length: 2000 }, (_, frame) => numberedFrame(0, frame, { channels: 2 }));
    for (const frame of frames) it.tap.push(frame);
    it.run();
    it.core.handle({ type: 'stop' });
    const [items = []] = sessionsOf(it).values();
    expect(items.length).toBeGreaterThan(5);
    const played = new Timeline();
    const recorded = new Timeline();
    for (const { frame, samples } of frames) played.put(frame * 128, 2, samples);
    for (const { startSample, samples } of items) recorded.put(startSample, 2, samples);
    expect(recorded.firstDifference(played)).toBe(-1);
  });

  test('of a player who has said their name too late for the file’s are listed under it', () => {
    const it = desk();
    join(it, 0);
    it.core.handle({ type: 'start' });
    for (let frame = 0; frame < 1000; frame++) it.tap.push(numberedFrame(0, frame));
    it.run();
    const [folder] = [...it.disk.folders].filter((path) => path !== FOLDER);
    const name = folder!.slice(FOLDER.length + 1);
    it.core.handle({ type: 'named', channelId: 0, name: 'Zoë' });
    const journal = parseJournal(it.disk.text(`${folder}/${name}.part`)!);
    expect(journal).toEqual([
      { startSample: 0, fileName: '____-10_0_0_x_50000-0-1.wav', track: 'Zoe_-10_0_0_x_50000' },
    ]);
    it.core.handle({ type: 'stop' });
    expect(it.disk.text(`${folder}/${name}.rpp`)).toContain('NAME Zoe_-10_0_0_x_50000 (1)');
    expect(it.disk.fileNames()).toEqual([`${name}.lof`, `${name}.rpp`, '____-10_0_0_x_50000-0-1.wav']);
  });

  test('of the former and the new user of a channel are not mixed up when the disk is behind', () => {
    const it = desk({ tap: new FakeTap() });
    join(it, 0, 'Anna', { generation: 1, port: 50_000 });
    it.core.handle({ type: 'start' });
    for (let frame = 0; frame < 10; frame++) it.tap.push(numberedFrame(0, frame, { generation: 1 }));
    join(it, 0, 'Bert', { generation: 2, port: 60_000 });
    for (let frame = 10; frame < 20; frame++) it.tap.push(numberedFrame(0, frame, { generation: 2 }));
    it.run();
    it.core.handle({ type: 'stop' });
    const wavs = it.disk.fileNames().filter((name) => name.endsWith('.wav'));
    expect(wavs).toEqual(['Anna-10_0_0_x_50000-0-1.wav', 'Bert-10_0_0_x_60000-10-1.wav']);
  });
});
