/**
 * The test bench of the session tests: a folder of processes for each test, one JACK server a file for the real clients, and
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

/** A program on JACK. */
export type Wired = Pick<Client, 'name' | 'inputs' | 'outputs'>;

export type TestBench = {
  /** Name of the JACK server. */
  readonly jackName: string;
  /** Of the running test. */
  readonly peers: () => Peers;
  readonly server: (options?: Partial<ServerOptions>) => Promise<Server>;
  /** The real client "anna", on JACK, not wired to anything. */
  readonly anna: (server: string, options?: Partial<ClientOptions>) => Promise<Client>;
  /** The box on the clock at 128 frames, connected to `server`; it plays silence unless `args` say otherwise. */
  readonly box: (server: string, args?: readonly string[], name?: string) => Promise<Box>;
  /** Plays a tone to a client, 440 Hz at -12 dBFS (peak 0.25), the same on both sides, for `seconds` from now on. */
  readonly playTone: (client: Wired, seconds: number, tone?: { hertz?: number; peak?: number }) => void;
  /** Plays some music to it over and over. */
  readonly playMusic: (client: Wired, seconds: number, music: Float32Array) => void;
  /** What a client plays to its musician from now on, the left side. */
  readonly listen: (client: Wired, seconds: number) => Promise<Float32Array>;
  /** The same, both sides. */
  readonly listenToBoth: (client: Wired, seconds: number) => Promise<readonly Float32Array[]>;
};

/** Call once in a test file; a JACK server is started only `withJack`. */
export function useTestBench(
  name: string,
  { withJack = true, periodFrames = 128 }: { withJack?: boolean; periodFrames?: 64 | 128 | 256 } = {},
): TestBench {
  const jackName = `${name}${process.pid}`;
  let peers: Peers;
  let jackPeers: Peers;
  let jack: Jack;
  beforeAll(async () => {
    if (!withJack) return;
    jackPeers = createPeers(`${name}-jack`);
    jack = await startJack(jackPeers, { name: jackName, periodFrames });
  });
  afterAll(() => jackPeers?.end());
  beforeEach(() => {
    peers = createPeers(name);
  });
  afterEach(() => peers.end());
  const play = (client: Wired, seconds: number, sample: (frame: number) => number) => {
    const sound = Float32Array.from({ length: seconds * 48_000 }, (_, i) => sample(i));
    const name = `player-${client.name}`;
    playAndRecord(peers, { name, jack, frames: sound.length, play: [sound, sound], to: client.inputs }).catch(
      () => undefined, // Cut short by the end of the test.
    );
  };
  const listenTo = async (client: Wired, seconds: number, sides: 1 | 2) => {
    const frames = seconds * 48_000;
    const from = client.outputs.slice(0, sides);
    return (await playAndRecord(peers, { name: `listener-${client.name}`, jack, frames, from })).recorded;
  };
  return {
    jackName,
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
    playTone: (client, seconds, { hertz = 440, peak = 0.25 } = {}) => {
      play(client, seconds, (i) => peak * Math.sin((2 * Math.PI * hertz * i) / 48_000));
    },
    playMusic: (client, seconds, music) => play(client, seconds, (i) => music[i % music.length] ?? 0),
    listen: async (client, seconds) => (await listenTo(client, seconds, 1))[0] ?? new Float32Array(0),
    listenToBoth: (client, seconds) => listenTo(client, seconds, 2),
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
