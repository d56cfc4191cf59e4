/**
 * The stage of the session tests: a folder of processes for each test, one JACK server a file for the real clients, and
 * a box without a sound card. Ports: server 23200 (JSON-RPC 23199), clients 23300, 23400.
 */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { isMessage, parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, type Message } from '../../src/jamulus/messages/message.ts';
import { type Client, type ClientOptions, startClient } from '../peers/client.ts';
import { type Jack, startJack } from '../peers/jack.ts';
import { playAndRecord } from '../peers/jackpulse.ts';
import { createPeers, type Peers } from '../peers/processes.ts';
import type { Relay, RelayedDatagram } from '../peers/relay.ts';
import { type Server, type ServerOptions, startServer } from '../peers/server.ts';
import { type Box, startBox } from './box.ts';

export type Stage = {
  /** Of the running test. */
  readonly peers: () => Peers;
  readonly server: (options?: Partial<ServerOptions>) => Promise<Server>;
  /** The real client "anna", on JACK, not wired to anything. */
  readonly anna: (server: string, options?: Partial<ClientOptions>) => Promise<Client>;
  /** The box on the clock at 128 frames, connected to `server`; it plays silence unless `args` say otherwise. */
  readonly box: (server: string, args?: readonly string[], name?: string) => Promise<Box>;
  /** Plays a 440 Hz tone at -12 dBFS to a client, the same on both sides, from now on and for so many seconds. */
  readonly playTone: (client: Client, seconds: number) => void;
  /** What a client plays to its musician from now on, the left side. */
  readonly listen: (client: Client, seconds: number) => Promise<Float32Array>;
};

/** Call once in a test file; a JACK server is started only `withJack`. */
export function useStage(name: string, { withJack = true } = {}): Stage {
  let peers: Peers;
  let jackPeers: Peers;
  let jack: Jack;
  beforeAll(async () => {
    if (!withJack) return;
    jackPeers = createPeers(`${name}-jack`);
    jack = await startJack(jackPeers, { name: `${name}${process.pid}`, periodFrames: 128 });
  });
  afterAll(() => jackPeers?.end());
  beforeEach(() => {
    peers = createPeers(name);
  });
  afterEach(() => peers.end());
  return {
    peers: () => peers,
    server: (options = {}) => startServer(peers, { port: 23_200, ...options }),
    anna: (server, options = {}) =>
      startClient(peers, { name: 'anna', port: 23_300, jack, server, autoConnect: false, ...options }),
    box: (server, args = [], boxName = 'box') => {
      const sound = args.includes('--input') ? [] : ['--input', 'silence'];
      const output = args.includes('--output') ? [] : ['--output', 'none'];
      return startBox(peers, {
        name: boxName,
        args: ['--server', server, '--period', '128', ...sound, ...output, ...args],
      });
    },
    playTone: (client, seconds) => {
      const tone = Float32Array.from(
        { length: seconds * 48_000 },
        (_, i) => 0.25 * Math.sin((2 * Math.PI * 440 * i) / 48_000),
      );
      playAndRecord(peers, { name: 'tone', jack, frames: tone.length, play: [tone, tone], to: client.inputs }).catch(
        () => undefined, // Cut short by the end of the test.
      );
    },
    listen: async (client, seconds) => {
      const frames = seconds * 48_000;
      const { recorded } = await playAndRecord(peers, { name: 'listener', jack, frames, from: [client.outputs[0]] });
      return recorded[0] ?? new Float32Array(0);
    },
  };
}

/** Text of all chat that a real client has received, HTML as the server sends it. */
export function chatOf(client: Client): string[] {
  return client.rpc.notifications
    .filter(({ method }) => method === 'jamulusclient/chatTextReceived')
    .map(({ params }) => (params as { chatText: string }).chatText);
}

/** The level lists that a real client has received: a step 0…9 for each musician, by ascending channel. */
export function levelsOf(client: Client): number[][] {
  return client.rpc.notifications
    .filter(({ method }) => method === 'jamulusclient/channelLevelListReceived')
    .map(({ params }) => (params as { channelLevelList: number[] }).channelLevelList);
}

/** The messages of one type that went through a relay, in order, those sent again included. */
export function messagesOf<T extends Message['type']>(
  relay: Relay,
  direction: RelayedDatagram['direction'],
  type: T,
): (Extract<Message, { type: T }> & { readonly atMs: number })[] {
  const found: (Extract<Message, { type: T }> & { readonly atMs: number })[] = [];
  for (const { bytes, atMs, direction: way } of relay.datagrams) {
    const frame = way === direction && isMessage(bytes, bytes.length) ? parseFrame(bytes) : undefined;
    if (frame === undefined) continue;
    const message = decodeMessage(frame.id, frame.body);
    if (message.type === type) found.push({ ...(message as Extract<Message, { type: T }>), atMs });
  }
  return found;
}
