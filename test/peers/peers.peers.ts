import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeJackConf, writeTestCardConf } from '../testcard/build.ts';
import { createTestCard } from '../testcard/control.ts';
import { startCapture } from './capture.ts';
import { type ClientOptions, startClient } from './client.ts';
import { type Jack, startJack } from './jack.ts';
import { playAndRecord } from './jackpulse.ts';
import { cpuSeconds, createPeers, type Peers, threadCpuSeconds } from './processes.ts';
import { startRelay } from './relay.ts';
import { startServer } from './server.ts';
import { alignPieces, findPulses, musicLike, pulseTrain } from './signal.ts';
import { until } from './wait.ts';
import { readWav, writeWav } from './wav.ts';

let peers: Peers;
let jack: Jack;

beforeEach(async () => {
  peers = createPeers('peers');
  jack = await startJack(peers, { name: `peers${process.pid}`, periodFrames: 64 });
});
afterEach(() => peers.end());

const anna = (server: string): ClientOptions => ({ name: 'anna', port: 23_300, jack, server, autoConnect: false });
const ben = (server: string): ClientOptions => ({ name: 'ben', port: 23_400, jack, server, autoConnect: false });

describe('The real programs', () => {
  it('meet on the server with what they were given, and chat', async () => {
    const server = await startServer(peers, { port: 23_200, welcome: 'Good evening', maxClients: 2 });
    const first = await startClient(peers, { ...anna(server.address), city: 'Bremen', country: 82, skill: 2 });
    const second = await startClient(peers, { ...ben(server.address), instrument: 13, channels: 'mono' });
    expect(await server.waitForClient('anna')).toMatchObject({ channels: 2 });
    expect(await server.waitForClient('ben')).toMatchObject({ channels: 1 });
    expect(await first.isConnected()).toBe(true);
    const list = await until('both in the list', async () => {
      const people = await second.clientList();
      return people.length === 2 ? people : undefined;
    });
    expect(list.find(({ name }) => name === 'anna')).toMatchObject({ city: 'Bremen', countryId: 82 });
    expect(list.find(({ name }) => name === 'ben')).toMatchObject({ instrumentId: 13 });
    const stream = first.rpc.stream();
    const nextChat = (async () => {
      for await (const { method, params } of stream) {
        if (method === 'jamulusclient/chatTextReceived') return JSON.stringify(params);
      }
      return undefined;
    })();
    await second.sendChatText('Shall we?');
    await first.rpc.waitFor('jamulusclient/chatTextReceived', (params) => JSON.stringify(params).includes('Shall we?'));
    expect(await nextChat).toContain('<b>ben</b></font> Shall we?');
  });

  it('record on demand', async () => {
    const recordingDir = join(peers.folder, 'recordings');
    const server = await startServer(peers, { port: 23_200, fast64: true, recordingDir });
    await startClient(peers, { ...anna(server.address), small: true });
    expect(existsSync(recordingDir) ? readdirSync(recordingDir) : []).toEqual([]);
    await server.setRecording(true);
    const wav = await until('a recording', () => {
      const session = join(recordingDir, readdirSync(recordingDir)[0] ?? 'none');
      const file = readdirSync(session).find(
        (name) => name.endsWith('.wav') && statSync(join(session, name)).size > 48_000,
      );
      return file;
    });
    expect(wav).toContain('anna');
    await server.setRecording(false);
  });

  it('are seen on the wire, by a relay and by tcpdump', async () => {
    const server = await startServer(peers, { port: 23_200, fast64: true });
    const relay = await startRelay(server.port);
    peers.atEnd(relay.close);
    const capture = await startCapture(peers, 'wire', `udp port ${server.port}`);
    await startClient(peers, { ...anna(relay.address), small: true });
    await server.waitForClient('anna');
    // 750 packets/s each way with stereo/high at 64 samples: 73 bytes of Opus and one of sequence number.
    await until('audio both ways', () => relay.count('toServer') > 1000 && relay.count('toClient') > 1000);
    const lengths = relay.datagrams.slice(-500).map(({ bytes }) => bytes.length);
    expect(lengths.filter((length) => length === 74).length).toBeGreaterThan(400);
    await capture.stop();
    expect(statSync(capture.pcapPath).size).toBeGreaterThan(relay.datagrams.length * 74);
  });

  it('use CPU time that is counted, by process and by thread', async () => {
    const server = await startServer(peers, { port: 23_200, fast64: true });
    const client = await startClient(peers, { ...anna(server.address), small: true });
    const before = cpuSeconds(client.process.pid);
    await until('some CPU time', () => cpuSeconds(client.process.pid) - before > 0.05);
    const threads = threadCpuSeconds(client.process.pid);
    const total = threads.reduce((sum, { seconds }) => sum + seconds, 0);
    expect(total).toBeGreaterThan(cpuSeconds(client.process.pid) * 0.8);
  });
});

