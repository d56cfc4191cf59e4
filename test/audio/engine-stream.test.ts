import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audioDatagramBytes } from '../support/datagram-bytes.ts';
import { type EchoPeer, kernelDrops, startEchoPeer } from './echo-peer.ts';
import { cleanStretch, format, missingFrames, type Rig, sequenceOf, startRig, toneLevel } from './engine-rig.ts';
import { outFile } from './signals.ts';

const FORMATS = ([64, 128] as const).flatMap((frameSamples) =>
  ([1, 2] as const).flatMap((channels) =>
    (['low', 'normal', 'high', 'max'] as const).flatMap((quality) =>
      ([1, 2] as const).map((blockFactor) => ({ frameSamples, channels, quality, blockFactor })),
    ),
  ),
);

/** audio.md §2.1: coded bytes a frame by samples, channels and quality. */
const FRAME_BYTES = {
  64: { 1: { low: 12, normal: 22, high: 36, max: 128 }, 2: { low: 24, normal: 35, high: 73, max: 256 } },
  128: { 1: { low: 25, normal: 45, high: 82, max: 256 }, 2: { low: 47, normal: 71, high: 165, max: 512 } },
} as const;

describe('Each format, one after the other on one engine', () => {
  const path = outFile('engine-formats.wav');
  const heard = new Map<string, { from: number; to: number }>();
  let rig: Rig;
  let peer: EchoPeer;
  let lastNumber: number | undefined;
  let lostBefore = 0;

  beforeAll(async () => {
    peer = await startEchoPeer();
    rig = await startRig({ outputPath: path });
  });

  afterAll(() => {
    peer.close();
  });

  test.each(FORMATS)('$frameSamples samples, $channels channels, $quality, $blockFactor a datagram', async (wanted) => {
    const { frameSamples, channels, quality, blockFactor } = wanted;
    const stream = format(frameSamples, channels, quality, blockFactor);
    const errorsBefore = rig.count('codecErrors') + rig.count('sendFailures');
    peer.received.length = 0;
    const begun = rig.frames();
    rig.engine.setStream(stream, peer.address);
    const stretch = await cleanStretch(rig);
    heard.set(JSON.stringify(wanted), stretch);
    // The format that comes next takes over from here: all that is on the way belongs to this one.
    rig.engine.setStream(null, peer.address);
    await rig.periods(3);
    await new Promise((resolve) => setTimeout(resolve, 20));

    const bytes = (FRAME_BYTES[frameSamples][channels][quality] + 1) * blockFactor;
    expect(audioDatagramBytes(stream)).toBe(bytes);
    const lost = kernelDrops(peer.port) - lostBefore;
    lostBefore += lost;
    const blockFrames = frameSamples * blockFactor;
    expect((peer.received.length + lost) * blockFrames).toBeGreaterThan(stretch.to - begun - blockFrames - 64);
    expect(new Set(peer.received.map(({ length }) => length))).toEqual(new Set([bytes]));
    // No number is missing, neither within a stream nor between one and the next (audio.md §2.4).
    const sequence = sequenceOf(peer.received, stream);
    const whole = lastNumber === undefined ? sequence : [lastNumber, ...sequence];
    expect(missingFrames(whole)).toBeLessThanOrEqual(lost * blockFactor);
    lastNumber = sequence.at(-1);
    expect(rig.count('codecErrors') + rig.count('sendFailures')).toBe(errorsBefore);
  });

  test('and all of them come back as the same tone at the same level on both sides', async () => {
    await rig.stop();
    expect(heard.size).toBe(FORMATS.length);
    for (const [name, { from, to }] of heard) {
      for (const channel of [0, 1] as const) {
        const decibels = 20 * Math.log10(toneLevel(path, from, to, channel) / 0.1);
        expect(Math.abs(decibels), `${name}: ${decibels} dB`).toBeLessThan(1);
      }
    }
  });
});

describe.concurrent.each([32, 64, 128, 256] as const)('Periods of %i frames', (periodFrames) => {
  test('carry streams of 64, 128, 256 and 512 frames a datagram without a gap', async () => {
    const path = outFile(`engine-period-${periodFrames}.wav`);
    const peer = await startEchoPeer();
    const rig = await startRig({ outputPath: path, periodFrames });
    const heard: { blockFrames: number; from: number; to: number }[] = [];
    for (const [frameSamples, blockFactor] of [
      [64, 1],
      [128, 1],
      [128, 2],
      [128, 4],
    ] as const) {
      const stream = format(frameSamples, 2, 'high', blockFactor);
      const lostBefore = kernelDrops(peer.port);
      peer.received.length = 0;
      const begun = rig.frames();
      rig.engine.setStream(stream, peer.address);
      const { from, to } = await cleanStretch(rig);
      heard.push({ blockFrames: frameSamples * blockFactor, from, to });
      rig.engine.setStream(null, peer.address);
      await rig.periods(3);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const lost = kernelDrops(peer.port) - lostBefore;
      const frames = (peer.received.length + lost) * frameSamples * blockFactor;
      // What was captured was sent, but for the block that was being filled.
      expect(frames).toBeGreaterThan(to - begun - frameSamples * blockFactor - periodFrames);
      expect(frames).toBeLessThanOrEqual(rig.frames() - begun + periodFrames);
      expect(missingFrames(sequenceOf(peer.received, stream))).toBeLessThanOrEqual(lost * blockFactor);
    }
    await rig.stop();
    peer.close();
    for (const { blockFrames, from, to } of heard) {
      for (const channel of [0, 1] as const) {
        const decibels = 20 * Math.log10(toneLevel(path, from, to, channel) / 0.1);
        expect(Math.abs(decibels), `${blockFrames} frames: ${decibels} dB`).toBeLessThan(1);
      }
    }
  });
});

test('Sequence numbers that are switched on in mid-stream continue the count that ran unseen', async () => {
  const peer = await startEchoPeer();
  const rig = await startRig();
  const plain = format(64, 2, 'normal', 1, false);
  const numbered = format(64, 2, 'normal', 1, true);
  rig.engine.setStream(plain, peer.address);
  await rig.periods(50);
  rig.engine.setStream(numbered, peer.address);
  await rig.periods(50);
  rig.engine.setStream(plain, peer.address);
  await rig.periods(50);
  rig.engine.setStream(numbered, peer.address);
  await rig.periods(50);
  await rig.stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const lost = kernelDrops(peer.port);
  peer.close();
  expect(new Set(peer.received.map(({ length }) => length))).toEqual(new Set([35, 36]));
  const sizes = peer.received.map(({ length }) => length);
  // Exactly three changes of size: from one period to the next everything is in the new format.
  expect(sizes.slice(1).filter((size, i) => size !== sizes[i])).toEqual([36, 35, 36]);
  // The first frame of this thread is number 0, with or without its byte.
  const wrong = peer.received.filter((datagram, n) => datagram.length === 36 && datagram[35] !== (n & 255));
  // A datagram that this process did not fetch in time would shift the count.
  expect(lost > 0 ? [] : wrong).toEqual([]);
});
