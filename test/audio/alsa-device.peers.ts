/** The sound card as the engine opens it, on test cards through the real ALSA library: what it is granted, and why not. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AlsaDeviceOptions, openAlsaDevice } from '../../src/audio/alsa-device.ts';
import { type AudioDevice, type DeviceError, READY, XRUN } from '../../src/audio/device.ts';
import { nullSink, silenceSource } from '../../src/audio/generators.ts';
import { requestRealtime } from '../../src/linux/scheduling.ts';
import { temporaryFolder } from '../support/folder.ts';
import { writeTestHwConf } from '../testcard/build.ts';
import { type CardFormat, createTestCard, type TestCard } from '../testcard/control.ts';

/** The same in every format. */
const LEFT = 0x12340000;
const RIGHT = -0x23450000;
const FULL_SCALE = 2 ** 31;
const ALL_FORMATS = ['S32_LE', 'S24_LE', 'S24_3LE', 'FLOAT_LE', 'S16_LE'] as const satisfies readonly CardFormat[];
const SUFFIX = `device${process.pid}`;

// As the audio thread is: these tests go on while others take the machine.
beforeAll(() => void requestRealtime(70, undefined));

let folder: string;
let card: TestCard;
let others: TestCard[];
let devices: AudioDevice[];
beforeEach(() => {
  folder = temporaryFolder();
  const env = writeTestHwConf(folder, SUFFIX);
  appendFileSync(
    env.ALSA_CONFIG_PATH,
    `pcm.listen { type asym playback.pcm "hw:CARD" }
pcm.speak { type asym capture.pcm "hw:CARD" }
pcm.two { type asym capture.pcm "hw:CARD" playback.pcm "hw:OTHER" }
pcm.nothing { type null }
pcm.tape { type file slave.pcm "hw:CARD" file "${folder}/tape.raw" format raw }
pcm.convert { type plug slave.pcm "hw:CARD" }
`,
  );
  Object.assign(process.env, env);
  card = createTestCard(`CARD${SUFFIX}`, 'wire');
  others = [];
  devices = [];
});
afterEach(() => {
  for (const device of devices) device.close();
  for (const made of [card, ...others]) made.close();
});

function open(options: Partial<AlsaDeviceOptions> = {}): AudioDevice | DeviceError {
  const opened = openAlsaDevice({ capture: 'hw:CARD', playback: 'hw:CARD', periodFrames: 256, periods: 4, ...options });
  if (!('error' in opened)) devices.push(opened);
  return opened;
}

function close(device: AudioDevice): void {
  devices = devices.filter((other) => other !== device);
  device.close();
}

function opened(options: Partial<AlsaDeviceOptions> = {}): AudioDevice {
  const device = open(options);
  if ('error' in device) throw new Error(device.error);
  return device;
}

interface Echo {
  readonly heard: readonly number[];
  readonly delayFrames: number;
  readonly left: number | undefined;
  readonly right: number | undefined;
}

/**
 * Plays what it hears for some time: a sample on each side, which is found again as they were `delayFrames` later. What
 * falls into a stall of the machine is tried again.
 */
function echo(device: AudioDevice, tries = 8): Echo {
  const fedAt = card.frameNow() + 4800;
  card.feed(fedAt, Int32Array.of(LEFT), Int32Array.of(RIGHT));
  const { periodFrames } = device.granted;
  const period = new Float32Array(2 * periodFrames);
  const heard: number[] = [];
  let restarts = 0;
  while (card.frameNow() < fedAt + 4800) {
    let result = device.wait();
    if (result === READY) result = device.read(period);
    if (result === READY) {
      heard.push(...period.filter((sample) => sample !== 0));
      result = device.write(period);
    }
    if (result === XRUN) {
      result = device.recover();
      restarts++;
    }
    if (result !== READY) throw new Error('lost');
  }
  if (restarts > 0 && tries > 1) return echo(device, tries - 1);
  const { left, right } = card.played(fedAt, 4800);
  const delayFrames = left.findIndex((sample) => sample !== 0);
  return { heard, delayFrames, left: left[delayFrames], right: right[right.findIndex((sample) => sample !== 0)] };
}

const BOTH_SIDES = { heard: [LEFT / FULL_SCALE, RIGHT / FULL_SCALE], left: LEFT, right: RIGHT };

