import { describe, expect, type TestContext, test } from 'vitest';
import { AUDIO_ARRIVED, FROM_ELSEWHERE, FROM_SERVER } from '../../src/audio/message-ring.ts';
import { meter } from '../../src/audio/shared.ts';
import { readWavFile } from '../../src/audio/wav-reader.ts';
import { buildFrame } from '../../src/jamulus/frame.ts';
import { messageDatagram } from '../../src/jamulus/messages/message.ts';
import { type EchoPeer, startEchoPeer } from './echo-peer.ts';
import {
  cleanStretch,
  format,
  inputSamples,
  isSilence,
  OPEN,
  type Rig,
  type RigOptions,
  startRig,
  toneLevel,
  until,
} from './engine-rig.ts';
import { outFile, sine } from './signals.ts';

const STREAM = format(64, 2, 'high');

/** A server and a running engine, both gone at the end of the test. */
async function start(
  atEnd: TestContext['onTestFinished'],
  options: RigOptions = {},
): Promise<{ rig: Rig; peer: EchoPeer }> {
  const peer = await startEchoPeer();
  atEnd(() => peer.close());
  const rig = await startRig(options);
  atEnd(async () => {
    await rig.stop();
  });
  return { rig, peer };
}

function kinds(rig: Rig): number[] {
  return rig.records.map(({ kind }) => kind);
}

/** Full scale, both channels, 375 Hz: what a howling loudspeaker looks like. */
function squareWave(): Float32Array {
  return Float32Array.from({ length: 2 * 128 }, (_, i) => (i < 128 ? 1 : -1));
}

/** Waits until the peer has everything that the engine has sent up to now. */
async function delivered(rig: Rig, peer: EchoPeer): Promise<number> {
  const sent = rig.count('audioSent');
  await until(() => peer.received.length >= sent);
  return sent;
}

describe.concurrent('Closing the microphone', () => {
  const ways = [
    ['mute', { ...OPEN, muted: true }],
    ['a microphone closed by the box', { ...OPEN, microphoneClosed: true }],
  ] as const;
  const streams = [format(64, 1, 'low'), STREAM, format(128, 1, 'high'), format(128, 2, 'normal', 2, false)];

  test.for(ways)(
    'by %s: after three frames there is nothing but silence on the wire, and it opens again',
    async ([, closed], { onTestFinished }) => {
      for (const stream of streams) {
        const { rig, peer } = await start(onTestFinished);
        rig.engine.setStream(stream, peer.address);
        await rig.periods(40);
        const openTo = rig.count('audioSent');
        rig.engine.setControls(closed);
        // One more datagram may have been under way with the microphone open.
        const silentFrom = rig.count('audioSent') + 1 + Math.ceil(3 / stream.blockFactor);
        await until(() => rig.count('audioSent') > silentFrom + 20);
        const silentTo = await delivered(rig, peer);
        rig.engine.setControls(OPEN);
        const openedFrom = rig.count('audioSent') + 8;
        await until(() => rig.count('audioSent') > openedFrom + 20);
        const openedTo = await delivered(rig, peer);
        const silent = peer.received.map((datagram) => isSilence(datagram, stream));
        expect(silentTo - silentFrom).toBeGreaterThan(8);
        expect(silent.slice(2, openTo)).not.toContain(true);
        expect(silent.slice(silentFrom, silentTo)).not.toContain(false);
        expect(silent.slice(openedFrom, openedTo)).not.toContain(true);
        expect(openedTo - openedFrom).toBeGreaterThan(8);
      }
    },
  );

  test('from the start means that not one sample of the input leaves', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished);
    rig.engine.setControls({ ...OPEN, microphoneClosed: true });
    await rig.periods(3);
    rig.engine.setStream(STREAM, peer.address);
    await rig.periods(100);
    const sent = await delivered(rig, peer);
    expect(sent).toBeGreaterThan(90);
    expect(peer.received.filter((datagram) => !isSilence(datagram, STREAM))).toEqual([]);
  });
});

