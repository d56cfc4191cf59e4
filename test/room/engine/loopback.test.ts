/** The room as a whole on real sockets, with the box's own client: its session and its real-time engine, headless. */
import { expect, onTestFinished, test } from 'vitest';
import { startAudioEngine } from '../../../src/audio/audio-engine.ts';
import { AUDIO_ARRIVED } from '../../../src/audio/message-ring.ts';
import { meter } from '../../../src/audio/shared.ts';
import { createClientSession } from '../../../src/jamulus/client-session.ts';
import type { SessionEvent, SessionOutput } from '../../../src/jamulus/session-types.ts';
import { toPeerAddress } from '../../../src/linux/resolve.ts';
import { closeUdpSocket, openUdpSocket, UdpSender } from '../../../src/linux/udp-socket.ts';
import { openTapReader } from '../../../src/room/engine/recorder-tap.ts';
import { createRoom } from '../../../src/room/room.ts';
import type { RoomEvent } from '../../../src/room/session/room-session-types.ts';
import { buildMix } from '../../../tools/build-mix.mjs';
import { OPEN } from '../../audio/engine-rig.ts';
import { until } from '../../peers/wait.ts';
import { opusWasm } from '../../support/opus.ts';
import { PLAIN_ROOM } from '../session/room-world.ts';

await buildMix();
const wasm = await opusWasm();
const PATIENT = { timeoutMs: 20_000 };

function startClient(port: number, name: string, kind: 'tone' | 'silence') {
  const server = toPeerAddress({ family: 4, address: '127.0.0.1', port });
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) throw new Error(socket.error);
  const sender = new UdpSender(socket);
  sender.setPeer(server);
  const events: SessionEvent[] = [];
  const session = createClientSession({
    profile: { name, city: '', countryCode: 0, instrument: 1, skill: 'not-set' },
    transport: { quality: 'normal', channels: 2, frameSamples: 128, blockFactor: 1 },
    jitter: { auto: true, clientBlocks: 10, serverBlocks: 10 },
    rememberedMix: () => undefined,
  });
  const engine = startAudioEngine({
    ...{ input: { kind }, output: { kind: 'none' }, periodFrames: 128, periods: 2, toneUntilFound: false },
    ...{ realtime: undefined, socket, wasm, onMessage: () => undefined },
    onRecord: (record) => {
      const nowMs = performance.now();
      take(record.kind === AUDIO_ARRIVED ? session.audioArrived(nowMs) : session.receive(record.datagram, nowMs));
    },
  });
  engine.setControls(OPEN);
  function take(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'send') sender.send(output.datagram, output.datagram.length);
      if (output.type === 'stream') engine.setStream(output.format, server);
      if (output.type === 'jitter') engine.setJitter(output.auto, output.blocks);
      if (output.type === 'event') events.push(output.event);
    }
  }
  const timer = setInterval(() => take(session.tick(performance.now())), 50);
  onTestFinished(async () => {
    clearInterval(timer);
    await engine.stop();
    closeUdpSocket(socket);
  });
  take(session.connect(performance.now()));
  return { events, session, take, hears: () => engine.shared.meters[meter.outLeft]! };
}

test('Two boxes meet in a room: they see and hear each other, the tap hears both, and leaving is seen', async () => {
  const roomEvents: RoomEvent[] = [];
  const room = createRoom({
    ...{ settings: { ...PLAIN_ROOM, maxChannels: 4, recorder: 'not-enabled' }, port: 0, realtime: undefined, wasm },
    onEvent: (event) => roomEvents.push(event),
  });
  if ('error' in room) throw new Error(room.error);
  onTestFinished(() => room.stop());
  await room.running;
  const anna = startClient(room.port, 'Anna', 'silence');
  const ben = startClient(room.port, 'Ben', 'tone');
  const listed = () => anna.events.findLast((event) => event.type === 'clientList');
  await until('Anna sees Ben', () => listed()?.clients.some(({ name }) => name === 'Ben'), PATIENT);
  await until('Anna hears Ben', () => anna.hears() > 0.05, PATIENT);
  await until(
    'Anna sees their level',
    () => {
      const event = anna.events.findLast(({ type }) => type === 'levels');
      return event?.type === 'levels' && event.levels.some(({ level }) => level > 4);
    },
    PATIENT,
  );
  expect(
    room.session
      .channels()
      .map(({ info }) => info.name)
      .toSorted(),
  ).toEqual(['Anna', 'Ben']);

  room.ask((session, nowMs) => session.setRecorder('recording', nowMs));
  const tap = openTapReader(room.thread.tap);
  const recorded = new Set<number>();
  await until(
    'both on the tap',
    () => {
      for (let frame = tap.read(); frame !== undefined; frame = tap.read()) recorded.add(frame.channelId);
      return recorded.size === 2;
    },
    PATIENT,
  );
  await until(
    'the notice',
    () => anna.events.some((event) => event.type === 'recorderState' && event.state === 'recording'),
    PATIENT,
  );

  ben.take(ben.session.leave(performance.now()));
  await until('Ben has left', () => roomEvents.some(({ type }) => type === 'left'), PATIENT);
  await until('Anna alone', () => listed()?.clients.length === 1, PATIENT);
  expect(room.thread.counters().reportsDropped).toBe(0);
  await room.stop();
});
