import { afterEach, expect, test } from 'vitest';
import { AUDIO_ARRIVED, FROM_ELSEWHERE } from '../../src/audio/message-ring.ts';
import { messageDatagram } from '../../src/jamulus/messages/message.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import { closeUdpSocket, openUdpSocket, UdpSender } from '../../src/linux/udp-socket.ts';
import { randomIntegers } from '../opus/signals.ts';
import { type EchoPeer, kernelDrops, startEchoPeer } from './echo-peer.ts';
import { format, missingFrames, type Rig, sequenceOf, startRig, until } from './engine-rig.ts';

/** 10,000 a second for 3 s, as far as this machine can send that. */
const FLOOD = 30_000;
const BURST = 100;
const BURST_MS = 10;
/** What the whole process, test included, may grow by meanwhile. */
const MEMORY_BYTES = 64 * 1024 * 1024;

const STREAM = format(64, 2, 'normal');

let rig: Rig;
let server: EchoPeer;
let stranger: EchoPeer;

afterEach(async () => {
  await rig.stop();
  server.close();
  stranger.close();
});

async function start(): Promise<void> {
  server = await startEchoPeer();
  stranger = await startEchoPeer();
  rig = await startRig();
  rig.engine.setStream(STREAM, server.address);
  await rig.periods(100);
}

/** Random bytes of 1 to 300, but never of the length of audio: that could not be told from it. */
function garbage(): () => Uint8Array {
  const random = randomIntegers(7);
  return () => {
    const length = 1 + (random() % 300);
    const bytes = new Uint8Array(length === STREAM.frameBytes + 1 ? length + 1 : length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = random();
    if (random() % 4 === 0) bytes.fill(0, 0, 2); // the tag of a message
    return bytes;
  };
}

/** Everything that the box has sent while the flood came, and how much its memory grew. */
async function flood(from: EchoPeer, next: () => Uint8Array): Promise<number> {
  await delivered();
  server.received.length = 0;
  const before = process.memoryUsage.rss();
  for (let sent = 0; sent < FLOOD; ) {
    const pause = new Promise((resolve) => setTimeout(resolve, BURST_MS));
    for (let i = 0; i < BURST; i++, sent++) from.send(rig.socket.port, next());
    await pause;
  }
  await rig.periods(50);
  await delivered();
  return process.memoryUsage.rss() - before;
}

/** Waits until the server has had time to get what was sent up to now. */
async function delivered(): Promise<void> {
  const before = server.received.length;
  await until(() => server.received.length > before);
  await new Promise((resolve) => setTimeout(resolve, 20));
}

function expectUnbrokenStream(): void {
  // More than 3 s of datagrams, in unbroken sequence: the flood has not held the engine up, nor stopped it.
  expect(server.received.length).toBeGreaterThan(2000);
  expect(new Set(server.received.map(({ length }) => length))).toEqual(new Set([STREAM.frameBytes + 1]));
  expect(missingFrames(sequenceOf(server.received, STREAM))).toBeLessThanOrEqual(kernelDrops(server.port));
  expect(rig.count('sendFailures')).toBe(0);
  expect(rig.count('codecErrors')).toBe(0);
}

test('A flood of garbage from a stranger is dropped and counted, and the stream goes on', async () => {
  await start();
  const grown = await flood(stranger, garbage());
  expectUnbrokenStream();
  const lost = kernelDrops(rig.socket.port);
  expect(rig.count('foreign')).toBeLessThanOrEqual(FLOOD);
  expect(rig.count('foreign')).toBeGreaterThanOrEqual(FLOOD - lost);
  expect(rig.count('putErrors')).toBe(0);
  expect(new Set(rig.records.map(({ kind }) => kind))).toEqual(new Set([AUDIO_ARRIVED]));
  expect(stranger.received).toEqual([]);
  expect(grown).toBeLessThan(MEMORY_BYTES);
});

test('A flood of garbage from the server’s own address is counted and never played, and the stream goes on', async () => {
  await start();
  const before = rig.count('audioReceived');
  const grown = await flood(server, garbage());
  expectUnbrokenStream();
  const lost = kernelDrops(rig.socket.port);
  expect(rig.count('putErrors')).toBeGreaterThanOrEqual(FLOOD - lost);
  expect(rig.count('putErrors')).toBeLessThanOrEqual(FLOOD);
  expect(rig.count('audioReceived') - before).toBeGreaterThanOrEqual(FLOOD - lost);
  expect(rig.count('foreign')).toBe(0);
  // Told about once a second, not once a datagram.
  expect(rig.records.length).toBeLessThan(30);
  expect(grown).toBeLessThan(MEMORY_BYTES);
});

test('A flood of well-formed messages from a stranger reaches the main thread or is counted, and the stream goes on', async () => {
  await start();
  const message = messageDatagram({ type: 'CLM_CHANNEL_LEVEL_LIST', levels: new Array(150).fill(3) });
  const grown = await flood(stranger, () => message);
  expectUnbrokenStream();
  const arrived = rig.records.filter(({ kind }) => kind === FROM_ELSEWHERE).length;
  const lost = kernelDrops(rig.socket.port);
  expect(arrived + rig.engine.droppedMessages()).toBe(rig.count('messages'));
  expect(rig.count('messages')).toBeGreaterThanOrEqual(FLOOD - lost);
  expect(grown).toBeLessThan(MEMORY_BYTES);
});

test('When the main thread does not fetch messages they are dropped and counted, and the audio goes on', async () => {
  await start();
  const message = messageDatagram({ type: 'CLM_WELCOME_MESSAGE', text: 'x'.repeat(1500) });
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 0 });
  if ('error' in socket) throw new Error(socket.error);
  const sender = new UdpSender(socket);
  sender.setPeer(toPeerAddress({ family: 4, address: '127.0.0.1', port: rig.socket.port }));
  const sentBefore = rig.count('audioSent');
  // The main thread never gives its event loop a turn, as if it hung.
  for (let burst = 1; burst <= 10; burst++) {
    for (let i = 0; i < BURST; i++) sender.send(message, message.length);
    while (rig.count('audioSent') - sentBefore < 10 * burst);
  }
  closeUdpSocket(socket);
  expect(rig.engine.droppedMessages()).toBeGreaterThan(0);
  const arrived = () => rig.records.filter(({ kind }) => kind === FROM_ELSEWHERE);
  await until(() => arrived().length + rig.engine.droppedMessages() === rig.count('messages'));
  expect(arrived().length).toBeGreaterThan(300);
  expect(arrived().every(({ datagram }) => Buffer.compare(datagram, message) === 0)).toBe(true);
  await delivered();
  expect(missingFrames(sequenceOf(server.received, STREAM))).toBeLessThanOrEqual(kernelDrops(server.port));
  expect(rig.count('sendFailures')).toBe(0);
});
