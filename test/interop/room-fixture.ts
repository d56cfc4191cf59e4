/** What the tests of our own room with real programs share: rooms, light guests, tones in what is heard. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { median } from '../../src/audio/percentiles.ts';
import { createClientSession } from '../../src/jamulus/client-session.ts';
import { isMessage } from '../../src/jamulus/frame.ts';
import type { ClientSession, SessionEvent, SessionOutput } from '../../src/jamulus/session-types.ts';
import type { StreamFormat } from '../../src/jamulus/stream-format.ts';
import { silenceFrame } from '../../src/jamulus/transport.ts';
import { createHost, type Host } from '../../src/room/host/host.ts';
import type { HostSettings } from '../../src/room/host/host-types.ts';
import { createRoom, type Room } from '../../src/room/room.ts';
import type { RoomEvent, RoomSessionSettings } from '../../src/room/session/room-session-types.ts';
import { buildMix } from '../../tools/build-mix.mjs';
import type { Peers } from '../peers/processes.ts';
import { until } from '../peers/wait.ts';
import { PLAIN_ROOM } from '../room/session/room-world.ts';
import { opusWasm } from '../support/opus.ts';

await buildMix();
const wasm = await opusWasm();

/** Above JACK's 70, as a box that hosts is above everything but its own sound. */
const REALTIME = { priority: 75, core: undefined };
/** Often enough for a guest who has nothing to play. */
const SILENCE_MS = 20;

export type TestRoom = Room & {
  /** 127.0.0.1:port */
  readonly address: string;
  readonly events: readonly RoomEvent[];
  /** Names of those who are in, by channel. */
  readonly names: () => string[];
};

/** A room of 128 samples unless `settings` say otherwise, closed at the end of the test. */
export async function openRoom(peers: Peers, settings: Partial<RoomSessionSettings> = {}, port = 0): Promise<TestRoom> {
  const events: RoomEvent[] = [];
  const room = createRoom({
    settings: { ...PLAIN_ROOM, ...settings },
    ...{ port, loopbackOnly: true, realtime: REALTIME, wasm },
    onEvent: (event) => events.push(event),
  });
  if ('error' in room) throw new Error(room.error);
  peers.atEnd(() => room.stop());
  await room.running;
  const names = () =>
    room.session
      .channels()
      .filter(({ identified }) => identified)
      .map(({ info }) => info.name);
  return { ...room, address: `127.0.0.1:${room.port}`, events, names };
}

export type TestHost = Host & { readonly address: string };

/** A room with all that belongs to it. */
export async function openHost(peers: Peers, settings: Partial<HostSettings> = {}): Promise<TestHost> {
  const { recorder: _, ...session } = PLAIN_ROOM;
  const host = await createHost({
    settings: {
      ...{ kind: 'room', port: 0, session, recordings: null, registerAt: null, directory: null, routeHost: null },
      ...{ place: { name: 'Box Room', city: 'Köln', countryCode: 82 }, realtime: REALTIME },
      ...settings,
    },
    wasm,
    onChange: () => undefined,
    onLog: () => undefined,
  });
  if ('error' in host) throw new Error(host.error);
  peers.atEnd(() => host.stop());
  return { ...host, address: `127.0.0.1:${host.port}` };
}

export type Guest = {
  readonly name: string;
  readonly events: readonly SessionEvent[];
  readonly session: ClientSession;
  /** Names in the list that it was last sent. */
  readonly list: () => string[];
  /** With a goodbye. */
  readonly leave: () => Promise<void>;
  /** Without a word. */
  readonly vanish: () => void;
};

/** A client with the box's own session and no sound: it sends digital silence, and takes next to nothing of a core. */
export async function startGuest(peers: Peers, port: number, name: string): Promise<Guest> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => undefined); // a room that is closed refuses
  const events: SessionEvent[] = [];
  const session = createClientSession({
    profile: { name, city: '', countryCode: 0, instrument: 0, skill: 'not-set' },
    transport: { quality: 'normal', channels: 2, frameSamples: 128, blockFactor: 1 },
    jitter: { auto: false, clientBlocks: 10, serverBlocks: 10 },
    rememberedMix: () => undefined,
  });
  let isOpen = true;
  let format: StreamFormat | null = null;
  let sequence = 0;
  const send = (datagram: Uint8Array) => {
    if (isOpen) socket.send(datagram, () => undefined);
  };
  const take = (outputs: readonly SessionOutput[]) => {
    for (const output of outputs) {
      if (output.type === 'send') send(output.datagram);
      else if (output.type === 'event') events.push(output.event);
      else if (output.type === 'stream') format = output.format;
    }
  };
  socket.on('message', (bytes) => {
    const nowMs = performance.now();
    take(isMessage(bytes, bytes.length) ? session.receive(bytes, nowMs) : session.audioArrived(nowMs));
  });
  const timer = setInterval(() => {
    if (format !== null) {
      send(Uint8Array.from([...silenceFrame(format), ...(format.sequenceNumbers ? [sequence++] : [])]));
    }
    take(session.tick(performance.now()));
  }, SILENCE_MS);
  const close = () => {
    clearInterval(timer);
    if (isOpen) socket.close();
    isOpen = false;
  };
  peers.atEnd(close);
  take(session.connect(performance.now()));
  const list = () => {
    const last = events.findLast((event) => event.type === 'clientList');
    return last?.clients.map((client) => client.name) ?? [];
  };
  return {
    ...{ name, events, session, list },
    leave: async () => {
      take(session.leave(performance.now()));
      await until(`the end of ${name}`, () => session.state() === 'disconnected');
      close();
    },
    vanish: close,
  };
}

const PIECE_FRAMES = 4800;

/**
 * Peak of a tone in a recording, 0…1: the median of its tenths of a second, so that a slip of the virtual machine does
 * not count. Frequencies that are multiples of 10 Hz don't disturb each other.
 */
export function tonePeak(sound: Float32Array, hertz: number): number {
  const peaks: number[] = [];
  for (let at = 0; at + PIECE_FRAMES <= sound.length; at += PIECE_FRAMES) {
    let cosine = 0;
    let sine = 0;
    for (let i = 0; i < PIECE_FRAMES; i++) {
      const angle = (2 * Math.PI * hertz * i) / 48_000;
      cosine += (sound[at + i] as number) * Math.cos(angle);
      sine += (sound[at + i] as number) * Math.sin(angle);
    }
    peaks.push((2 * Math.hypot(cosine, sine)) / PIECE_FRAMES);
  }
  return median(peaks) || 0;
}

/** dB of `peak` against another. */
export function dbOf(peak: number, reference: number): number {
  return 20 * Math.log10(Math.max(1e-9, peak) / reference);
}
