import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startJack } from '../peers/jack.ts';
import { createPeers, type PeerProcess, type Peers } from '../peers/processes.ts';
import { musicLike } from '../peers/signal.ts';
import { until } from '../peers/wait.ts';
import { readWav, writeWav } from '../peers/wav.ts';
import { type AlsaEnv, compileC, writeTestCardConf } from './build.ts';
import { type CardFormat, createTestCard, type TestCard } from './control.ts';

const ReportSchema = v.object({
  periods: v.number(),
  restarts: v.number(),
  timeouts: v.number(),
  refusals: v.number(),
  reopens: v.number(),
  hiccups: v.number(),
});
/** One bit that is heard in every format. */
const PULSE = 0x12345600;

let peers: Peers;
let env: AlsaEnv;
let card: TestCard;
const cardName = `tc${process.pid}`;

function makeCard(mode: 'loop' | 'wire'): TestCard {
  card = createTestCard(cardName, mode);
  return card;
}

type ProbeOptions = {
  format?: CardFormat;
  channels?: 1 | 2;
  periodFrames?: number;
  periods?: number;
  seconds?: number;
};

function startProbe(options: ProbeOptions = {}): PeerProcess {
  const { format = 'S32_LE', channels = 2, periodFrames = 64, periods = 4, seconds = 2 } = options;
  const program = compileC(join(import.meta.dirname, 'probe.c'), 'probe', ['-lasound', '-lpthread']);
  const args = [cardName, format, channels, periodFrames, periods, seconds].map(String);
  return peers.start('probe', 'taskset', ['-c', '0', 'chrt', '-f', '70', program, ...args], env);
}

const running = () => until('a running probe', () => card.status('capture').running && card.status('playback').running);

async function reportOf(probe: PeerProcess) {
  expect(await probe.ended).toBe(0);
  return v.parse(ReportSchema, JSON.parse(probe.log().trim().split('\n').at(-1) ?? ''));
}

/** Feeds one sample 100 ms ahead and gives the frames at which anything but silence was played, after the feed. */
async function feedPulse(sample: number): Promise<{ fedAt: number; playedAt: number[]; sample: number | undefined }> {
  const fedAt = card.frameNow() + 4800;
  card.feed(fedAt, Int32Array.of(sample));
  await until('the pulse', () => card.frameNow() > fedAt + 12_000);
  const { left } = card.played(fedAt, 12_000);
  const playedAt = [...left.keys()].filter((i) => left[i] !== 0).map((i) => fedAt + i);
  return { fedAt, playedAt, sample: left[(playedAt[0] ?? 0) - fedAt] };
}

beforeEach(() => {
  peers = createPeers('testcard');
  env = writeTestCardConf(peers.folder, [cardName]);
});
afterEach(async () => {
  await peers.end();
  card.close();
});

