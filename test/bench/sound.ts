/**
 * The two kinds of sound hardware that box and real client are compared on, with the bench at the other end of the wire.
 * `card`: a test card of its own (test/testcard); the box opens it through ALSA, the real client through jackd -d alsa,
 * as each would on a Raspberry Pi. `jack`: a JACK server on the dummy driver; the real client is a client of it, the
 * box opens it through ALSA's jack plug-in.
 */
import { type Client, startClient } from '../peers/client.ts';
import { type Jack, startJack } from '../peers/jack.ts';
import { playAndRecord } from '../peers/jackpulse.ts';
import type { PeerProcess, Peers } from '../peers/processes.ts';
import type { Server } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { type AlsaEnv, writeJackConf, writeTestCardConf } from '../testcard/build.ts';
import { createTestCard, type TestCard } from '../testcard/control.ts';
import { BURST_EVERY_FRAMES, bursts, delaysOf, music } from './signal.ts';

const RATE = 48_000;
const FULL_SCALE = 2 ** 31;
const PERIODS = 2;
/** JACK's own answer to what the measurement costs: what goes out comes back one period later. */
const JACKPULSE_PERIODS = 1;

export type Kind = 'card' | 'jack';
export type Who = 'box' | 'client';
export type Frames = 64 | 128;

export type Setup = {
  readonly kind: Kind;
  readonly who: Who;
  readonly frames: Frames;
  /** Blocks, own and at the server. */
  readonly jitter: readonly [number, number];
};

/** One of the two, connected, and what its musician does. */
export type Player = {
  readonly process: PeerProcess;
  /** What the real client on the card needs and the box does not. */
  readonly jackd: PeerProcess | undefined;
  /** Plays music, at most 4.8 s, to it; returns when it has begun. */
  readonly playMusic: (seconds: number) => Promise<void>;
  /** Plays bursts to it and gives the delays until it plays them itself, frames. */
  readonly delaysFrames: (count: number) => Promise<number[]>;
  /** Under- and overruns of the card so far; undefined where nobody counts them. */
  readonly xruns: () => number | undefined;
};

/** The command line of a box as people start it. */
export function boxArgs(setup: Pick<Setup, 'frames' | 'jitter'>, device: string, server: string): string[] {
  const { frames, jitter } = setup;
  return [
    ...['--server', server, '--name', 'box', '--input', `alsa:${device}`, '--output', `alsa:${device}`],
    ...['--period', String(frames), '--periods', String(PERIODS), '--frames', String(frames)],
    ...['--channels', 'stereo', '--quality', 'high', '--jitter', jitter.join(',')],
    ...['--state', `${import.meta.dirname}/../out/bench-state`],
  ];
}

/** Starts box or client and waits until it is on the server. */
export async function startPlayer(peers: Peers, setup: Setup, server: Server): Promise<Player> {
  return setup.kind === 'card' ? onCard(peers, setup, server) : onJack(peers, setup, server);
}

/** A fresh test card, wired to the bench. */
export function openCard(peers: Peers): { readonly card: TestCard; readonly env: AlsaEnv } {
  const name = `bench${process.pid}`;
  const card = createTestCard(name, 'wire');
  peers.atEnd(card.close);
  return { card, env: writeTestCardConf(peers.folder, [name]) };
}

async function onCard(peers: Peers, setup: Setup, server: Server): Promise<Player> {
  const { card, env } = openCard(peers);
  let process: PeerProcess;
  let jackd: PeerProcess | undefined;
  if (setup.who === 'box') {
    process = await startBox(peers, setup, card.name, env, server);
  } else {
    const driver = { kind: 'alsa', device: card.name, periods: PERIODS, env } as const;
    const jack = await startJack(peers, { name: card.name, periodFrames: setup.frames, driver });
    jackd = jack.process;
    process = (await startReal(peers, setup, jack, server, true)).process;
  }
  const feed = (at: number, sound: Float32Array) =>
    card.feed(
      at,
      Int32Array.from(sound, (sample) => sample * FULL_SCALE),
    );
  return {
    process,
    jackd,
    playMusic: async (seconds) => feed(card.frameNow() + RATE / 20, music(seconds)),
    delaysFrames: async (count) => {
      const at = card.frameNow() + RATE / 10;
      feed(at, bursts(count));
      const frames = count * BURST_EVERY_FRAMES;
      await until('the bursts', () => card.frameNow() > at + frames);
      const { left } = card.played(at, frames);
      return delaysOf(
        Float32Array.from(left, (sample) => sample / FULL_SCALE),
        count,
      );
    },
    xruns: () => card.status('playback').xruns + card.status('capture').xruns,
  };
}

async function onJack(peers: Peers, setup: Setup, server: Server): Promise<Player> {
  const jack = await startJack(peers, { name: `bench${process.pid}`, periodFrames: setup.frames });
  let ports: { readonly process: PeerProcess; readonly inputs: readonly string[]; readonly outputs: readonly string[] };
  if (setup.who === 'box') {
    const env = { ...writeJackConf(peers.folder), ...jack.env };
    const inputs = ['boxcap:in_000', 'boxcap:in_001'];
    const outputs = ['boxplay:out_000', 'boxplay:out_001'];
    ports = { process: await startBox(peers, setup, 'box', env, server), inputs, outputs };
  } else {
    ports = await startReal(peers, setup, jack, server, false);
  }
  let runs = 0;
  const run = async (sound: Float32Array) => {
    const options = { jack, frames: sound.length, play: [sound, sound], to: ports.inputs, from: ports.outputs };
    return (await playAndRecord(peers, { ...options, name: `musician${runs++}` })).recorded[0];
  };
  return {
    process: ports.process,
    jackd: undefined,
    playMusic: async (seconds) => {
      const before = runs;
      void run(music(seconds));
      await until('the musician', async () =>
        (await jack.ports()).some((port) => port.startsWith(`musician${before}`)),
      );
    },
    delaysFrames: async (count) => {
      const heard = (await run(bursts(count))) ?? new Float32Array(0);
      return delaysOf(heard, count).map((delay) => delay - JACKPULSE_PERIODS * setup.frames);
    },
    xruns: () => undefined,
  };
}

async function startBox(
  peers: Peers,
  setup: Setup,
  device: string,
  env: Readonly<Record<string, string>>,
  server: Server,
): Promise<PeerProcess> {
  const main = `${import.meta.dirname}/../../src/main.ts`;
  const box = peers.start('box', process.execPath, [main, ...boxArgs(setup, device, server.address)], env);
  await server.waitForClient('box');
  return box;
}

async function startReal(
  peers: Peers,
  setup: Setup,
  jack: Jack,
  server: Server,
  autoConnect: boolean,
): Promise<Client> {
  const [client, atServer] = setup.jitter;
  const real = await startClient(peers, {
    ...{ name: 'real', port: 23_300, jack, server: server.address, autoConnect },
    ...{ channels: 'stereo', quality: 'high', small: setup.frames === 64, jitter: { client, server: atServer } },
  });
  await server.waitForClient('real');
  return real;
}
