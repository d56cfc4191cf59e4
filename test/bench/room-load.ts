/**
 * Players for the bench, in a process of its own: N clients with the box's own session, each on its own port, that send
 * music as stereo, normal quality, 128 samples, by the clock, and hear what comes without decoding it.
 * Arguments: server's port, number of clients. Prints `ready` when all of them hear the server. Then at SIGUSR2 its counts
 * begin anew, and at SIGTERM it prints them.
 */
import { readFileSync } from 'node:fs';
import { createClientSession } from '../../src/jamulus/client-session.ts';
import { isMessage } from '../../src/jamulus/frame.ts';
import type { ClientSession, SessionOutput } from '../../src/jamulus/session-types.ts';
import type { StreamFormat } from '../../src/jamulus/stream-format.ts';
import { Deadline } from '../../src/linux/clock.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import { openUdpSocket, UdpReceiver, UdpSender } from '../../src/linux/udp-socket.ts';
import { createEncoder, loadOpus } from '../../src/opus/codec.ts';
import { musicLike } from '../peers/signal.ts';

const FRAME = 128;
const FRAME_BYTES = 71;
/** Number of moments over which the clients of one tick are spread. */
const GROUPS = 4;
const STEPS_PER_TURN = 8;

const [port = 0, count = 1] = process.argv.slice(2).map(Number);
const server = toPeerAddress({ family: 4, address: '127.0.0.1', port });

/** Four seconds of music, coded. */
function codedMusic(): Uint8Array[] {
  const library = loadOpus(readFileSync(new URL('../../build/opus.wasm', import.meta.url)), 1);
  const encoder = createEncoder(library, { frameSamples: FRAME, channels: 2 });
  encoder.setFrameBytes(FRAME_BYTES);
  const sound = musicLike(4, 7, 0.2);
  return Array.from({ length: Math.floor(sound.length / FRAME) }, (_, frame) => {
    for (let i = 0; i < FRAME; i++) {
      encoder.pcm[2 * i] = sound[frame * FRAME + i]!;
      encoder.pcm[2 * i + 1] = 0.7 * sound[frame * FRAME + i]!;
    }
    encoder.encode();
    return encoder.bytes.slice(0, FRAME_BYTES);
  });
}

interface Client {
  readonly session: ClientSession;
  readonly sender: UdpSender;
  readonly receiver: UdpReceiver;
  readonly datagram: Uint8Array;
  format: StreamFormat | null;
  sequence: number;
  heard: number;
  reportedAtMs: number;
}

function makeClient(number: number): Client {
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) throw new Error(socket.error);
  const sender = new UdpSender(socket);
  sender.setPeer(server);
  const profile = { name: `Load ${number}`, city: '', countryCode: 0, instrument: 1, skill: 'not-set' } as const;
  const session = createClientSession({
    profile,
    transport: { quality: 'normal', channels: 2, frameSamples: FRAME, blockFactor: 1 },
    jitter: { auto: true, clientBlocks: 10, serverBlocks: 10 },
    rememberedMix: () => undefined,
  });
  const rest = { format: null, sequence: 0, heard: 0, reportedAtMs: -1e9 };
  return { session, sender, receiver: new UdpReceiver(socket, 8), datagram: new Uint8Array(FRAME_BYTES + 1), ...rest };
}

function take(client: Client, outputs: readonly SessionOutput[]): void {
  for (const output of outputs) {
    if (output.type === 'send') client.sender.send(output.datagram, output.datagram.length);
    if (output.type === 'stream') client.format = output.format;
  }
}

const music = codedMusic();
const clients = Array.from({ length: count }, (_, number) => makeClient(number));

function listen(client: Client, nowMs: number): void {
  const { receiver, session } = client;
  for (;;) {
    const received = receiver.receive();
    for (let i = 0; i < received; i++) {
      const datagram = receiver.datagrams[i]!;
      if (isMessage(datagram, receiver.length(i))) {
        take(client, session.receive(datagram.slice(0, receiver.length(i)), nowMs));
        continue;
      }
      client.heard++;
      if (nowMs - client.reportedAtMs < 1000) continue;
      client.reportedAtMs = nowMs;
      take(client, session.audioArrived(nowMs));
    }
    if (received < 8) break;
  }
  if (session.nextTickMs() <= nowMs) take(client, session.tick(nowMs));
}

function play(client: Client, number: number, frame: number): void {
  if (client.format === null) return;
  const { datagram, sender, format } = client;
  datagram.set(music[(frame + 37 * number) % music.length]!);
  datagram[FRAME_BYTES] = client.sequence++;
  sender.send(datagram, format.sequenceNumbers ? FRAME_BYTES + 1 : FRAME_BYTES);
}

let isReady = false;
let restarted = false;
let ended = false;
process.on('SIGUSR2', () => {
  restarted = true;
});
process.on('SIGTERM', () => {
  ended = true;
});
const deadline = new Deadline((FRAME * 1e9) / 48000 / GROUPS);
let sinceMs = performance.now();
for (let step = 0; !ended; step++) {
  deadline.sleepUntilNext();
  if (deadline.lateUs() > 200_000) deadline.restart();
  const nowMs = performance.now();
  const frame = Math.floor(step / GROUPS);
  for (let number = step % GROUPS; number < count; number += GROUPS) {
    const client = clients[number]!;
    // One after the other, so that greetings don't come all at once.
    if (client.session.state() === 'disconnected' && frame > 8 * number) take(client, client.session.connect(nowMs));
    play(client, number, frame);
    listen(client, nowMs);
  }
  if (!isReady && clients.every(({ heard }) => heard > 400)) {
    isReady = true;
    console.log('ready');
  }
  if (restarted) {
    restarted = false;
    sinceMs = nowMs;
    for (const client of clients) client.heard = 0;
  }
  if (step % STEPS_PER_TURN === 0) await new Promise(setImmediate);
}
const seconds = (performance.now() - sinceMs) / 1000;
const heard = clients.map((client) => client.heard / seconds);
console.log(JSON.stringify({ seconds, leastPerSecond: Math.min(...heard), mostPerSecond: Math.max(...heard) }));
process.exit(0);
