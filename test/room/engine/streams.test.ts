import { describe, expect, it } from 'vitest';
import { createDecoder, createEncoder } from '../../../src/opus/codec.ts';
import { audioDatagramBytes } from '../../support/datagram-bytes.ts';
import { testOpus } from '../../support/opus.ts';
import { createRig, join, type Player } from './engine-rig.ts';
import { opus, raw } from './formats.ts';

const SERVER_FRAMES = [64, 128] as const;
const CODEC_FRAMES = [64, 128] as const;
const CHANNELS = [1, 2] as const;
const BLOCK_FACTORS = [1, 2, 4] as const;
const library = await testOpus(8);

const cases = SERVER_FRAMES.flatMap((server) =>
  CODEC_FRAMES.flatMap((codec) =>
    CHANNELS.flatMap((channels) => BLOCK_FACTORS.map((factor) => ({ server, codec, channels, factor }))),
  ),
);

/** Rising samples: every one is told from its neighbours. */
function ramp(length: number, from: number): Int16Array {
  return Int16Array.from({ length }, (_, i) => from + i);
}

describe.each(cases)('A room of $server samples, frames of $codec, $channels channels, $factor a datagram', (it0) => {
  const { server, codec, channels, factor } = it0;
  const blockSamples = codec * factor;
  const ticksPerBlock = blockSamples / server;

  it('gives raw audio back sample by sample, without gap or repetition', () => {
    const rig = createRig({ frameSamples: server, maxChannels: 2 });
    const player = join(rig, 1, raw(codec, channels, factor));
    const heard: number[] = [];
    let sent = 0;
    let owed = 0;
    const total = 16 * blockSamples * channels;
    for (let tick = 0; tick < 200; tick++) {
      owed += 1;
      if (owed >= ticksPerBlock && sent < total) {
        for (; owed >= ticksPerBlock && sent < total; owed -= ticksPerBlock) {
          player.sendRaw(ramp(blockSamples * channels, 1 + sent));
          sent += blockSamples * channels;
        }
      }
      rig.tick();
      heard.push(...player.heard());
    }
    const start = heard.indexOf(1);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(heard.slice(start, start + total)).toEqual([...ramp(total, 1)]);
    expect(rig.count('wrongSize')).toBe(0);
  });

  it('answers Opus in the same format, at the same rate, with running numbers', () => {
    const rig = createRig({ frameSamples: server, maxChannels: 2 });
    const format = opus(codec, channels, factor);
    const player = join(rig, 0, format);
    const encoder = createEncoder(library, { frameSamples: codec, channels });
    const decoder = createDecoder(library, { frameSamples: codec, channels });
    encoder.setFrameBytes(format.frameBytes);
    let phase = 0;
    const datagrams: Uint8Array[] = [];
    for (let tick = 1; tick <= 512; tick++) {
      // Blocks shorter than a tick come two at a time.
      const due = Math.floor(tick / ticksPerBlock) - Math.floor((tick - 1) / ticksPerBlock);
      for (let block = 0; block < due; block++) {
        const frames = Array.from({ length: factor }, () => {
          for (let i = 0; i < codec; i++, phase++) {
            for (let c = 0; c < channels; c++) {
              encoder.pcm[i * channels + c] = 0.3 * Math.sin((2 * Math.PI * 1000 * phase) / 48000);
            }
          }
          encoder.encode();
          return encoder.bytes.slice(0, format.frameBytes);
        });
        player.sendFrames(frames);
      }
      rig.tick();
      datagrams.push(...rig.got(player.peer));
    }
    expect(datagrams.length).toBe((512 * server) / blockSamples);
    expect(new Set(datagrams.map(({ length }) => length))).toEqual(new Set([audioDatagramBytes(format)]));
    const stride = format.frameBytes + 1;
    const frames = datagrams.flatMap((datagram) =>
      Array.from({ length: factor }, (_, i) => datagram.subarray(i * stride, (i + 1) * stride)),
    );
    const numbers = frames.map((frame) => frame[format.frameBytes]!);
    expect(numbers.slice(1).every((number, i) => number === ((numbers[i]! + 1) & 255))).toBe(true);
    let power = 0;
    let samples = 0;
    frames.forEach((frame, n) => {
      decoder.bytes.set(frame.subarray(0, format.frameBytes));
      expect(decoder.decode(format.frameBytes)).toBe(0);
      if (n < frames.length / 2) return;
      for (const sample of decoder.pcm) power += sample * sample;
      samples += decoder.pcm.length;
    });
    expect(Math.sqrt(power / samples)).toBeCloseTo(0.3 / Math.SQRT2, 1);
    expect(rig.count('codecErrors')).toBe(0);
    encoder.destroy();
    decoder.destroy();
  });
});

it('A newcomer fades in over three seconds, for everybody and everybody for them', () => {
  const rig = createRig();
  const anna = join(rig, 0, raw(128, 1, 1, false));
  const ben = join(rig, 1, raw(128, 1, 1, false), false);
  anna.heard();
  ben.heard();
  const heardByAnna: number[] = [];
  const heardByBen: number[] = [];
  for (let n = 0; n < 1200; n++) {
    anna.sendRaw(new Int16Array(128).fill(1000));
    ben.sendRaw(new Int16Array(128).fill(8000));
    rig.tick();
    heardByAnna.push(anna.heard()[64]! - 1000);
    heardByBen.push(ben.heard()[64]!);
  }
  for (const n of [0, 100, 561, 1000, 1123]) {
    expect(Math.abs(heardByAnna[n]! - (8000 * (n + 1)) / 1125)).toBeLessThanOrEqual(1);
    expect(Math.abs(heardByBen[n]! - (9000 * (n + 1)) / 1125)).toBeLessThanOrEqual(1);
  }
  expect(heardByAnna[1199]).toBe(8000);
});

