/** What real clients hear of each other in our own room: tones at their outputs, mixes, both frame lengths, recordings. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BoxState } from '../../src/box/state.ts';
import { faderToGain } from '../../src/jamulus/gain.ts';
import type { Client } from '../peers/client.ts';
import { startRelay } from '../peers/relay.ts';
import { rms } from '../peers/signal.ts';
import { until } from '../peers/wait.ts';
import { readWav } from '../peers/wav.ts';
import { startWindow, type Window } from './room-clients.ts';
import { dbOf, openHost, openRoom, tonePeak } from './room-fixture.ts';
import { messagesOf, type TestBench, useTestBench } from './test-bench.ts';

const bench = useTestBench('room-sound');

/** Newcomers fade in for 3 s (audio.md §5.3), from their first datagram in their real format. */
const FADE_MS = 4000;
/** None of them the 440 Hz of the box. */
const TONES = [350, 620, 830, 1110, 1470] as const;
/** Five of these together don't clip. */
const PEAK = 0.12;
/** From a change of the mix until it is heard for sure. */
const SETTLE_MS = 500;
/** Starts of the real client with its window, and how long each has to send its faders. */
const STARTS = 5;
const START_MS = 5000;

const startBand = async (
  on: TestBench,
  address: string,
  names: readonly string[],
  small = false,
): Promise<Client[]> => {
  const band: Client[] = [];
  for (const [i, name] of names.entries()) {
    band.push(await on.anna(address, { name, port: 23_300 + 100 * i, small }));
  }
  return band;
};

/** Everybody plays an own tone; peaks of all tones [listener][player] in what each client gives out. */
const hearEachOther = async (on: TestBench, band: readonly Client[]): Promise<number[][]> => {
  for (const [i, client] of band.entries()) on.playTone(client, 14, { hertz: TONES[i] ?? 440, peak: PEAK });
  await sleep(FADE_MS);
  const heard = await Promise.all(band.map((client) => on.listen(client, 3)));
  return heard.map((sound) => band.map((_, i) => tonePeak(sound, TONES[i] ?? 440)));
};

/** `db`: how loud each player is at everybody. */
const expectAllHeard = (peaks: readonly number[][], db: readonly number[] = peaks.map(() => 0)): void => {
  const table = peaks.map((row) => row.map((peak) => dbOf(peak, PEAK).toFixed(1)).join(' ')).join('; ');
  console.log(`dB of each tone: ${table}`);
  for (const row of peaks) {
    for (const [i, peak] of row.entries()) expect(Math.abs(dbOf(peak, PEAK) - (db[i] ?? 0)), table).toBeLessThan(1);
  }
};

describe('Real clients in the room', () => {
  it('five of them hear each other and themselves, all at full level', async () => {
    const room = await openRoom(bench.peers());
    const band = await startBand(bench, room.address, ['anna', 'ben', 'carla', 'dora', 'emil']);
    await until('all five at anna', async () => (await band[0]?.clientList())?.length === 5);
    expectAllHeard(await hearEachOther(bench, band));
    for (const client of band) expect((await client.clientList()).map(({ name }) => name)).toEqual(room.names());
    const { ticks, ticksMissed, sendFailures } = room.thread.counters();
    console.log(`${ticks} ticks, ${ticksMissed} missed`);
    expect(sendFailures).toBe(0);
  }, 60_000);

  it('hear the box in their middle, and it hears them', async () => {
    const room = await openRoom(bench.peers());
    const heardPath = join(bench.peers().folder, 'heard.wav');
    const box = await bench.box(room.address, ['--input', 'tone', '--output', heardPath]);
    const band = await startBand(bench, room.address, ['anna', 'ben']);
    const withoutBox = await hearEachOther(bench, band);
    expectAllHeard(withoutBox);
    await box.quit();
    const heard = readWav(heardPath).channels[0] ?? new Float32Array(0);
    const end = heard.slice(-2 * 48_000);
    for (const hertz of TONES.slice(0, 2)) expect(Math.abs(dbOf(tonePeak(end, hertz), PEAK))).toBeLessThan(1.5);
  }, 60_000);
});

