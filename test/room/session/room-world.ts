/**
 * A room's session in the hands of a test: a small honest room thread (who has which channel, what it was ordered), a
 * link that may lose, delay and repeat, and clients on it.
 */
import { createClientSession } from '../../../src/jamulus/client-session.ts';
import { createDelivery } from '../../../src/jamulus/delivery.ts';
import { isConnectionless, isMessage, parseFrame } from '../../../src/jamulus/frame.ts';
import { decodeMessage, encodeMessage, type Message, messageDatagram } from '../../../src/jamulus/messages/message.ts';
import type {
  ClientSession,
  ClientSessionSettings,
  SessionEvent,
  SessionOutput,
} from '../../../src/jamulus/session-types.ts';
import type { StreamFormat } from '../../../src/jamulus/stream-format.ts';
import type { Mixing, RoomOrder } from '../../../src/room/room-ports.ts';
import { createRoomSession } from '../../../src/room/session/room-session.ts';
import type {
  RoomEvent,
  RoomOutput,
  RoomSession,
  RoomSessionSettings,
} from '../../../src/room/session/room-session-types.ts';
import { ALICE } from '../../jamulus/harness.ts';

export const PLAIN_ROOM: RoomSessionSettings = {
  maxChannels: 10,
  frameSamples: 128,
  multithreading: false,
  delayPanning: false,
  ipv6: false,
  rawAudio: false,
  goodbyeOnClose: true,
  logging: false,
  licenceRequired: false,
  welcome: '',
  recorder: 'not-initialised',
};

/** 12:51:20 PM. */
export const NOON = 12 * 3600 + 51 * 60 + 20;
const AUDIO_MS = 100;
const JUNK = Uint8Array.of(255);

/** What the room thread knows of a channel by its orders. */
export interface ThreadChannel {
  readonly channelId: number;
  readonly generation: number;
  readonly peer: Uint8Array;
  format: StreamFormat | null;
  identified: boolean;
  mixing: Mixing;
  jitter: { auto: boolean; blocks: number };
  readonly gains: Map<number, number>;
}

interface Endpoint {
  readonly peer: Uint8Array;
  receive(datagram: Uint8Array): void;
  tick(): void;
  nextTickMs(): number;
  /** Sends audio now, if it sends any. */
  audio(): void;
}

export interface Link {
  /** Delay of the next datagram, ms, once for each copy that arrives. */
  deliver(): readonly number[];
}

const PERFECT: Link = { deliver: () => [0] };

/**
 * Loses the fraction `loss`, delays by up to 60 ms, doubles a few. Nothing overtakes: a late copy of an old frame counts as
 * new in this protocol (delivery.ts), so that both ends need not agree then.
 */
export function lossyLink(seed: number, loss: number): Link {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    deliver: () => (random() < loss ? [] : random() < 0.05 ? [60 * random(), 60 * random()] : [60 * random()]),
  };
}

export interface World {
  readonly room: RoomSession;
  nowMs: number;
  readonly outputs: RoomOutput[];
  readonly threadChannels: Map<number, ThreadChannel>;
  recording: boolean;
  link: Link;
  /** Takes what a method of the session returned. */
  take(outputs: readonly RoomOutput[]): void;
  toRoom(peer: Uint8Array, datagram: Uint8Array): void;
  /** Lets time pass, with all ticks and everything that is under way. */
  wait(durationMs: number): void;
  join(endpoint: Endpoint): void;
  vanish(endpoint: Endpoint): void;
  orders(): RoomOrder[];
  events(): RoomEvent[];
}

export function peerOf(port: number, address = [127, 0, 0, 1]): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...address, port >> 8, port & 255);
}