describe('Sound through JACK', () => {
  it('reaches the ALSA devices on its clock: what `box` plays, `tap` hears', async () => {
    const env = { ...writeJackConf(peers.folder), ...jack.env };
    const music = musicLike(4, 3);
    const [played, heard] = [join(peers.folder, 'played.wav'), join(peers.folder, 'heard.wav')];
    writeWav(played, [music, music]);
    const params = ['--period-size=128', '--buffer-size=1024'];
    peers.start('aplay', 'aplay', ['-D', 'box', ...params, played], env);
    await until('box on JACK', async () => (await jack.ports()).some((port) => port.startsWith('boxplay')));
    const format = ['-f', 'S32_LE', '-r', '48000', '-c', '2', '-d', '2'];
    expect(await peers.start('arecord', 'arecord', ['-D', 'tap', ...params, ...format, heard], env).ended).toBe(0);
    // The recording began later than the music: it is the original, and a piece of it is looked for in the music.
    const { correlation } = alignPieces(readWav(heard).channels[0] ?? music, music, { maxLagFrames: 96_000 });
    expect(correlation).toBeGreaterThan(0.95);
  });

  it('comes back to its sender one period later', async () => {
    const play = [pulseTrain(96_000, 12_000, 480)];
    const { recorded } = await playAndRecord(peers, {
      name: 'self',
      jack,
      frames: 96_000,
      play,
      to: ['system:playback_1'],
      from: ['system:monitor_1'],
    });
    const found = findPulses(recorded[0] ?? new Float32Array(0), 0.5, 1000);
    expect(found.map((frame) => (frame - 480) % 12_000)).toEqual(Array.from(found, () => 64));
    expect(found).toHaveLength(8);
  });
});

describe('The real client on the test card', () => {
  it('hears what the test feeds to the card, and its server plays it back to it', async () => {
    const cardName = `peers${process.pid}`;
    const card = createTestCard(cardName, 'wire');
    peers.atEnd(card.close);
    const driver = {
      kind: 'alsa',
      device: cardName,
      periods: 2,
      env: writeTestCardConf(peers.folder, [cardName]),
    } as const;
    const cardJack = await startJack(peers, { name: `card${process.pid}`, periodFrames: 64, driver });
    const server = await startServer(peers, { port: 23_200, fast64: true });
    const jitter = { client: 4, server: 4 };
    await startClient(peers, { ...anna(server.address), jack: cardJack, autoConnect: true, small: true, jitter });
    await server.waitForClient('anna');
    const music = musicLike(3, 2);
    const fedAt = card.frameNow() + 4800;
    card.feed(
      fedAt,
      Int32Array.from(music, (sample) => sample * 2 ** 31),
    );
    await until('the end of the music', () => card.frameNow() > fedAt + music.length + 9600);
    const played = Float32Array.from(card.played(fedAt, music.length + 4800).left, (sample) => sample / 2 ** 31);
    const { lagFrames, correlation } = alignPieces(music, played, { maxLagFrames: 4800 });
    console.log(
      `card to card through the real client and server: ${lagFrames} frames, correlation ${correlation.toFixed(3)}`,
    );
    expect(correlation).toBeGreaterThan(0.8);
    expect(lagFrames).toBeGreaterThan(192);
  });
});