describe('Frame lengths', () => {
  const small = useTestBench('room-small', { periodFrames: 64 });

  it('a room of 64 samples serves clients of 128', async () => {
    const room = await openRoom(bench.peers(), { frameSamples: 64 });
    expectAllHeard(await hearEachOther(bench, await startBand(bench, room.address, ['anna', 'ben'])));
  }, 60_000);

  for (const frameSamples of [64, 128] as const) {
    it(`a room of ${frameSamples} samples serves clients of 64, and a box of 128 beside them`, async () => {
      const room = await openRoom(small.peers(), { frameSamples });
      const band = await startBand(small, room.address, ['anna', 'ben'], true);
      await until('both formats', () => room.session.channels().every(({ format }) => format?.frameSamples === 64));
      const heardPath = join(small.peers().folder, 'heard.wav');
      const box = await small.box(room.address, ['--output', heardPath]);
      await box.connected();
      expectAllHeard(await hearEachOther(small, band));
      await box.quit();
      const heard = readWav(heardPath).channels[0] ?? new Float32Array(0);
      const end = heard.slice(-2 * 48_000);
      for (const hertz of TONES.slice(0, 2)) expect(Math.abs(dbOf(tonePeak(end, hertz), PEAK))).toBeLessThan(1.5);
    }, 60_000);
  }

  for (const { quality, channels, db } of [
    { quality: 'low', channels: 'mono', db: 0 },
    // Such a client adds up what it hears on its two sides.
    { quality: 'normal', channels: 'mono-in stereo-out', db: 6.02 },
    { quality: 'normal', channels: 'stereo', db: 0 },
  ] as const) {
    it(`${channels} at ${quality} quality is heard beside stereo at high quality`, async () => {
      const room = await openRoom(bench.peers());
      const anna = await bench.anna(room.address, { quality, channels });
      const ben = await bench.anna(room.address, { name: 'ben', port: 23_400 });
      expectAllHeard(await hearEachOther(bench, [anna, ben]), [db, 0]);
    }, 60_000);
  }
});

describe('Mixes', () => {
  const personOf = ({ visit }: BoxState, name: string) => visit.people.find((person) => person.name === name);

  it("a box's faders and pans are heard by it alone", async () => {
    const room = await openRoom(bench.peers());
    const heardPath = join(bench.peers().folder, 'heard.wav');
    const anna = await bench.anna(room.address);
    const ben = await bench.anna(room.address, { name: 'ben', port: 23_400 });
    const box = await bench.box(room.address, ['--output', heardPath]);
    const state = await box.waitFor('anna', (now) => personOf(now, 'anna') !== undefined);
    const channelId = personOf(state, 'anna')?.channelId ?? -1;
    bench.playTone(anna, 20);
    await sleep(FADE_MS);
    const frameNow = async () => 128 * ((await box.ask()).statistics.counters['periods'] ?? 0);
    const none = Number.NEGATIVE_INFINITY;
    const scenes = [
      { change: {}, db: [0, 0] },
      { change: { gain: faderToGain(50) }, db: [-17.5, -17.5] },
      { change: { gain: 1, pan: 0 }, db: [0, none] },
      { change: { pan: 0.75 }, db: [-6.02, 0] },
      { change: { pan: 0.5, muted: true }, db: [none, none] },
      { change: { muted: false }, db: [0, 0] },
    ];
    const froms: number[] = [];
    for (const { change } of scenes) {
      box.dispatch({ type: 'setMix', channelId, change });
      await sleep(SETTLE_MS);
      const from = await frameNow();
      await until('the end of the scene', async () => (await frameNow()) > from + 24_000);
      froms.push(from);
    }
    const atBen = await bench.listen(ben, 1);
    expect(Math.abs(dbOf(tonePeak(atBen, 440), 0.25))).toBeLessThan(1);
    await box.quit();
    const heard = readWav(heardPath).channels;
    scenes.forEach(({ change, db }, i) => {
      const from = froms[i] ?? 0;
      for (const side of [0, 1] as const) {
        const found = dbOf(rms(heard[side] as Float32Array, from, from + 24_000), 0.25 / Math.SQRT2);
        const what = `${JSON.stringify(change)}, side ${side}: ${found} dB`;
        if (db[side] === none) expect(found, what).toBeLessThan(-80);
        else expect(Math.abs(found - (db[side] ?? 0)), what).toBeLessThan(1);
      }
    });
  }, 60_000);

  it("a real client's faders and pans are heard by it, and fader 0 is told to whom it mutes", async () => {
    const room = await openRoom(bench.peers());
    const anna = await bench.anna(room.address);
    const ben = await bench.anna(room.address, { name: 'ben', port: 23_400 });
    const box = await bench.box(room.address, ['--input', 'tone']);
    await box.connected();
    const mix = [
      { name: 'box', fader: 0, pan: 50 },
      { name: 'anna', fader: 50, pan: 50 },
      { name: 'ben', fader: 100, pan: 0 },
    ];
    // Some of its starts don't send the stored faders, with the real server as with this room.
    let window: Window | undefined;
    for (let start = 1; window === undefined; start++) {
      const started = startWindow(bench.peers(), { jack: bench.jackName, server: room.address, port: 23_500, mix });
      const isTold = (state: BoxState) => personOf(state, 'window')?.hasMutedMe === true;
      const told = box.waitFor('the mute', isTold, { timeoutMs: START_MS });
      if (await told.catch((error: unknown) => (start < STARTS ? undefined : Promise.reject(error)))) window = started;
      else {
        await started.process.stop();
        await box.waitFor('the window gone', (state) => personOf(state, 'window') === undefined);
      }
    }
    bench.playTone(anna, 14, { hertz: 620 });
    bench.playTone(ben, 14, { hertz: 830 });
    await sleep(FADE_MS);
    const [left, right] = await bench.listenToBoth(window, 3);
    const db = (sound: Float32Array | undefined, hertz: number) =>
      dbOf(tonePeak(sound ?? new Float32Array(0), hertz), 0.25);
    console.log(
      [620, 830].map((hertz) => `${hertz}: ${db(left, hertz).toFixed(1)} ${db(right, hertz).toFixed(1)}`).join('; '),
    );
    for (const side of [left, right]) expect(Math.abs(db(side, 620) + 17.5)).toBeLessThan(1.5);
    expect(Math.abs(db(left, 830))).toBeLessThan(1.5);
    expect(db(right, 830)).toBeLessThan(-40);
    // The box's tone.
    for (const side of [left, right]) expect(db(side, 440)).toBeLessThan(-50);
    await window.process.stop();
    const later = await box.waitFor('the window gone', (state) => personOf(state, 'window') === undefined);
    expect(later.visit.people.every(({ hasMutedMe }) => !hasMutedMe)).toBe(true);
  }, 90_000);

  it('a real client is told when a box mutes it, and when it takes that back', async () => {
    const room = await openRoom(bench.peers());
    const relay = await startRelay(room.port);
    bench.peers().atEnd(relay.close);
    await bench.anna(relay.address);
    const box = await bench.box(room.address);
    const state = await box.waitFor('anna', (now) => personOf(now, 'anna') !== undefined);
    const channelId = personOf(state, 'anna')?.channelId ?? -1;
    const notices = () => messagesOf(relay, 'toClient', 'MUTE_STATE_CHANGED');
    box.dispatch({ type: 'setMix', channelId, change: { muted: true } });
    await until('the notice', () => notices().at(-1)?.muted === true);
    box.dispatch({ type: 'setMix', channelId, change: { muted: false } });
    await until('the end of it', () => notices().at(-1)?.muted === false);
    expect(notices().every((notice) => notice.channelId !== channelId)).toBe(true);
  });
});