describe.concurrent('The feedback guard', () => {
  test('closes the microphone when the input stays at full scale, and watches anew when it is armed again', async ({
    onTestFinished,
  }) => {
    const { rig, peer } = await start(onTestFinished, { input: inputSamples(squareWave(), true) });
    rig.engine.setStream(STREAM, peer.address);
    await rig.periods(600);
    expect(rig.count('guardTripped')).toBe(0);
    for (let time = 1; time <= 2; time++) {
      const armedAt = rig.count('audioSent');
      rig.engine.watchFeedback(true);
      await until(() => rig.count('guardTripped') === 0);
      await until(() => rig.count('guardTripped') === 1);
      const silentFrom = rig.count('audioSent') + 4;
      await rig.periods(40);
      const silentTo = await delivered(rig, peer);
      const silent = peer.received.map((datagram) => isSilence(datagram, STREAM));
      expect(silent.slice(silentFrom, silentTo)).not.toContain(false);
      // Three checks a tenth of a second apart, 75 periods each.
      const heard = silent.slice(armedAt, silentTo).filter((isSilent) => !isSilent).length;
      expect(heard).toBeGreaterThan(220);
      if (time === 2) expect(heard).toBeLessThan(235);
    }
  });

  test('that is told to stop watches no more, and opens what it has closed', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished, { input: inputSamples(squareWave(), true) });
    rig.engine.setStream(STREAM, peer.address);
    rig.engine.watchFeedback(true);
    rig.engine.watchFeedback(false);
    await rig.periods(600);
    expect(rig.count('guardTripped')).toBe(0);
    rig.engine.watchFeedback(true);
    await until(() => rig.count('guardTripped') === 1);
    rig.engine.watchFeedback(false);
    await until(() => rig.count('guardTripped') === 0);
    const from = (await delivered(rig, peer)) + 4;
    await rig.periods(100);
    const heardTo = await delivered(rig, peer);
    const late = peer.received.slice(from, heardTo).map((datagram) => isSilence(datagram, STREAM));
    expect(late.length).toBeGreaterThan(50);
    expect(late).not.toContain(true);
  });

  test('leaves ordinary music alone', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished, { input: inputSamples(sine(440, 0.6, 0, 4800), true) });
    rig.engine.setStream(STREAM, peer.address);
    rig.engine.watchFeedback(true);
    await rig.periods(900);
    expect(rig.count('guardTripped')).toBe(0);
  });
});

describe.concurrent('What is heard', () => {
  test('is nothing before the server’s first audio, then left on the left and right on the right', async ({
    onTestFinished,
  }) => {
    const path = outFile('engine-heard.wav');
    const left = sine(440, 0.25, 0, 4800).map((sample, i) => (i % 2 === 0 ? sample : 0));
    const { rig, peer } = await start(onTestFinished, { input: inputSamples(left, true), outputPath: path });
    peer.echo = false;
    rig.engine.setStream(STREAM, peer.address);
    await rig.periods(100);
    const silentTo = rig.frames() - 128;
    peer.echo = true;
    const { from, to } = await cleanStretch(rig);
    await rig.stop();
    const wav = readWavFile(path);
    if (!wav.ok) throw new Error(wav.error);
    expect(wav.samples.subarray(0, 2 * silentTo).every((sample) => sample === 0)).toBe(true);
    expect(toneLevel(path, from, to, 0)).toBeCloseTo(0.25, 2);
    expect(toneLevel(path, from, to, 1)).toBeLessThan(0.005);
  });

  test('ends with the stream', async ({ onTestFinished }) => {
    const path = outFile('engine-ends.wav');
    const { rig, peer } = await start(onTestFinished, { outputPath: path });
    rig.engine.setStream(STREAM, peer.address);
    await until(() => (rig.engine.shared.meters[meter.outLeft] ?? 0) > 0.09);
    rig.engine.setStream(null, peer.address);
    // The period under way, and one of fading out.
    const silentFrom = rig.frames() + 3 * 64;
    await rig.periods(50);
    await rig.stop();
    const wav = readWavFile(path);
    if (!wav.ok) throw new Error(wav.error);
    expect(wav.frames).toBeGreaterThan(silentFrom + 40 * 64);
    expect(wav.samples.subarray(0, 2 * silentFrom).some((sample) => Math.abs(sample) > 0.08)).toBe(true);
    expect(wav.samples.subarray(2 * silentFrom).every((sample) => sample === 0)).toBe(true);
  });
});

