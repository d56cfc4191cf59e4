/**
 * The test bench of the sound card tests: a real 64-sample server, a test card, and the box on it with direct sound on: a
 * pulse fed to the card's input is heard at its output as many frames later as the card's buffer has, if and only if
 * both directions are in step.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';
import type { BoxState } from '../../src/box/state.ts';
import { createPeers, type Peers } from '../peers/processes.ts';
import { type Server, startServer } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { writeTestCardConf } from '../testcard/build.ts';
import { createTestCard, type TestCard } from '../testcard/control.ts';
import { type Box, startBox } from './box.ts';

/** Loud enough to be told from its own echo through codec and server. */
const PULSE = 0x60000000;
const PULSE_WAIT_FRAMES = 12_000;

export type CardBench = {
  /** Of the running test. */
  readonly peers: () => Peers;
  readonly server: () => Server;
  /** Makes the test's card, whose input is fed by the test. */
  readonly plugInNewCard: () => TestCard;
  /** Starts a box on the card, on the test's server or a relay to it. */
  readonly start: (args?: readonly string[], address?: string) => Promise<Box>;
  /** Waits until the card plays and the server knows the box. */
  readonly playing: (box: Box) => Promise<BoxState>;
  /** As playing, and a second later: the first second is V8's, which compiles. */
  readonly playingCalmly: (box: Box) => Promise<void>;
  /** What must not change when a card comes back: the connection is the same one, and the server has the box on. */
  readonly sessionOf: (
    box: Box,
  ) => Promise<{ readonly attemptId: number; readonly connectedSince: number | string; readonly clients: string[] }>;
};

/** Call once in a test file. */
export function useCardBench(name: string): CardBench {
  const cardName = `${name}${process.pid}`;
  let peers: Peers;
  let server: Server;
  let card: TestCard | undefined;
  beforeEach(async () => {
    peers = createPeers(name);
    server = await startServer(peers, { port: 23_200, fast64: true });
  });
  afterEach(async () => {
    await peers.end();
    card?.close();
    card = undefined;
  });
  const playing = async (box: Box) => {
    await box.connected();
    await server.waitForClient('box');
    return await box.waitFor('a running card', isRunning);
  };
  return {
    peers: () => peers,
    server: () => server,
    plugInNewCard: () => {
      card = createTestCard(cardName, 'wire');
      return card;
    },
    start: (args = [], address = server.address) => {
      const device = `alsa:${cardName}`;
      return startBox(peers, {
        args: ['--server', address, '--input', device, '--output', device, '--monitor', '100', ...args],
        env: writeTestCardConf(peers.folder, [cardName]),
      });
    },
    playing,
    playingCalmly: async (box) => {
      await playing(box);
      await sleep(1000);
    },
    sessionOf: async (box) => {
      const { link, attemptId } = (await box.ask()).state;
      return {
        attemptId,
        connectedSince: link.kind === 'connected' ? link.sinceMs : link.kind,
        clients: (await server.clients()).map((client) => client.name),
      };
    },
  };
}

export function isRunning({ engine }: BoxState): boolean {
  return engine.device.kind === 'running';
}

export function isMissing({ engine }: BoxState): boolean {
  return engine.device.kind === 'missing';
}

/** Frames from the card's input to its output. A pulse that falls into an xrun of the machine's is tried again. */
export async function roundTrip(card: TestCard, tries = 3): Promise<number | undefined> {
  const fedAt = card.frameNow() + 4800;
  card.feed(fedAt, Int32Array.of(PULSE));
  await until('the pulse', () => card.frameNow() > fedAt + PULSE_WAIT_FRAMES);
  const heard = card.played(fedAt, PULSE_WAIT_FRAMES).left.findIndex((sample) => Math.abs(sample) > PULSE / 2);
  if (heard >= 0) return heard;
  return tries > 1 ? roundTrip(card, tries - 1) : undefined;
}
