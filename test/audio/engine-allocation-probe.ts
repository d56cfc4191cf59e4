/**
 * Runs the whole engine, system calls included, for many periods as fast as it goes and prints how many bytes of the heap
 * a period took, once all is compiled. The server is the engine's own socket: what it sends is what it gets.
 * Started by engine-garbage.test.ts in a process of its own.
 */
import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { type AudioDevice, READY } from '../../src/audio/device.ts';
import { Engine } from '../../src/audio/engine.ts';
import { toneSource } from '../../src/audio/generators.ts';
import { InputControl } from '../../src/audio/input-stage.ts';
import { createRingMemory, MessageRing } from '../../src/audio/message-ring.ts';
import { OutputControl } from '../../src/audio/output-stage.ts';
import { control, sharedAudio, status, writeStream } from '../../src/audio/shared.ts';
import { nowUs } from '../../src/linux/clock.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import { openUdpSocket } from '../../src/linux/udp-socket.ts';
import { format } from './engine-rig.ts';

const PERIODS = 20_000;

const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
if ('error' in socket) throw new Error(socket.error);
const self = toPeerAddress({ family: 4, address: '127.0.0.1', port: socket.port });
const shared = sharedAudio();
const engine = new Engine(
  shared,
  new MessageRing(createRingMemory()),
  socket,
  new Uint8Array(readFileSync(new URL('../../build/opus.wasm', import.meta.url))),
);
const tone = toneSource();
const device: AudioDevice = {
  granted: { description: 'as fast as it goes', periodFrames: 64, bufferFrames: 0, inputs: null, outputs: null },
  wait: () => READY,
  read(into) {
    tone.read(into, 64);
    return READY;
  },
  write: () => READY,
  queuedFrames: () => 0,
  wakeUpLatencyUs: () => nowUs() & 1023,
  recover: () => READY,
  close() {},
};
// A new stream every quarter: 64 and 128 frames, mono and stereo, Opus and raw, with and without numbers.
const streams = [
  format(64, 2, 'high'),
  format(128, 1, 'low', 2),
  format(64, 2, 'max'),
  format(128, 2, 'normal', 1, false),
] as const;

shared.input[InputControl.gain] = 1;
shared.input[InputControl.boost] = 1;
shared.output[OutputControl.network] = 1;
shared.output[OutputControl.master] = 0.7;
shared.output[OutputControl.monitor] = 0.3;
shared.controls[control.jitterAuto] = 1;

function run(): number {
  let grown = 0;
  for (const stream of streams) {
    writeStream(shared, stream, self);
    const before = getHeapStatistics().used_heap_size;
    engine.run(device, PERIODS / streams.length);
    grown += getHeapStatistics().used_heap_size - before;
  }
  return grown / PERIODS;
}

for (let i = 0; i < 4; i++) run();
const bytesPerPeriod = run();
console.log(JSON.stringify({ bytesPerPeriod, received: shared.status[status.audioReceived] }));