describe.concurrent('Reports of audio', () => {
  test('come with the first of it and then about once a second', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished);
    rig.engine.setStream(STREAM, peer.address);
    await until(() => rig.records.length >= 4);
    expect(kinds(rig)).toEqual([AUDIO_ARRIVED, AUDIO_ARRIVED, AUDIO_ARRIVED, AUDIO_ARRIVED]);
    expect(rig.count('audioReceived')).toBeGreaterThan(1500);
    for (const [i, { receivedUs, datagram }] of rig.records.entries()) {
      expect(datagram).toHaveLength(0);
      if (i > 0) expect((receivedUs - rig.records[i - 1]!.receivedUs) | 0).toBeGreaterThanOrEqual(1_000_000);
    }
  });

  test('come anew with each stream, and also for audio after its end', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished);
    for (let stream = 1; stream <= 2; stream++) {
      rig.engine.setStream(STREAM, peer.address);
      await until(() => rig.records.length === 2 * stream - 1);
      // First the last echo, then the end of the stream.
      peer.echo = false;
      await rig.periods(20);
      rig.engine.setStream(null, peer.address);
      await rig.periods(20);
      expect(rig.records).toHaveLength(2 * stream - 1);
      peer.send(rig.socket.port, Uint8Array.of(255));
      await until(() => rig.records.length === 2 * stream);
      peer.echo = true;
    }
    expect(new Set(kinds(rig))).toEqual(new Set([AUDIO_ARRIVED]));
  });

  test('come for anything from the server that is no message: a wrong size is a sign of life, but no audio', async ({
    onTestFinished,
  }) => {
    const { rig, peer } = await start(onTestFinished);
    peer.echo = false;
    rig.engine.setStream(STREAM, peer.address);
    await rig.periods(5);
    const wrong = [new Uint8Array(STREAM.frameBytes), new Uint8Array(2 * STREAM.frameBytes + 2), Uint8Array.of(255)];
    for (const datagram of wrong) peer.send(rig.socket.port, datagram);
    await until(() => rig.count('audioReceived') === wrong.length && rig.records.length > 0);
    expect(kinds(rig)).toEqual([AUDIO_ARRIVED]);
    expect(rig.count('putErrors')).toBe(wrong.length);
    await rig.periods(20);
    // Every block that is asked for is missing: nothing of it got into the jitter buffer.
    expect(rig.count('gets')).toBeGreaterThan(10);
    expect(rig.count('misses')).toBe(rig.count('gets'));
    expect(rig.count('foreign')).toBe(0);
  });
});

