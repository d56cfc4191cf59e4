/**
 * Runs the room's whole tick, system calls included, for many ticks as fast as it goes and prints how many bytes of the
 * heap a tick took, once all is compiled. Its players are the room's own socket and another: what the room sends to
 * itself is what it gets. Started by no-allocation.test.ts in a process of its own.
 */
import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { addressOf } from '../../../src/linux/libc.ts';
import { toPeerAddress } from '../../../src/linux/resolve.ts';
import { openUdpSocket, UdpReceiver, UdpSender } from '../../../src/linux/udp-socket.ts';
import { MAX_SENT_BYTES } from '../../../src/room/engine/channel-output.ts';
import { UdpBatch } from '../../../src/room/engine/datagram-batch.ts';
import { writeOrder } from '../../../src/room/engine/order-writer.ts';
import { createTapMemory, openTapReader } from '../../../src/room/engine/recorder-tap.ts';
import { createReportMemory, ReportRing } from '../../../src/room/engine/report-ring.ts';
import { RoomEngine } from '../../../src/room/engine/room-engine.ts';
import { roomMemory, status } from '../../../src/room/engine/room-memory.ts';
import { BATCH } from '../../../src/room/engine/room-socket.ts';
import type { RoomOrder } from '../../../src/room/room-ports.ts';
import { opus, raw } from './formats.ts';

const TICKS = 10_000;
const open = () => {
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) throw new Error(socket.error);
  return socket;
};
const [server, ...players] = [open(), open(), open(), open()];
const peers = [server, ...players].map(({ port }) => toPeerAddress({ family: 4, address: '127.0.0.1', port }));
const room = roomMemory();
const ring = new ReportRing(createReportMemory());
const tap = createTapMemory(128, 4);
const engine = new RoomEngine({
  room,
  ring,
  tap,
  source: new UdpReceiver(server, BATCH),
  batch: new UdpBatch(server, MAX_SENT_BYTES, room.status),
  wasm: new Uint8Array(readFileSync(new URL('../../../build/opus.wasm', import.meta.url))),
  ...{ maxChannels: 4, frameSamples: 128, delayPanning: false },
});
const order = (it: RoomOrder) => writeOrder(room, it);
const formats = [raw(128, 2), opus(128, 2), opus(64, 1), opus(128, 1, 2)];
for (const [channelId, peer] of peers.entries()) {
  order({ type: 'openChannel', channelId, generation: 1, peer });
  order({ type: 'setTransport', channelId, format: formats[channelId]! });
  order({ type: 'setIdentified', channelId });
}
order({ type: 'setRecording', on: true });

const reader = openTapReader(tap);
// Each player says the same again and again: noise to the codec, with numbers that stand still.
const senders = players.map((socket, i) => {
  const sender = new UdpSender(socket);
  sender.setPeer(peers[0]!);
  const { frameBytes, blockFactor } = formats[i + 1]!;
  const datagram = Uint8Array.from({ length: (frameBytes + 1) * blockFactor }, (_, n) => (n * 77) & 255);
  return { sender, address: addressOf(new Uint8Array(datagram.buffer)), datagram };
});
// What players' sockets get is dropped by the kernel when they are full; strangers come as well.
const stranger = new UdpSender(open());
stranger.setPeer(peers[0]!);
const junk = new Uint8Array(200).fill(3);
const junkAddress = addressOf(junk);

function tick(n: number): void {
  for (let i = 0; i < senders.length; i++) {
    const { sender, address, datagram } = senders[i]!;
    sender.send(address, datagram.length);
  }
  if ((n & 15) === 0) stranger.send(junkAddress, junk.length);
  engine.tick();
}

let spent = 0;
function run(): number {
  spent = 0;
  for (let n = 0; n < TICKS; n++) {
    if (n % 250 === 0) {
      // Not the room thread's: the main thread's and the recorder's ends.
      while (ring.shift() !== undefined);
      while (reader.read() !== undefined);
      order({ type: 'setGain', listener: n % 4, source: (n >> 2) % 4, gain: (n % 100) / 100 });
    }
    if (n % 250 === 1) spent -= getHeapStatistics().used_heap_size;
    tick(n);
    if (n % 250 === 249) spent += getHeapStatistics().used_heap_size;
  }
  return spent / TICKS;
}

for (let i = 0; i < 3; i++) run();
const bytesPerTick = run();
console.log(
  JSON.stringify({ bytesPerTick, received: room.status[status.audioReceived], sent: room.status[status.audioSent] }),
);
process.exit(0);