describe('A sound card', () => {
  it.each(ALL_FORMATS)('plays and hears in %s, exactly', (format) => {
    card.offerFormats([format]);
    const device = opened();
    expect(device.granted.description).toContain(
      `in hw:CARD ${format} 2 ch 256/1024, out hw:CARD ${format} 2 ch 256/1024`,
    );
    expect(echo(device)).toEqual({ ...BOTH_SIDES, delayFrames: 1024 });
  });

  it('is asked for the most bits that it has', () => {
    for (const [offered, wanted] of [
      [ALL_FORMATS, 'S32_LE'],
      [['S16_LE', 'S24_3LE', 'S24_LE'], 'S24_LE'],
      [['U8', 'S16_LE', 'S24_3LE'], 'S24_3LE'],
      [['S16_LE', 'FLOAT_LE'], 'FLOAT_LE'],
      [['U8', 'S16_LE'], 'S16_LE'],
    ] as const) {
      card.offerFormats(offered);
      const device = opened();
      expect(device.granted.description).toContain(` ${wanted} `);
      close(device);
    }
  });

  it.each([
    { channels: 3, pair: [2, 3] },
    { channels: 4, pair: [3, 4] },
    { channels: 18, pair: [17, 2] },
    { channels: 32, pair: [31, 32] },
  ] as const)('with $channels channels plays and hears on $pair, and is silent elsewhere', ({ channels, pair }) => {
    card.setChannels(channels, channels);
    card.tap(pair[0], pair[1]);
    card.offerFormats(['S24_3LE']);
    const device = opened({ inputChannels: pair, outputChannels: pair });
    expect(device.granted).toMatchObject({ inputs: channels, outputs: channels });
    expect(device.granted.description).toContain(`${pair.join('+')} of ${channels} ch`);
    expect(echo(device)).toMatchObject(BOTH_SIDES);
    expect(card.strays()).toBe(0);
  });

  it('is opened with no more channels than needed', () => {
    card.setChannels(1, 18);
    for (const [pair, channels] of [
      [[1, 2], 2],
      [[5, 6], 6],
      [[3, 3], 3],
    ] as const) {
      const device = opened({ inputChannels: pair });
      expect(card.status('capture').channels).toBe(channels);
      expect(card.status('playback').channels).toBe(2);
      expect(device.granted.inputs).toBe(18);
      close(device);
    }
  });

  it('whose chosen channels are not there plays on its first two', () => {
    const device = opened({ inputChannels: [3, 4], outputChannels: [2, 7] });
    expect(echo(device)).toMatchObject(BOTH_SIDES);
  });

  it('that is mono gives both sides the same, and plays half of each', () => {
    card.setChannels(1, 1);
    const { heard, left } = echo(opened());
    expect(heard).toEqual([LEFT / FULL_SCALE, LEFT / FULL_SCALE]);
    expect(left).toBe(LEFT);
  });

  it('gives one channel to both sides, and plays both sides on one', () => {
    card.setChannels(4, 4);
    card.tap(1, 3);
    const { heard, right } = echo(opened({ inputChannels: [1, 1], outputChannels: [3, 3] }));
    expect(heard).toEqual([LEFT / FULL_SCALE, LEFT / FULL_SCALE]);
    expect(right).toBe(LEFT);
    expect(card.strays()).toBe(0);
  });

  it('captures on one of its devices and plays on another', () => {
    const device = opened({ capture: 'hw:CARD,0', playback: 'hw:CARD,1' });
    expect(device.granted.description).toMatch(/^in hw:CARD,0 .*, out hw:CARD,1 /);
    expect(echo(device)).toMatchObject(BOTH_SIDES);
  });

  it('behind a plug-in that makes up channels has no more of them than are used', () => {
    card.offerFormats(['S16_LE']);
    const device = opened({ capture: 'convert', playback: 'convert' });
    expect(device.granted).toMatchObject({ inputs: 2, outputs: 2 });
    expect(echo(device)).toMatchObject(BOTH_SIDES);
  });
});

describe('ALSA’s own plug-ins', () => {
  it('null: plays to nowhere, at the pace of the card that captures', () => {
    const device = opened({ playback: 'nothing' });
    expect(device.granted).toMatchObject({ inputs: 2, outputs: 2 });
    expect(echo(device).heard).toEqual(BOTH_SIDES.heard);
    expect(card.status('capture').transferred).toBeLessThan(8 * 48_000);
  });

  it('file: what the card plays is on the disk, too', () => {
    const device = opened({ playback: 'tape' });
    expect(echo(device)).toMatchObject(BOTH_SIDES);
    close(device);
    const bytes = readFileSync(join(folder, 'tape.raw'));
    const samples = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 4 * (bytes.length >> 2)));
    expect([...samples].filter((sample) => sample !== 0).slice(-2)).toEqual([LEFT, RIGHT]);
  });
});