describe('Recording', () => {
  it('is told to a real client and a box when it begins and ends, and each player has a file with the own tone', async () => {
    const recordings = join(bench.peers().folder, 'recordings');
    const host = await openHost(bench.peers(), { recordings });
    const relay = await startRelay(host.port);
    bench.peers().atEnd(relay.close);
    const anna = await bench.anna(relay.address);
    const ben = await bench.anna(host.address, { name: 'ben', port: 23_400, channels: 'mono' });
    const box = await bench.box(host.address, ['--accept-recording']);
    const told = () => messagesOf(relay, 'toClient', 'RECORDER_STATE').map(({ state }) => state);
    const acknowledged = () =>
      messagesOf(relay, 'toServer', 'ACKN').filter(({ acknowledgedId }) => acknowledgedId === 33).length;
    await box.waitFor('the state', ({ visit }) => visit.recorder.state === 'not-enabled');
    expect(told()).toEqual(['not-enabled']);
    bench.playTone(anna, 14, { hertz: 620 });
    bench.playTone(ben, 14, { hertz: 830 });
    await sleep(FADE_MS);
    await host.record('start');
    await until('the notice', () => told().at(-1) === 'recording');
    await box.waitFor('the state', ({ visit }) => visit.recorder.state === 'recording');
    await sleep(2000);
    await host.record('new');
    await sleep(2000);
    await host.record('stop');
    expect(host.report()).toMatchObject({ recorder: 'not-enabled', recorderNote: '' });
    await until('the end', () => told().at(-1) === 'not-enabled');
    await until('its acknowledgement', () => acknowledged() >= 3);
    await box.waitFor('the end', ({ visit }) => visit.recorder.state === 'not-enabled');

    const sessions = readdirSync(recordings).sort();
    expect(sessions).toHaveLength(2);
    for (const session of sessions) {
      const files = readdirSync(join(recordings, session));
      const wavs = files.filter((file) => file.endsWith('.wav')).sort();
      expect(wavs.map((file) => file.replace(/^([A-Za-z0-9_]+)-.*-(\d)\.wav$/, '$1 $2'))).toEqual([
        'anna 2',
        'ben_ 1',
        'box_ 2',
      ]);
      expect(files.filter((file) => !file.endsWith('.wav')).length).toBeGreaterThan(0);
      for (const [i, hertz] of [620, 830].entries()) {
        const { channels, rate } = readWav(join(recordings, session, wavs[i] ?? ''));
        const sound = channels[0] ?? new Float32Array(0);
        expect(rate).toBe(48_000);
        expect(sound.length).toBeGreaterThan(48_000);
        expect(Math.abs(dbOf(tonePeak(sound, hertz), 0.25)), `${hertz} Hz in ${session}`).toBeLessThan(1.5);
        expect(tonePeak(sound, 1450 - hertz), 'the tone of the other').toBeLessThan(0.001);
      }
    }
  }, 60_000);
});
