import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { BoxState, Person } from '../../src/box/state.ts';
import { faderToGain } from '../../src/jamulus/gain.ts';
import type { ChannelMix } from '../../src/jamulus/session-types.ts';
import { startRelay } from '../peers/relay.ts';
import { rms } from '../peers/signal.ts';
import { until } from '../peers/wait.ts';
import { readWav } from '../peers/wav.ts';
import { type Box, startBox } from './box.ts';
import { messagesOf, useTestBench } from './test-bench.ts';

const bench = useTestBench('mix');

/** From a change of the mix until it is heard for sure: limiter 50 ms, jitter buffers, decoder. */
const SETTLE_FRAMES = 12_000;
/** Against the full level; digital silence was seen each time. */
const SILENCE_DB = -80;

const personOf = (state: BoxState, name: string): Person | undefined =>
  state.visit.people.find((person) => person.name === name);
const withName = async (box: Box, name: string): Promise<Person> => {
  const state = await box.waitFor(`${name} listed`, (now) => personOf(now, name) !== undefined);
  return personOf(state, name) as Person;
};

type Scene = {
  readonly what: string;
  readonly change: Partial<ChannelMix>;
  readonly of?: 'box';
  readonly db: readonly [number, number];
};
const NOTHING: Scene['db'] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
const SCENES: readonly Scene[] = [
  { what: 'full level, centre', change: { gain: 1, pan: 0.5 }, db: [0, 0] },
  { what: 'fader 50', change: { gain: faderToGain(50) }, db: [-17.5, -17.5] },
  { what: 'fader 90', change: { gain: faderToGain(90) }, db: [-3.5, -3.5] },
  { what: 'fader 0', change: { gain: 0 }, db: NOTHING },
  { what: 'left', change: { gain: 1, pan: 0 }, db: [0, Number.NEGATIVE_INFINITY] },
  { what: 'right', change: { pan: 1 }, db: [Number.NEGATIVE_INFINITY, 0] },
  { what: 'half left', change: { pan: 0.25 }, db: [0, -6.02] },
  { what: 'muted', change: { pan: 0.5, muted: true }, db: NOTHING },
  { what: 'fader moved while muted', change: { gain: faderToGain(80) }, db: NOTHING },
  { what: 'not muted any more', change: { muted: false }, db: [-7, -7] },
  { what: 'somebody else solo', change: { solo: true }, of: 'box', db: NOTHING },
  { what: 'solo, too', change: { solo: true, gain: 1 }, db: [0, 0] },
  { what: 'solo alone', change: { solo: false }, of: 'box', db: [0, 0] },
];

describe('The mix of the box, on the real server', () => {
  it('gives the real musician the level and the side that the faders say', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const heardPath = join(bench.peers().folder, 'heard.wav');
    const box = await bench.box(server.address, ['--output', heardPath]);
    const { channelId: annaId } = await withName(box, 'anna');
    const { channelId: boxId } = await withName(box, 'box');
    bench.playTone(anna, 25);
    // Newcomers fade in for 3 s (audio.md §5.3).
    await sleep(4500);
    const frameNow = async () => 128 * ((await box.ask()).statistics.counters['periods'] ?? 0);
    const marks: { from: number; to: number }[] = [];
    for (const { change, of } of SCENES) {
      box.dispatch({ type: 'setMix', channelId: of === 'box' ? boxId : annaId, change });
      const from = (await frameNow()) + SETTLE_FRAMES;
      await until('the end of the scene', async () => (await frameNow()) > from + 24_000);
      marks.push({ from, to: from + 24_000 });
    }
    await box.quit();
    const heard = readWav(heardPath).channels;
    const dbOf = (channel: number, { from, to }: { from: number; to: number }) =>
      20 * Math.log10(Math.max(1e-9, rms(heard[channel] as Float32Array, from, to) / 0.1768));
    const table = SCENES.map(({ what }, i) => {
      const mark = marks[i] as { from: number; to: number };
      return `${what}: ${dbOf(0, mark).toFixed(2)} ${dbOf(1, mark).toFixed(2)}`;
    });
    console.log(table.join('; '));
    SCENES.forEach(({ what, db }, i) => {
      for (const channel of [0, 1] as const) {
        const found = dbOf(channel, marks[i] as { from: number; to: number });
        const wanted = db[channel];
        if (wanted === Number.NEGATIVE_INFINITY) expect(found, what).toBeLessThan(SILENCE_DB);
        else expect(Math.abs(found - wanted), `${what}: ${found} dB, not ${wanted}`).toBeLessThan(1);
      }
    });
  }, 60_000);

  it('is remembered by name: who leaves and returns sounds as before', async () => {
    const server = await bench.server();
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    const box = await bench.box(relay.address);
    await box.connected();
    const first = await bench.anna(server.address);
    const { channelId } = await withName(box, 'anna');
    box.dispatch({ type: 'setMix', channelId, change: { gain: faderToGain(40), pan: 0.75 } });
    await until('gain and pan on the wire', () => messagesOf(relay, 'toServer', 'CHANNEL_PAN').length > 0);
    await first.process.stop();
    await box.waitFor('anna gone', (state) => personOf(state, 'anna') === undefined);
    const leftAtMs = performance.now();
    const stranger = await bench.anna(server.address, { name: 'berta', port: 23_500 });
    expect((await withName(box, 'berta')).mix).toMatchObject({ gain: 1, pan: 0.5 });
    await bench.anna(server.address, { port: 23_600 });
    const back = await withName(box, 'anna');
    expect(back.mix).toMatchObject({ gain: faderToGain(40), pan: 0.75 });
    expect(back.channelId).not.toBe((await withName(box, 'berta')).channelId);
    const told = await until('gain and pan once more', () => {
      const gains = messagesOf(relay, 'toServer', 'CHANNEL_GAIN').filter(({ atMs }) => atMs > leftAtMs);
      const pans = messagesOf(relay, 'toServer', 'CHANNEL_PAN').filter(({ atMs }) => atMs > leftAtMs);
      return gains.length > 0 && pans.length > 0 ? { gains, pans } : undefined;
    });
    for (const gain of told.gains) expect(gain).toMatchObject({ channelId: back.channelId, gain: 2920 / 32768 });
    for (const pan of told.pans) expect(pan).toMatchObject({ channelId: back.channelId, pan: 0.75 });
    expect(stranger.process.isRunning()).toBe(true);
  });
});

