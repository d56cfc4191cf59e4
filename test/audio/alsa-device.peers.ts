/** The sound card device on the test card in all its variants, and on ALSA's own plug-ins. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlsaDeviceOptions, openAlsaDevice } from '../../src/audio/alsa-device.ts';
import { type AudioDevice, OUT_OF_STEP, READY } from '../../src/audio/device.ts';
import { nullSink, silenceSource } from '../../src/audio/generators.ts';
import type { CardRefusal } from '../../src/box/card-fault.ts';
import { requestRealtime } from '../../src/linux/scheduling.ts';
import { createPeers } from '../peers/processes.ts';
import { writeTestCardConf } from '../testcard/build.ts';
import { type CardFormat, createTestCard, type TestCard } from '../testcard/control.ts';

const NAME = `dev${process.pid}`;
const OTHER = `two${process.pid}`;
const PERIOD = 256;
const PERIODS = 4;
/** What the passing-on of a period at a time takes. */
const BUFFER = PERIOD * PERIODS;
/** Both signs, extremes, and one bit of each size. */
const LEFT = Int32Array.from([0x12345600, -0x12345600, 0x7fffff00, -0x80000000, 0x00000100, -0x00000100, 0x01000000]);
const RIGHT = LEFT.toReversed();

let card: TestCard;
let folder: string;
const opened: AudioDevice[] = [];

/** The environment is read when libasound is opened, and its files whenever they have changed. */
beforeAll(() => {
  const peers = createPeers('alsa-device');
  ({ folder } = peers);
  const { ALSA_CONFIG_PATH: conf } = writeTestCardConf(folder, [NAME, OTHER]);
  appendFileSync(
    conf,
    `pcm.playonly { type asym playback.pcm ${NAME} }
pcm.recordonly { type asym capture.pcm ${NAME} }
pcm.filed { type file slave.pcm nothing file "${join(folder, 'played.raw')}" infile "${join(folder, 'fed.raw')}" format raw }
pcm.nothing { type null }
`,
  );
  process.env['ALSA_CONFIG_PATH'] = conf;
  // As the audio thread is.
  requestRealtime(60, undefined);
});

beforeEach(() => {
  card = createTestCard(NAME, 'wire');
});

afterEach(() => {
  for (const device of opened.splice(0)) device.close();
  card.close();
});

function tryOpen(change: Partial<AlsaDeviceOptions> = {}): AudioDevice | CardRefusal {
  const device = openAlsaDevice({ capture: NAME, playback: NAME, periodFrames: PERIOD, periods: PERIODS, ...change });
  if (!('error' in device)) opened.push(device);
  return device;
}

function open(change: Partial<AlsaDeviceOptions> = {}): AudioDevice {
  const device = tryOpen(change);
  if ('error' in device) throw new Error(device.error);
  return device;
}

/** Plays what is captured until `done`; an xrun ends in an error, so that the test is tried again. */
function passOn(device: AudioDevice, done: (periods: number) => boolean): void {
  const period = new Float32Array(2 * device.granted.periodFrames);
  for (let n = 0; !done(n); n++) {
    for (const result of [device.wait(), device.read(period), device.write(period)]) {
      if (result === OUT_OF_STEP) throw new Error('the machine stood still');
      if (result !== READY) throw new Error('the card is lost');
    }
  }
}

/** Feeds `LEFT` and `RIGHT`, and gives what is played exactly a buffer later. */
function passSamplesOn(device: AudioDevice, bufferFrames = BUFFER) {
  const fedAt = card.frameNow() + 9600;
  card.feed(fedAt, LEFT, RIGHT);
  passOn(device, () => card.frameNow() > fedAt + 9600);
  const heard = card.played(fedAt + bufferFrames - 1, LEFT.length + 2);
  expect([heard.left[0], heard.left.at(-1)]).toEqual([0, 0]);
  return { left: [...heard.left.slice(1, -1)], right: [...heard.right.slice(1, -1)] };
}

const kept = (samples: Int32Array, bits: number): number[] =>
  [...samples].map((sample) => (bits === 16 ? (sample >> 16) << 16 : sample));