export function startWorld(settings: Partial<RoomSessionSettings> = {}, link: Link = PERFECT): World {
  const room = createRoomSession({ ...PLAIN_ROOM, ...settings });
  const endpoints = new Map<string, Endpoint>();
  const underWay: { atMs: number; run: () => void }[] = [];
  let nextAudioMs = 0;
  let lastAtMs = 0;

  function send(run: () => void): void {
    for (const delayMs of world.link.deliver()) {
      lastAtMs = Math.max(lastAtMs, world.nowMs + delayMs);
      underWay.push({ atMs: lastAtMs, run });
    }
  }

  function execute(order: RoomOrder): void {
    if (order.type === 'openChannel') {
      const { channelId, generation, peer } = order;
      if (world.threadChannels.has(channelId)) throw new Error(`channel ${channelId} opened twice`);
      const jitter = { auto: true, blocks: 10 };
      const gains = new Map<number, number>();
      const defaults = { format: null, identified: false, mixing: 'yes', jitter, gains } as const;
      world.threadChannels.set(channelId, { channelId, generation, peer, ...defaults });
      for (const other of world.threadChannels.values()) other.gains.delete(channelId);
      return;
    }
    if (order.type === 'setRecording') {
      world.recording = order.on;
      return;
    }
    const channel = world.threadChannels.get('channelId' in order ? order.channelId : order.listener);
    if (channel === undefined) throw new Error(`order for a closed channel: ${JSON.stringify(order)}`);
    if (order.type === 'closeChannel') world.threadChannels.delete(order.channelId);
    if (order.type === 'setTransport') channel.format = order.format;
    if (order.type === 'setIdentified') channel.identified = true;
    if (order.type === 'setMixing') channel.mixing = order.mixing;
    if (order.type === 'setJitter') channel.jitter = { auto: order.auto, blocks: order.blocks };
    if (order.type === 'setGain') channel.gains.set(order.source, order.gain);
  }

  function arrive(peer: Uint8Array, datagram: Uint8Array): void {
    const known = [...world.threadChannels.values()].find((channel) => String(channel.peer) === String(peer));
    if (known === undefined) world.take(room.unknownPeer(peer, datagram, world.nowMs, NOON));
    else if (isMessage(datagram, datagram.length)) {
      world.take(room.receive(known.channelId, known.generation, datagram, world.nowMs, NOON));
    }
  }

  function audioEverywhere(): void {
    for (const endpoint of endpoints.values()) endpoint.audio();
    for (const { peer, format, identified } of world.threadChannels.values()) {
      if (format !== null && identified) send(() => endpoints.get(String(peer))?.receive(JUNK));
    }
  }

  const world: World = {
    room,
    nowMs: 1000,
    outputs: [],
    threadChannels: new Map(),
    recording: false,
    link,
    take(outputs) {
      for (const output of outputs) {
        world.outputs.push(output);
        if (output.type === 'send') send(() => endpoints.get(String(output.peer))?.receive(output.datagram));
        if (output.type === 'order') execute(output.order);
      }
    },
    toRoom: (peer, datagram) => send(() => arrive(peer, datagram)),
    wait(durationMs) {
      const endMs = world.nowMs + durationMs;
      for (;;) {
        const first = underWay.reduce<(typeof underWay)[number] | undefined>(
          (best, item) => (best === undefined || item.atMs < best.atMs ? item : best),
          undefined,
        );
        const ticks = [...endpoints.values()].map((endpoint) => endpoint.nextTickMs());
        const nextMs = Math.min(first?.atMs ?? Infinity, room.nextTickMs(), nextAudioMs, ...ticks);
        if (nextMs > endMs) break;
        world.nowMs = Math.max(world.nowMs, nextMs);
        if (first !== undefined && first.atMs <= world.nowMs) {
          underWay.splice(underWay.indexOf(first), 1);
          first.run();
        } else if (nextAudioMs <= world.nowMs) {
          nextAudioMs = world.nowMs + AUDIO_MS;
          audioEverywhere();
        } else {
          world.take(room.tick(world.nowMs));
          for (const endpoint of endpoints.values()) endpoint.tick();
        }
      }
      world.nowMs = endMs;
    },
    join: (endpoint) => endpoints.set(String(endpoint.peer), endpoint),
    vanish: (endpoint) => endpoints.delete(String(endpoint.peer)),
    orders: () => world.outputs.flatMap((output) => (output.type === 'order' ? [output.order] : [])),
    events: () => world.outputs.flatMap((output) => (output.type === 'event' ? [output.event] : [])),
  };
  return world;
}