describe('Who has muted this box', () => {
  it('is told when another box does it, and when it takes it back', async () => {
    const server = await bench.server();
    const box = await bench.box(server.address);
    const second = await bench.box(server.address, [], 'second');
    const { channelId } = await withName(second, 'box');
    await withName(box, 'second');
    second.dispatch({ type: 'setMix', channelId, change: { muted: true } });
    await box.waitFor('the mute', (state) => personOf(state, 'second')?.hasMutedMe === true);
    expect(personOf((await second.ask()).state, 'box')?.hasMutedMe).toBe(false);
    second.dispatch({ type: 'setMix', channelId, change: { muted: false } });
    await box.waitFor('the end of it', (state) => personOf(state, 'second')?.hasMutedMe === false);
  });

  it('is told to the real client when the box does it', async () => {
    const server = await bench.server();
    const relay = await startRelay(server.port);
    bench.peers().atEnd(relay.close);
    await bench.anna(relay.address);
    const box = await bench.box(server.address);
    const { channelId } = await withName(box, 'anna');
    const boxId = (await withName(box, 'box')).channelId;
    const notices = () =>
      messagesOf(relay, 'toClient', 'MUTE_STATE_CHANGED').filter((notice) => notice.channelId === boxId);
    box.dispatch({ type: 'setMix', channelId, change: { muted: true } });
    await until('the notice', () => notices().at(-1)?.muted === true);
    box.dispatch({ type: 'setMix', channelId, change: { muted: false } });
    await until('the end of it', () => notices().at(-1)?.muted === false);
  });

  it('is told when a real client with a window remembers the box at fader 0', async () => {
    const server = await bench.server();
    const anna = await bench.anna(server.address);
    const ini = join(bench.peers().folder, 'window.ini');
    const base64 = (text: string) => Buffer.from(text).toString('base64');
    const name = `<name_base64>${base64('window')}</name_base64>`;
    const tag = `<storedfadertag0_base64>${base64('box')}</storedfadertag0_base64>`;
    const silent = '<storedfaderlevel0>0</storedfaderlevel0><storedpanvalue0>50</storedpanvalue0>';
    writeFileSync(ini, `<client>${name}${tag}${silent}</client>\n`);
    const args = ['-t', '-i', ini, '-p', '23400', '--clientname', 'window', '-c', server.address, '-j'];
    const env = { QT_QPA_PLATFORM: 'offscreen', JACK_DEFAULT_SERVER: `mix${process.pid}` };
    bench.peers().start('window', 'Jamulus', args, env);
    await server.waitForClient('window');
    const box = await startBox(bench.peers(), {
      args: ['--server', server.address, '--input', 'silence', '--output', 'none'],
    });
    await box.waitFor('the mute', (state) => personOf(state, 'window')?.hasMutedMe === true);
    expect(personOf((await box.ask()).state, 'anna')?.hasMutedMe).toBe(false);
    expect(anna.process.isRunning()).toBe(true);
  });
});