it('A short gap is concealed, a long one ends in silence, and the sound comes back', () => {
  const rig = createRig();
  const format = opus(128, 1, 1, false);
  const sender = join(rig, 0, format);
  const listener = join(rig, 1, raw(128, 1, 1, false));
  const encoder = createEncoder(library, { frameSamples: 128, channels: 1 });
  encoder.setFrameBytes(format.frameBytes);
  const play = (frames: number) => {
    for (let n = 0; n < frames; n++) {
      for (let i = 0; i < 128; i++) encoder.pcm[i] = 0.5 * Math.sin((2 * Math.PI * 6 * i) / 128);
      encoder.encode();
      sender.sendFrames([encoder.bytes.slice(0, format.frameBytes)]);
      rig.tick();
    }
  };
  const peak = (samples: Int16Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  play(20);
  listener.heard();
  rig.tick();
  expect(peak(listener.heard())).toBeGreaterThan(5000);
  rig.tick(200);
  listener.heard();
  rig.tick(10);
  expect(peak(listener.heard())).toBe(0);
  play(5);
  listener.heard();
  play(5);
  expect(peak(listener.heard())).toBeGreaterThan(5000);
  encoder.destroy();
});

it('A client gets no audio before it has said who it is and what it sends', () => {
  const rig = createRig();
  const listener = join(rig, 0, raw(128, 1), false);
  rig.order({ type: 'setTransport', channelId: 0, format: null });
  rig.got(listener.peer);
  rig.tick(10);
  expect(rig.got(listener.peer)).toEqual([]);
  rig.order({ type: 'setTransport', channelId: 0, format: raw(128, 1) });
  rig.tick(10);
  expect(rig.got(listener.peer).length).toBe(10);
});

it('The meter shows the largest negative sample, falls by half, and is due 3.7 times a second', () => {
  const rig = createRig();
  const anna = join(rig, 0, raw(128, 1, 1, false));
  const due = rig.count('levelsDue');
  for (let n = 0; n < 101; n++) {
    anna.sendRaw(new Int16Array(128).fill(-32768));
    rig.tick();
  }
  expect(rig.count('levelsDue')).toBe(due + 1);
  expect(rig.room.levels[0]).toBe(9);
  rig.tick(101);
  expect(rig.room.levels[0]).toBe(8);
  rig.tick(101 * 16);
  expect(rig.room.levels[0]).toBe(0);
});

it('Without consent nobody is heard, and with it only after digital silence', () => {
  const rig = createRig();
  const anna = join(rig, 0, raw(128, 1, 1, false));
  const ben = join(rig, 1, raw(128, 1, 1, false));
  const play = (value: number) => {
    let heard = 0;
    for (let n = 0; n < 30; n++) {
      anna.sendRaw(new Int16Array(128).fill(value));
      rig.tick();
      heard = Math.max(heard, ...ben.heard());
    }
    return heard;
  };
  expect(play(1000)).toBe(1000);
  rig.order({ type: 'setMixing', channelId: 0, mixing: 'no' });
  rig.tick();
  ben.heard();
  expect(play(1000)).toBe(0);
  expect(play(0)).toBe(0);
  expect(play(1000)).toBe(0);
  rig.order({ type: 'setMixing', channelId: 0, mixing: 'once-silent' });
  expect(play(1000)).toBe(0);
  expect(play(0)).toBe(0);
  expect(play(1000)).toBe(1000);
});

it('The recorder gets every frame of those who are mixed, before gain and fade, and the loss of what it leaves lying', () => {
  const rig = createRig();
  const anna: Player = join(rig, 0, raw(128, 2, 1, false), false);
  join(rig, 2, raw(128, 1), false);
  rig.order({ type: 'setMixing', channelId: 2, mixing: 'no' });
  rig.order({ type: 'setRecording', on: true });
  anna.sendRaw(ramp(256, -128));
  rig.tick(2);
  const first = rig.tap.read()!;
  expect({ ...first, samples: [...first.samples] }).toEqual({
    ...{ start: 1, channelId: 0, generation: 1, frame: 0, channels: 2 },
    samples: [...ramp(256, -128)],
  });
  expect(rig.tap.read()).toMatchObject({ frame: 1, channelId: 0 });
  expect(rig.tap.read()).toBeUndefined();
  for (let left = rig.tap.capacity() + 5; left > 0; left -= 1000) {
    anna.sendRaw(ramp(256, -128)); // A sign of life, before the time-out of 30 s.
    rig.tick(Math.min(1000, left));
  }
  expect(rig.tap.lost()).toBe(5);
  expect(rig.tap.waiting()).toBe(rig.tap.capacity());
  rig.order({ type: 'setRecording', on: false });
  rig.tick();
  rig.order({ type: 'setRecording', on: true });
  while (rig.tap.read() !== undefined);
  rig.tick();
  expect(rig.tap.read()).toMatchObject({ start: 2, frame: 0 });
  expect(rig.tap.progress()).toEqual({ start: 2, frames: 1 });
});