describe('A program on the test card', () => {
  it('runs 20 s at 64 frames and two periods with no xrun but when the machine stalled', {
    timeout: 40_000,
  }, async () => {
    makeCard('wire');
    const startNs = process.hrtime.bigint();
    const startFrame = card.frameNow();
    const probe = startProbe({ periods: 2, seconds: 20 });
    await running();
    const report = await reportOf(probe);
    expect(report).toMatchObject({ timeouts: 0, refusals: 0 });
    expect(report.restarts).toBeLessThanOrEqual(report.hiccups);
    expect(report.periods).toBeGreaterThan(19.5 * 750);
    expect(card.status('playback')).toMatchObject({ opens: 1, starts: 1 + report.restarts, pid: 0, running: false });
    const elapsedSeconds = Number(process.hrtime.bigint() - startNs) / 1e9;
    expect((card.frameNow() - startFrame) / elapsedSeconds).toBeCloseTo(48_000, 0);
  });

  it.each<[CardFormat, 1 | 2, number, number]>([
    ['S32_LE', 2, 64, 2],
    ['S16_LE', 2, 64, 3],
    ['S24_3LE', 2, 128, 2],
    ['S32_LE', 1, 32, 4],
    ['S16_LE', 1, 1024, 2],
    ['S24_3LE', 1, 256, 8],
  ])(
    'hears in %s with %i channels what the test feeds, and is heard exactly a buffer later (%i x %i)',
    async (format, channels, periodFrames, periods) => {
      makeCard('wire');
      startProbe({ format, channels, periodFrames, periods, seconds: 5 });
      await running();
      const { fedAt, playedAt, sample } = await feedPulse(PULSE);
      expect(playedAt).toEqual([fedAt + periodFrames * periods]);
      expect(sample).toBe(format === 'S16_LE' ? 0x12340000 : PULSE);
      expect(card.status('capture')).toMatchObject({ periodFrames, bufferFrames: periodFrames * periods, channels });
    },
  );

  it('captures on a looped card exactly what is played at the same card frame', async () => {
    makeCard('loop');
    const music = musicLike(2, 1).map((sample) => Math.round(sample * 32_000) / 32_768 + 0);
    const [played, captured] = [join(peers.folder, 'played.wav'), join(peers.folder, 'captured.wav')];
    writeWav(join(peers.folder, 'float.wav'), [music, music]);
    execFileSync('sox', ['-D', join(peers.folder, 'float.wav'), '-e', 'signed', '-b', '32', played]);
    const params = ['-D', cardName, '--period-size=64', '--buffer-size=512'];
    const recordFormat = ['-f', 'S32_LE', '-r', '48000', '-c', '2', '-d', '3'];
    const arecord = peers.start('arecord', 'chrt', ['-f', '70', 'arecord', ...params, ...recordFormat, captured], env);
    await until('a running capture', () => card.status('capture').running);
    await peers.start('aplay', 'chrt', ['-f', '70', 'aplay', ...params, played], env).ended;
    await arecord.ended;
    const lagFrames = card.status('playback').startFrame - card.status('capture').startFrame;
    const heard = readWav(captured).channels[0] ?? new Float32Array(0);
    expect(heard.slice(0, lagFrames).every((sample) => sample === 0)).toBe(true);
    expect(heard.slice(lagFrames, lagFrames + music.length)).toEqual(music);
    expect(card.status('playback').transferred).toBeGreaterThanOrEqual(music.length);
  });

  it('follows the drift of the card', async () => {
    makeCard('wire');
    card.setDriftPpm(20_000);
    const probe = startProbe({ seconds: 4 });
    await running();
    const [first, firstNs] = [card.status('capture').transferred, process.hrtime.bigint()];
    await sleep(3000);
    const [last, lastNs] = [card.status('capture').transferred, process.hrtime.bigint()];
    expect(((last - first) / Number(lastNs - firstNs)) * 1e9).toBeGreaterThan(48_000 * 1.015);
    const { restarts, hiccups } = await reportOf(probe);
    expect(restarts).toBeLessThanOrEqual(hiccups);
  });

  it('meets an xrun when one is forced, and goes on', async () => {
    makeCard('wire');
    const probe = startProbe();
    await running();
    card.forceXrun('capture');
    await until('the xrun', () => card.status('capture').xruns === 1);
    expect(await reportOf(probe)).toMatchObject({ restarts: 1, reopens: 0 });
    expect(probe.log()).toMatch(/^(wait|read) Broken pipe$/m);
    expect(card.status('playback').starts).toBe(2);
  });

  it('meets a suspend, and goes on', async () => {
    makeCard('wire');
    const probe = startProbe();
    await running();
    card.suspend();
    expect(await reportOf(probe)).toMatchObject({ restarts: 1, reopens: 0 });
    expect(probe.log()).toMatch(/^(wait|read|write) Streams pipe error$/m);
    expect(card.status('capture').suspends).toBe(1);
  });

  it('waits in vain while the card stands still, and runs again after it', async () => {
    makeCard('wire');
    const probe = startProbe({ seconds: 3 });
    await running();
    card.stall();
    await sleep(900);
    card.endStall();
    const { timeouts, periods, reopens } = await reportOf(probe);
    expect(timeouts).toBeGreaterThanOrEqual(2);
    expect(periods).toBeGreaterThan(750);
    expect(reopens).toBe(0);
  });

  it('loses an unplugged card with ENODEV, cannot open it, and opens it when it is back', async () => {
    makeCard('wire');
    const probe = startProbe({ seconds: 3 });
    await running();
    card.unplug();
    await until('the loss', () => /No such device/.test(probe.log()));
    await sleep(500);
    expect(card.status('capture').pid).toBe(0);
    card.plugIn();
    await running();
    const report = await reportOf(probe);
    expect(report).toMatchObject({ reopens: 1 });
    expect(report.refusals).toBeGreaterThan(10);
    expect(probe.log()).toMatch(/^(wait|read|write) No such device$/m);
  });

  it('is refused formats, short periods and mono, as real hardware does', async () => {
    makeCard('wire');
    card.offerFormats(['S16_LE', 'S24_3LE']);
    card.setMinPeriodBytes(256);
    card.setChannels(2, 2);
    const refused = async (options: ProbeOptions) => {
      const probe = startProbe({ ...options, seconds: 0.2 });
      return (await probe.ended) === 1 && /open Invalid argument/.test(probe.log());
    };
    expect(await refused({ format: 'S32_LE', periodFrames: 64 })).toBe(true);
    expect(await refused({ format: 'S16_LE', periodFrames: 32 })).toBe(true);
    expect(await refused({ format: 'S16_LE', periodFrames: 64, channels: 1 })).toBe(true);
    expect(await startProbe({ format: 'S16_LE', periodFrames: 64, seconds: 0.2 }).ended).toBe(0);
  });

  it('finds the card busy while another has it', async () => {
    makeCard('wire');
    startProbe({ seconds: 1.5 });
    await running();
    const second = peers.start('second', 'arecord', ['-D', cardName, '-d', '1', '/dev/null'], env);
    expect(await second.ended).not.toBe(0);
    expect(second.log()).toContain('busy');
  });
});

describe('The real JACK server on the test card', () => {
  it('runs on it at 64 frames and two periods, a buffer from capture to playback as the probe', {
    timeout: 30_000,
  }, async () => {
    makeCard('wire');
    const driver = { kind: 'alsa', device: cardName, periods: 2, env } as const;
    const jack = await startJack(peers, { name: cardName, periodFrames: 64, driver });
    await jack.connect('system:capture_1', 'system:playback_1');
    await until('a quiet start', () => card.status('capture').running);
    const { fedAt, playedAt, sample } = await feedPulse(PULSE);
    expect(playedAt.map((frame) => frame - fedAt)).toEqual([128]);
    expect(Math.abs((sample ?? 0) - PULSE)).toBeLessThan(256);
    await sleep(5000);
    expect(card.status('playback').xruns).toBeLessThan(5);
  });
});
