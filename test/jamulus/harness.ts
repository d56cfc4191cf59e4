/** A client session in the hands of a test: a clock, a small honest server's end, and what came out. */
import { createClientSession } from '../../src/jamulus/client-session.ts';
import { createDelivery } from '../../src/jamulus/delivery.ts';
import { isConnectionless, parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, encodeMessage, type Message, messageDatagram } from '../../src/jamulus/messages/message.ts';
import type {
  ClientSession,
  ClientSessionSettings,
  SessionEvent,
  SessionOutput,
} from '../../src/jamulus/session-types.ts';
import type { StreamFormat } from '../../src/jamulus/stream-format.ts';

export const ALICE: ClientSessionSettings = {
  profile: { name: 'Alice', city: 'Bremen', countryCode: 82, instrument: 13, skill: 'intermediate' },
  transport: { quality: 'low', channels: 1, frameSamples: 128, blockFactor: 1 },
  jitter: { auto: true, clientBlocks: 10, serverBlocks: 10 },
  rememberedMix: () => undefined,
};

export interface Harness {
  readonly session: ClientSession;
  nowMs: number;
  /** Everything put out so far, 'send' excepted. */
  readonly outputs: SessionOutput[];
  /** Messages that have reached the server: once each, without ACKN. */
  readonly heard: Message[];
  /** While false nothing passes, in either direction. */
  connected: boolean;
  /** Takes what a method of the session returned, and lets the datagrams go back and forth until none is left. */
  take(outputs: readonly SessionOutput[]): void;
  /** The server says something. */
  say(...messages: Message[]): void;
  /** Lets time pass, with every tick the session asks for. */
  wait(durationMs: number): void;
  /** Server audio arrives now. */
  audio(): void;
  events(): SessionEvent[];
  eventsOf<T extends SessionEvent['type']>(type: T): Extract<SessionEvent, { type: T }>[];
  /** Names of the messages heard since the last call, pings excepted. */
  heardNow(): string[];
  /** The server's end forgets everything, as one that is started anew. */
  restartServer(): void;
}

export function startHarness(settings: Partial<ClientSessionSettings> = {}): Harness {
  const session = createClientSession({ ...ALICE, ...settings });
  const waiting: { toServer: boolean; datagram: Uint8Array }[] = [];
  const server = createDelivery({
    send: (datagram) => waiting.push({ toServer: false, datagram }),
    evaluate: (id, body) => hear(id, body),
  });
  let heardBefore = 0;

  function hear(id: number, body: Uint8Array): void {
    const message = decodeMessage(id, body);
    if (message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error(`the server can't read ${id}`);
    harness.heard.push(message);
  }

  function collect(outputs: readonly SessionOutput[]): void {
    for (const output of outputs) {
      if (output.type === 'send') waiting.push({ toServer: true, datagram: output.datagram });
      else harness.outputs.push(output);
    }
  }

  function deliver(): void {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (!harness.connected) continue;
      if (!next.toServer) {
        collect(session.receive(next.datagram, harness.nowMs));
        continue;
      }
      const frame = parseFrame(next.datagram);
      if (frame === undefined) throw new Error('the session sent something that is no message');
      if (isConnectionless(frame.id)) hear(frame.id, frame.body);
      else server.receive(frame, harness.nowMs);
    }
  }

  const harness: Harness = {
    session,
    nowMs: 1000,
    outputs: [],
    heard: [],
    connected: true,
    take(outputs) {
      collect(outputs);
      deliver();
    },
    say(...messages) {
      for (const message of messages) {
        const { id, body } = encodeMessage(message);
        if (isConnectionless(id)) waiting.push({ toServer: false, datagram: messageDatagram(message) });
        else server.post(id, body, harness.nowMs);
        deliver();
      }
    },
    wait(durationMs) {
      const endMs = harness.nowMs + durationMs;
      for (let next = session.nextTickMs(); next <= endMs; next = session.nextTickMs()) {
        harness.nowMs = Math.max(harness.nowMs, next);
        harness.take(session.tick(harness.nowMs));
      }
      harness.nowMs = endMs;
    },
    audio() {
      harness.take(session.audioArrived(harness.nowMs));
    },
    events: () => harness.outputs.flatMap((output) => (output.type === 'event' ? [output.event] : [])),
    eventsOf: <T extends SessionEvent['type']>(type: T) =>
      harness.events().filter((event): event is Extract<SessionEvent, { type: T }> => event.type === type),
    heardNow() {
      const fresh = harness.heard.slice(heardBefore).map((message) => message.type);
      heardBefore = harness.heard.length;
      return fresh.filter((type) => type !== 'CLM_PING_MS');
    },
    restartServer: () => server.reset(),
  };
  return harness;
}

export function person(channelId: number, name: string) {
  return { channelId, name, city: '', countryCode: 0, instrument: 0, skill: 'not-set' as const };
}

/** The greeting of a 3.9.1 server without welcome text and licence (sessions.md §5). */
export function greeting(channelId: number): Message[] {
  return [
    { type: 'CLIENT_ID', channelId },
    { type: 'CONN_CLIENTS_LIST', clients: [] },
    { type: 'REQ_SPLIT_MESS_SUPPORT' },
    { type: 'REQ_NETW_TRANSPORT_PROPS' },
    { type: 'REQ_JITT_BUF_SIZE' },
    { type: 'REQ_CHANNEL_INFOS' },
    { type: 'VERSION_AND_OS', os: 2, version: '3.9.1' },
    { type: 'RECORDER_STATE', state: 'not-enabled' },
  ];
}

/** A session that has joined: own channel 1, Bob on channel 0, Carol on channel 7, server audio flowing. */
export function joined(settings: Partial<ClientSessionSettings> = {}): Harness {
  const harness = startHarness(settings);
  harness.take(harness.session.connect(harness.nowMs));
  harness.say(...greeting(1));
  harness.say({ type: 'CONN_CLIENTS_LIST', clients: [person(0, 'Bob'), person(1, 'Alice'), person(7, 'Carol')] });
  harness.audio();
  harness.heardNow();
  return harness;
}

/** The formats of all 'stream' outputs. */
export function streams(outputs: readonly SessionOutput[]): (StreamFormat | null)[] {
  return outputs.flatMap((output) => (output.type === 'stream' ? [output.format] : []));
}