describe('A card of one format', () => {
  it.each<[CardFormat, number]>([
    ['S32_LE', 24],
    ['S24_3LE', 24],
    ['S24_LE', 24],
    ['FLOAT_LE', 24],
    ['S16_LE', 16],
  ])('%s is taken, and plays bit by bit what it has captured', (format, bits) => {
    card.setFormats([format]);
    const device = open();
    expect(device.granted).toMatchObject({ sides: 'both', periodFrames: PERIOD, bufferFrames: BUFFER + PERIOD });
    expect(device.granted.description).toContain(`${format} 2 ch ${PERIOD}/${BUFFER}`);
    expect(passSamplesOn(device)).toEqual({ left: kept(LEFT, bits), right: kept(RIGHT, bits) });
  });

  it('is taken with the most exact one of several', () => {
    card.setFormats(['S16_LE', 'S24_3LE']);
    expect(open().granted.description).toContain('S24_3LE');
  });
});

describe('A card with other channels', () => {
  it.each([
    { min: 4, max: 4 },
    { min: 3, max: 3 },
    { min: 18, max: 18 },
    { min: 32, max: 32 },
  ])('from $min to $max plays on its first two, and the others stay silent', ({ min, max }) => {
    card.setChannels(min, max);
    const device = open();
    expect(device.granted.description).toContain(` ${min} ch (1, 2) `);
    expect(passSamplesOn(device)).toEqual({ left: [...LEFT], right: [...RIGHT] });
    expect(card.strays()).toBe(0);
  });

  it('plays on the pair that is chosen, and the others stay silent', () => {
    card.setFormats(['S24_3LE']);
    card.setChannels(18, 18, 7);
    const device = open({ inputChannels: [7, 8], outputChannels: [7, 8] });
    expect(passSamplesOn(device)).toEqual({ left: [...LEFT], right: [...RIGHT] });
    expect(card.strays()).toBe(0);
  });

  it('plays sides in the order that is chosen', () => {
    card.setChannels(2, 8, 3);
    const device = open({ inputChannels: [4, 3], outputChannels: [3, 4] });
    expect(device.granted.description).toContain(' 4 ch (4, 3) ');
    expect(passSamplesOn(device)).toEqual({ left: [...RIGHT], right: [...LEFT] });
  });

  it('takes one input for both sides', () => {
    const device = open({ inputChannels: [2, 2] });
    expect(passSamplesOn(device)).toEqual({ left: [...RIGHT], right: [...RIGHT] });
  });

  it('of which there is one is heard on both sides', () => {
    card.setChannels(1, 1);
    const device = open();
    expect(device.granted.description).toContain(' 1 ch ');
    expect(passSamplesOn(device).left).toEqual([...LEFT]);
  });
});

describe('A card with one direction', () => {
  it.each<[string, Partial<AlsaDeviceOptions>, () => void]>([
    ['a card without input', {}, () => card.setAbsent('capture')],
    ['a plug-in without input', { capture: 'playonly', playback: 'playonly' }, () => {}],
    ['a card of which the input is not there by choice', { capture: undefined }, () => {}],
  ])('can be listened to: %s', (_, change, prepare) => {
    prepare();
    const device = open(change);
    expect(device.granted).toMatchObject({ sides: 'output', bufferFrames: BUFFER });
    expect(device.granted.description).toMatch(/^in none, out /);
    const period = new Float32Array(2 * PERIOD).fill(9);
    expect([device.wait(), device.read(period)]).toEqual([READY, READY]);
    expect(period.every((sample) => sample === 0)).toBe(true);
    const before = card.status('playback').applFrame;
    device.write(period.fill(0.5));
    passOn(device, (periods) => periods === 20);
    expect(card.played(before, PERIOD).left.every((sample) => sample === 2 ** 30)).toBe(true);
    expect(card.status('playback').xruns).toBe(0);
  });

  it.each<[string, Partial<AlsaDeviceOptions>, () => void]>([
    ['a card without output', {}, () => card.setAbsent('playback')],
    ['a plug-in without output', { capture: 'recordonly', playback: 'recordonly' }, () => {}],
    ['a card of which the output is not there by choice', { playback: undefined }, () => {}],
  ])('can be heard by others: %s', (_, change, prepare) => {
    prepare();
    const device = open(change);
    expect(device.granted).toMatchObject({ sides: 'input', bufferFrames: PERIOD });
    const fedAt = card.frameNow() + 4800;
    card.feed(fedAt, new Int32Array(9600).fill(2 ** 30));
    const period = new Float32Array(2 * PERIOD);
    let loudest = 0;
    while (card.frameNow() < fedAt + 2400) {
      expect([device.wait(), device.read(period), device.write(period)]).toEqual([READY, READY, READY]);
      loudest = Math.max(loudest, ...period);
    }
    expect(loudest).toBe(0.5);
  });

  it('with a file or a generator for the other is no lack', () => {
    expect(open({ capture: silenceSource() }).granted.sides).toBe('both');
    opened.splice(0)[0]?.close();
    expect(open({ playback: nullSink() }).granted.sides).toBe('both');
  });
});