/** A client that says what the test tells it to, and acknowledges everything unless told otherwise. */
export interface Puppet extends Endpoint {
  /** Messages from the room, each once. */
  readonly heard: Message[];
  acknowledges: boolean;
  say(...messages: Message[]): void;
  /** Says something on behalf of the last say(), and waits until it is over. */
  heardNow(): Message[];
  heardOf<T extends Message['type']>(type: T): Extract<Message, { type: T }>[];
}

export function puppet(world: World, port: number, address?: number[]): Puppet {
  const peer = peerOf(port, address);
  let heardBefore = 0;
  const delivery = createDelivery({
    send: (datagram) => {
      if (self.acknowledges) world.toRoom(peer, datagram);
    },
    evaluate: (id, body) => hear(id, body),
  });

  function hear(id: number, body: Uint8Array): void {
    const message = decodeMessage(id, body);
    if (message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error(`a client can't read ${id}`);
    self.heard.push(message);
  }

  const self: Puppet = {
    peer,
    heard: [],
    acknowledges: true,
    receive(datagram) {
      const frame = parseFrame(datagram);
      if (frame === undefined) return;
      if (isConnectionless(frame.id)) hear(frame.id, frame.body);
      else delivery.receive(frame, world.nowMs);
    },
    tick: () => delivery.tick(world.nowMs),
    nextTickMs: () => delivery.nextTickMs(),
    audio: () => undefined,
    say(...messages) {
      for (const message of messages) {
        const { id, body } = encodeMessage(message);
        if (message.type === 'SPLIT_MESS_SUPPORTED') delivery.allowSplit();
        if (isConnectionless(id)) world.toRoom(peer, messageDatagram(message));
        else delivery.post(id, body, world.nowMs);
      }
      world.wait(0);
    },
    heardNow() {
      const fresh = self.heard.slice(heardBefore);
      heardBefore = self.heard.length;
      return fresh;
    },
    heardOf: <T extends Message['type']>(type: T) =>
      self.heard.filter((message): message is Extract<Message, { type: T }> => message.type === type),
  };
  world.join(self);
  return self;
}

/** A puppet that sends its first audio, has been greeted and has introduced itself. */
export function player(world: World, port: number, name: string): Puppet {
  const self = puppet(world, port);
  world.toRoom(self.peer, JUNK);
  world.wait(0);
  self.say({ type: 'SPLIT_MESS_SUPPORTED' }, infos(name));
  self.heardNow();
  return self;
}

export function infos(name: string): Extract<Message, { type: 'CHANNEL_INFOS' }> {
  return { type: 'CHANNEL_INFOS', name, city: 'Bremen', countryCode: 82, instrument: 13, skill: 'intermediate' };
}

/** Our own client's session on the link. */
export interface BoxClient extends Endpoint {
  readonly session: ClientSession;
  readonly events: SessionEvent[];
  format: StreamFormat | null;
  do(command: (session: ClientSession, nowMs: number) => readonly SessionOutput[]): void;
  eventsOf<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[];
}

export function boxClient(world: World, port: number, settings: Partial<ClientSessionSettings> = {}): BoxClient {
  const peer = peerOf(port);
  const session = createClientSession({ ...ALICE, ...settings });

  function take(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'send') world.toRoom(peer, output.datagram);
      if (output.type === 'stream') self.format = output.format;
      if (output.type === 'event') self.events.push(output.event);
    }
  }

  const self: BoxClient = {
    peer,
    session,
    events: [],
    format: null,
    receive(datagram) {
      const isAudio = parseFrame(datagram) === undefined;
      take(isAudio ? session.audioArrived(world.nowMs) : session.receive(datagram, world.nowMs));
    },
    tick: () => take(session.tick(world.nowMs)),
    nextTickMs: () => session.nextTickMs(),
    audio() {
      if (self.format !== null) world.toRoom(peer, JUNK);
    },
    do: (command) => take(command(session, world.nowMs)),
    eventsOf: <T extends SessionEvent['type']>(type: T) =>
      self.events.filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type),
  };
  world.join(self);
  return self;
}