describe.concurrent('Messages', () => {
  const bound = messageDatagram({ type: 'CHAT_TEXT', text: 'hello' });
  const connectionless = messageDatagram({ type: 'CLM_PING_MS', timeMs: 7 });
  const unknown = buildFrame(999, 3, new Uint8Array(5));
  const damaged = bound.map((byte, i) => (i === 8 ? byte ^ 1 : byte));

  test('of the server arrive whole, with its address, in order', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished);
    peer.echo = false;
    rig.engine.setStream(STREAM, peer.address);
    await rig.periods(5);
    const long = buildFrame(24, 1, new Uint8Array(19_000).fill(9));
    for (const datagram of [bound, connectionless, unknown, long]) peer.send(rig.socket.port, datagram);
    await until(() => rig.records.length === 4);
    expect(kinds(rig)).toEqual([FROM_SERVER, FROM_SERVER, FROM_SERVER, FROM_SERVER]);
    expect(rig.records.map(({ datagram }) => Buffer.from(datagram).toString('hex'))).toEqual(
      [bound, connectionless, unknown, long].map((datagram) => Buffer.from(datagram).toString('hex')),
    );
    for (const record of rig.records) expect(record.peer).toEqual(peer.address);
    expect(rig.count('messages')).toBe(4);
    expect(rig.count('audioReceived')).toBe(0);
  });

  test('from elsewhere get through only if they need no connection; all else is dropped and counted', async ({
    onTestFinished,
  }) => {
    const { rig, peer } = await start(onTestFinished);
    const stranger = await startEchoPeer();
    onTestFinished(() => stranger.close());
    peer.echo = false;
    rig.engine.setStream(STREAM, peer.address);
    await rig.periods(5);
    const audio = new Uint8Array(STREAM.frameBytes + 1).fill(4);
    const dropped = [bound, unknown, damaged, audio, Uint8Array.of(255), new Uint8Array(40_000)];
    for (const datagram of [...dropped, connectionless]) stranger.send(rig.socket.port, datagram);
    await until(() => rig.records.length === 1);
    expect(rig.records[0]?.kind).toBe(FROM_ELSEWHERE);
    expect(rig.records[0]?.peer).toEqual(stranger.address);
    expect(Buffer.from(rig.records[0]!.datagram)).toEqual(Buffer.from(connectionless));
    expect(rig.count('foreign')).toBe(dropped.length);
    expect(rig.count('audioReceived')).toBe(0);
    expect(rig.count('messages')).toBe(1);
    // The stranger heard nothing: neither an answer nor the stream.
    expect(stranger.received).toEqual([]);
  });

  test('before the first stream nobody is the server', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished);
    for (const datagram of [bound, Uint8Array.of(255), connectionless]) peer.send(rig.socket.port, datagram);
    await until(() => rig.records.length === 1);
    expect(kinds(rig)).toEqual([FROM_ELSEWHERE]);
    expect(rig.count('foreign')).toBe(2);
  });
});

describe.concurrent('The end', () => {
  test('of a stream comes within a period: nothing is sent afterwards', async ({ onTestFinished }) => {
    const { rig, peer } = await start(onTestFinished);
    rig.engine.setStream(STREAM, peer.address);
    await rig.periods(30);
    rig.engine.setStream(null, peer.address);
    const sent = rig.count('audioSent');
    await rig.periods(100);
    expect(rig.count('audioSent') - sent).toBeLessThanOrEqual(1);
    await delivered(rig, peer);
    expect(peer.received).toHaveLength(rig.count('audioSent'));
  });

  test('of the engine ends its thread and gives a report; a second engine in the same process works', async ({
    onTestFinished,
  }) => {
    for (let time = 1; time <= 2; time++) {
      const { rig, peer } = await start(onTestFinished);
      rig.engine.setStream(STREAM, peer.address);
      await until(() => peer.received.length > 20);
      const report = await rig.stop();
      expect(report?.seconds).toBeGreaterThan(0);
      expect(rig.messages.map(({ type }) => type)).toEqual(['running']);
      const periods = rig.count('periods');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(rig.count('periods')).toBe(periods);
      const sent = peer.received.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(peer.received).toHaveLength(sent);
    }
  });

  test('comes also when the output file cannot be written: that is a state with a reason, not an exit', async ({
    onTestFinished,
  }) => {
    const { rig, peer } = await start(onTestFinished, { outputPath: '/nonexistent/out.wav' });
    rig.engine.setStream(STREAM, peer.address);
    // The clock stands in, so the connection is kept alive.
    await until(() => peer.received.length > 50);
    expect(rig.messages[0]).toMatchObject({ type: 'missing', error: expect.stringContaining('/nonexistent/out.wav') });
    expect(await rig.stop()).toBeDefined();
  });
});