describe('Periods that a card gives instead of what was asked for', () => {
  it.each([48, 96, 480, 1000])('%i frames are taken, in both directions, and said', (frames) => {
    card.setFormats(['S32_LE']);
    card.setChannels(2, 2);
    card.setExactPeriodBytes(frames * 8);
    const device = open({ periodFrames: 64 });
    const { periodFrames, bufferFrames } = device.granted;
    expect(periodFrames).toBe(frames);
    expect(bufferFrames - periodFrames).toBe(card.status('playback').bufferFrames);
    expect(passSamplesOn(device, bufferFrames - periodFrames)).toEqual({ left: [...LEFT], right: [...RIGHT] });
    expect(device.queuedFrames()).toBe(0);
  });

  it('are the longer ones of its two directions', () => {
    card.setFormats(['S32_LE']);
    card.setMinPeriodBytes(2048);
    card.setChannels(2, 8);
    const device = open({ periodFrames: 32, inputChannels: [7, 8] });
    expect(device.granted.periodFrames).toBe(256);
    expect(card.status('capture').periodFrames).toBe(256);
  });
});

describe('A card that is there but does not fit says why', () => {
  it.each<[string, Partial<AlsaDeviceOptions>, () => void, CardRefusal['fault'], string]>([
    ['44.1 kHz only', {}, () => card.setRate(44_100), 'card-rate', 'no 48000 Hz (44100 Hz only)'],
    ['unknown format', {}, () => card.setFormats(['S16_BE']), 'card-format', 'none of S32_LE, S24_3LE'],
    [
      'too few inputs',
      { inputChannels: [3, 4] },
      () => {},
      'card-channels',
      'channels 3 and 4: the card has 2 channels',
    ],
    ['mono for a pair', { outputChannels: [1, 2] }, () => card.setChannels(1, 1), 'card-channels', '1 channel'],
    [
      'long periods',
      {},
      () => card.setMinPeriodBytes(65_536),
      'card-period',
      'a period of 8192 frames, not 16 to 1024',
    ],
    ['no card', {}, () => card.unplug(), 'no-sound-card', 'No such device'],
    ['no such name', { capture: 'nobody', playback: 'nobody' }, () => {}, 'no-sound-card', 'nobody'],
    ['one name wrong', { capture: 'nobody' }, () => {}, 'no-sound-card', 'nobody (capture)'],
    [
      'nothing wanted',
      { capture: undefined, playback: undefined },
      () => {},
      'no-sound-card',
      'neither input nor output',
    ],
  ])('%s', (_, change, prepare, fault, words) => {
    prepare();
    expect(tryOpen(change)).toEqual({ fault, error: expect.stringContaining(words) });
    expect(card.status('capture').pid + card.status('playback').pid).toBe(0);
  });

  it('in use by somebody else', () => {
    open({ playback: undefined });
    expect(tryOpen()).toEqual({ fault: 'card-busy', error: expect.stringContaining('busy') });
  });

  it('and the unfit direction counts more than one that is missing', () => {
    card.setAbsent('capture');
    card.setRate(44_100);
    expect(tryOpen()).toMatchObject({ fault: 'card-rate' });
  });
});

describe("ALSA's own plug-ins", () => {
  it('on two sides are no two clocks', () => {
    const two = createTestCard(OTHER, 'wire');
    const device = open({ playback: OTHER });
    expect(device.granted.sides).toBe('both');
    two.close();
  });

  it('read and write files sample by sample', () => {
    const samples = Int32Array.from({ length: 2 * PERIOD }, (_, i) => ((i * 2_654_435_761) | 0) & ~0xff);
    writeFileSync(join(folder, 'fed.raw'), samples);
    const device = open({ capture: 'filed', playback: 'filed', periodFrames: PERIOD });
    passOn(device, (periods) => periods === 1);
    device.close();
    opened.splice(0);
    const played = readFileSync(join(folder, 'played.raw'));
    const written = new Int32Array(played.buffer.slice(played.byteOffset, played.byteOffset + played.length));
    expect(written.slice(2 * BUFFER, 2 * (BUFFER + PERIOD))).toEqual(samples);
  });
});
