/**
 * The sound itself, through a real server to and from a real client: every format the box can be set to.
 *
 * How it is compared: both directions run at once, each musician without themselves in their mix, left and right with
 * different music. A second of what was heard is looked for in what was played; around the lag found (± 50 ms), every
 * half second is compared by itself (normalised cross-correlation at the full rate, signal.ts), and the median of
 * these counts: a frame lost because the machine stalled spoils its half second only.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, startClient } from '../peers/client.ts';
import { type Jack, startJack } from '../peers/jack.ts';
import { playAndRecord } from '../peers/jackpulse.ts';
import { createPeers, type Peers, withPeers } from '../peers/processes.ts';
import { type Server, startServer } from '../peers/server.ts';
import { align, alignPieces, musicLike } from '../peers/signal.ts';
import { readWav, writeWav } from '../peers/wav.ts';
import { startBox } from './box.ts';

type Sound = readonly [Float32Array, Float32Array];
type Format = {
  channels: 'mono' | 'stereo' | 'mono-in-stereo-out';
  frames: 64 | 128;
  factor: 1 | 2;
  quality: 'low' | 'normal' | 'high';
};

const RATE = 48_000;
/** Quiet enough that no feedback guard takes it for a howl. */
const PEAK = 0.3;
const boxPlays: Sound = [musicLike(14, 1, PEAK), musicLike(14, 2, PEAK)];
const annaPlays: Sound = [musicLike(4, 3, PEAK), musicLike(4, 4, PEAK)];
/** The machine may stand still: everything later is late by that. */
const DRIFT_FRAMES = 2400;
const EMPTY = new Float32Array(0);

const mono = ([left, right]: Sound): Float32Array => left.map((sample, i) => (sample + (right[i] ?? 0)) / 2);

const bothSides = (sound: Float32Array): Sound => [sound, sound];

/** What the channel mode makes of a stereo input (audio.md §4 item 4): one for both sides is the sum, not the mean. */
function sentSound(sound: Sound, { channels }: Format): Sound {
  if (channels === 'stereo') return sound;
  const mean = mono(sound);
  return bothSides(channels === 'mono' ? mean : mean.map((sample) => 2 * sample));
}

/** How alike `piece` is to a part of `whole`, wherever that is; see the head of this file. */
function likeness(piece: Float32Array, whole: Float32Array) {
  const found = align(piece, whole, { fromFrame: RATE, frames: RATE, maxLagFrames: whole.length });
  const near = { minLagFrames: found.lagFrames - DRIFT_FRAMES, maxLagFrames: found.lagFrames + DRIFT_FRAMES };
  const { correlation, lagFrames, pieces } = alignPieces(piece, whole, near);
  // The last 1.5 s: a server fades newcomers in for 3 s (audio.md §5).
  const gain =
    pieces
      .slice(-3)
      .map((one) => one.gain)
      .sort((a, b) => a - b)[1] ?? 0;
  return { correlation, lagFrames, gain };
}

/** Correlation of another sound at the same place. */
function likenessAt(lagFrames: number, piece: Float32Array, whole: Float32Array): number {
  return align(piece, whole, { minLagFrames: lagFrames, maxLagFrames: lagFrames }).correlation;
}

/** Both ends play and listen at once. */
async function playTogether(peers: Peers, anna: Client, server: Server, jack: Jack, format: Format) {
  const input = join(peers.folder, 'input.wav');
  const output = join(peers.folder, 'output.wav');
  writeWav(input, boxPlays);
  const box = await startBox(peers, {
    args: [
      ...['--server', server.address, '--input', input, '--output', output],
      ...['--channels', format.channels, '--frames', `${format.frames}`, '--block-factor', `${format.factor}`],
      ...['--quality', format.quality, '--period', `${format.frames}`, '--jitter', '12'],
    ],
  });
  await box.connected();
  const { visit } = await box.waitFor('a word about recording', (state) => state.visit.recorder.state !== 'unknown');
  const own = visit.people.find((person) => person.isOwn)?.channelId ?? -1;
  box.dispatch({ type: 'setMix', channelId: own, change: { gain: 0 } });
  await box.waitFor('itself out of the mix', (state) => state.visit.people.some((p) => p.isOwn && p.mix.gain === 0));
  await sleep(200);
  const { recorded } = await playAndRecord(peers, {
    name: 'pulse',
    jack,
    frames: 4.5 * RATE,
    play: annaPlays,
    to: anna.inputs,
    from: anna.outputs,
  });
  const statistics = await box.quit();
  const heardByBox = readWav(output).channels;
  return {
    atAnna: [recorded[0] ?? EMPTY, recorded[1] ?? EMPTY] as const,
    atBox: [heardByBox[0] ?? EMPTY, heardByBox[1] ?? EMPTY] as const,
    statistics,
  };
}