describe('A sound card with one direction', () => {
  it('plays where it has no input, and hears silence', () => {
    card.remove('capture');
    const device = opened();
    expect(device.granted).toMatchObject({ inputs: 0, outputs: 2, periodFrames: 256, bufferFrames: 1024 });
    expect(device.granted.description).toMatch(/^in none, out hw:CARD /);
    expect(echo(device).heard).toEqual([]);
    expect(card.status('playback').transferred).toBeGreaterThan(4800);
  });

  it('hears where it has no output', () => {
    card.remove('playback');
    const device = opened();
    expect(device.granted).toMatchObject({ inputs: 2, outputs: 0, bufferFrames: 256 });
    expect(echo(device).heard).toEqual(BOTH_SIDES.heard);
  });

  it('is not taken for one when it has just been plugged in, and its devices come one after the other', () => {
    card.remove('capture');
    card.bringBackIn(0.1);
    expect(opened().granted).toMatchObject({ inputs: 2, outputs: 2 });
  });

  it('is found behind a name made of one direction, too', () => {
    const [listen, speak] = [
      opened({ capture: 'listen', playback: 'listen' }),
      opened({ capture: 'speak', playback: 'speak' }),
    ];
    expect([listen.granted.inputs, listen.granted.outputs]).toEqual([0, 2]);
    expect([speak.granted.inputs, speak.granted.outputs]).toEqual([2, 0]);
  });

  it('needs no name for the other: undefined is a direction that the card lacks, a file is none of its directions', () => {
    const listen = opened({ capture: undefined });
    expect(listen.granted).toMatchObject({ inputs: 0, outputs: 2 });
    close(listen);
    expect(opened({ capture: silenceSource() }).granted).toMatchObject({ inputs: null, outputs: 2 });
    expect(opened({ playback: nullSink() }).granted).toMatchObject({ inputs: 2, outputs: null });
  });
});

describe('A sound card that is there but unfit says why:', () => {
  const problem = (options?: Partial<AlsaDeviceOptions>) => {
    const device = open(options);
    return 'error' in device ? [device.problem, device.error] : device.granted.description;
  };

  it('44.1 kHz only', () => {
    card.setRate(44_100);
    expect(problem()).toEqual(['card-rate', 'hw:CARD (capture): no 48000 Hz, only 44100 Hz']);
  });

  it('no format that is known', () => {
    card.offerFormats(['U8']);
    expect(problem()).toEqual(['card-format', expect.stringContaining('none of S32_LE')]);
  });

  it('no period that is short enough', () => {
    card.setMinPeriodBytes(8 * 1024);
    expect(problem()).toEqual(['card-period', 'the shortest period is 1024 frames, above 512']);
  });

  it('another program has it', () => {
    opened();
    expect(problem()).toEqual(['card-busy', expect.stringContaining('busy')]);
    expect(problem({ playback: nullSink() })).toEqual(['card-busy', expect.stringContaining('(capture)')]);
  });

  it('only one that is not there is not found', () => {
    card.unplug();
    expect(problem()).toEqual(['no-sound-card', expect.stringContaining('No such device')]);
    expect(problem({ capture: 'nobody', playback: 'nobody' })).toEqual(['no-sound-card', expect.anything()]);
  });

  it('and the other direction is given back', () => {
    others.push(createTestCard(`OTHER${SUFFIX}`, 'wire'));
    others[0]!.setRate(44_100);
    expect(problem({ capture: 'two', playback: 'two' })).toEqual(['card-rate', expect.stringContaining('(playback)')]);
    expect(card.status('capture')).toMatchObject({ opens: 1, pid: 0 });
  });
});

describe('Periods', () => {
  it('are as near as the card can, and the delay is that of what it gives', () => {
    card.setMinPeriodBytes(48 * 8);
    const device = opened({ periodFrames: 32, periods: 2 });
    expect(device.granted).toMatchObject({ periodFrames: 48, bufferFrames: 144 });
    expect(echo(device)).toMatchObject({ ...BOTH_SIDES, delayFrames: 96 });
  });

  it('are not all of the delay where a driver has a queue of its own', () => {
    card.setQueued('playback', 144);
    card.setQueued('capture', 48);
    const device = opened({ periodFrames: 64, periods: 2 });
    echo(device, 0.05);
    expect(device.granted.bufferFrames).toBe(192);
    expect(device.queuedFrames()).toBe(192);
    card.setQueued('playback', 0);
    card.setQueued('capture', 0);
    expect(device.queuedFrames()).toBe(0);
  });

  it('are the same for both directions, where one of them can not be short', () => {
    others.push(createTestCard(`OTHER${SUFFIX}`, 'wire'));
    others[0]!.setMinPeriodBytes(128 * 8);
    const device = opened({ capture: 'two', playback: 'two', periodFrames: 64 });
    expect(device.granted.periodFrames).toBe(128);
    expect(card.status('capture').periodFrames).toBe(128);
  });
});