const QUALITIES = ['low', 'normal', 'high'] as const;
const CHANNELS = ['mono', 'stereo'] as const;
const every = (frames: 64 | 128, factor: 1 | 2): Format[] =>
  CHANNELS.flatMap((channels) => QUALITIES.map((quality) => ({ channels, frames, factor, quality })));
const one = (frames: 64 | 128, channels: Format['channels'] = 'stereo'): Format[] => [
  { channels, frames, factor: 1, quality: 'high' },
];

describe.each([
  {
    name: 'a 64-sample server (-F)',
    fast64: true,
    formats: [...every(64, 1), ...one(128), ...one(64, 'mono-in-stereo-out')],
  },
  { name: 'a 128-sample server', fast64: false, formats: [...every(128, 1), ...every(128, 2), ...one(64)] },
])('Music on $name', ({ fast64, formats }) => {
  let peers: Peers;
  let jack: Jack;
  let server: Server;
  let anna: Client;
  beforeAll(async () => {
    peers = createPeers(`sound-${fast64 ? 64 : 128}`);
    jack = await startJack(peers, { name: `sound${process.pid}`, periodFrames: 64 });
    server = await startServer(peers, { port: 23_200, fast64 });
    anna = await startClient(peers, {
      ...{ name: 'anna', port: 23_300, jack, server: server.address, autoConnect: false, withoutOwn: true },
      ...{ small: fast64, jitter: { client: 12, server: 12 } },
    });
  });
  afterAll(() => peers.end());

  it.each(formats)(
    'is the same at the other end, both ways: $channels, $frames frames x $factor, $quality quality',
    async (format) => {
      const folder = `sound-${format.channels}-${format.frames}x${format.factor}-${format.quality}`;
      await withPeers(folder, async (own) => {
        const { atAnna, atBox, statistics } = await playTogether(own, anna, server, jack, format);
        const sentByBox = sentSound(boxPlays, format);
        const sentByAnna = format.channels === 'mono' ? bothSides(mono(annaPlays)) : annaPlays;
        for (const side of [0, 1] as const) {
          const toAnna = likeness(atAnna[side], sentByBox[side]);
          const toBox = likeness(sentByAnna[side], atBox[side]);
          console.log(
            `${folder} ${side}: to the client ${toAnna.correlation.toFixed(4)} x ${(1 / toAnna.gain).toFixed(2)}`,
            `to the box ${toBox.correlation.toFixed(4)} x ${toBox.gain.toFixed(2)}`,
          );
          expect(toAnna.correlation).toBeGreaterThan(0.95);
          expect(toBox.correlation).toBeGreaterThan(0.95);
          // 0.97 to 1.00 was seen; the piece that was heard stands in for the original in the direction to the client.
          for (const gain of [1 / toAnna.gain, toBox.gain]) {
            expect(gain).toBeGreaterThan(0.9);
            expect(gain).toBeLessThan(1.1);
          }
          // The other side's music at the same place is something else.
          const other = side === 0 ? 1 : 0;
          if (sentByBox === boxPlays) {
            expect(likenessAt(toAnna.lagFrames, atAnna[side], sentByBox[other])).toBeLessThan(0.3);
          }
          if (sentByAnna === annaPlays) {
            expect(likenessAt(toBox.lagFrames, sentByAnna[other], atBox[side])).toBeLessThan(0.3);
          }
        }
        if (format.channels === 'mono') expect(atBox[0]).toEqual(atBox[1]);
        expect(statistics.counters).toMatchObject({ codecErrors: 0, foreign: 0, sendFailures: 0 });
      });
    },
  );
});
