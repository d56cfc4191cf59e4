/**
 * The thread of the practice room's players: an ordinary one, with a timer that sends a block each 10.7 ms while they
 * play. They come and go on command, and cost nothing while nobody is there to hear them.
 */
import { createSocket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import { INSTRUMENTS } from '../../jamulus/instruments.ts';
import { SAMPLES_PER_MS } from '../../jamulus/limits.ts';
import { codeLoop } from './coded-loop.ts';
import { bassLoop, guitarLoop } from './music.ts';
import { createPlayer, PLAYER_FORMAT, type Player } from './player.ts';
import { createSmallTalk } from './small-talk.ts';

export interface PracticeThreadData {
  /** Of the room, on 127.0.0.1. */
  readonly port: number;
  /** The content of build/opus.wasm. */
  readonly wasm: Uint8Array<ArrayBuffer>;
}

export type PracticeCommand = 'play' | 'rest' | 'end';
/** The thread's one message: the ports of the players, before any of them plays. */
export type PracticePorts = readonly number[];

/** On loopback like the room: nothing of the players leaves the machine. */
const LOOPBACK = '127.0.0.1';
const BAND = [
  { name: 'Practice Bass', city: 'This box', instrument: 'Bass Guitar', loop: bassLoop },
  { name: 'Practice Guitar', city: 'This box', instrument: 'Acoustic Guitar', loop: guitarLoop },
] as const;

const { frameSamples, blockFactor } = PLAYER_FORMAT;
const BLOCK_MS = (frameSamples * blockFactor) / SAMPLES_PER_MS;
/** After a stall of the machine the band goes on from where it should be. */
const MAX_BLOCKS_AT_ONCE = 8;

async function main({ port, wasm }: PracticeThreadData): Promise<void> {
  const sockets = BAND.map(() => createSocket('udp4'));
  await Promise.all(
    sockets.map(async (socket) => {
      socket.bind(0, LOOPBACK);
      await new Promise((resolve) => socket.once('listening', resolve));
      socket.connect(port, LOOPBACK);
      await new Promise((resolve) => socket.once('connect', resolve));
      // The room has gone: the program is ending.
      socket.on('error', () => undefined);
    }),
  );
  const talk = createSmallTalk(BAND.map(({ name }) => name));
  const players: readonly Player[] = BAND.map(({ name, city, instrument, loop }, i) => {
    const player = createPlayer({
      profile: {
        ...{ name, city, countryCode: 0, skill: 'expert' },
        instrument: INSTRUMENTS.indexOf(instrument),
      },
      frames: codeLoop(loop(), PLAYER_FORMAT, wasm),
      talk: i === 0 ? talk : undefined,
      send: (datagram) => sockets[i]?.send(datagram),
    });
    sockets[i]?.on('message', (datagram) => player.receive(datagram, performance.now()));
    return player;
  });

  parentPort?.postMessage(sockets.map((socket) => socket.address().port) satisfies PracticePorts);
  let wanted = false;
  let ending = false;
  /** Undefined while nobody is in. */
  let timer: NodeJS.Timeout | undefined;
  let beginMs = 0;
  let blocks = 0;

  function turn(): void {
    timer = undefined;
    const due = Math.floor((performance.now() - beginMs) / BLOCK_MS);
    if (due - blocks > MAX_BLOCKS_AT_ONCE) blocks = due;
    for (; blocks <= due; blocks++) {
      for (const player of players) player.play(blocks * blockFactor, performance.now());
    }
    const gone = players.filter((player) => player.isGone());
    if (wanted) for (const player of gone) player.join(performance.now());
    if (wanted || gone.length < players.length) {
      timer = setTimeout(turn, Math.max(0, beginMs + blocks * BLOCK_MS - performance.now()));
    } else if (ending) {
      for (const socket of sockets) socket.close();
      parentPort?.close();
    }
  }

  parentPort?.on('message', (command: PracticeCommand) => {
    const nowMs = performance.now();
    wanted = command === 'play';
    ending = command === 'end';
    if (!wanted) for (const player of players) player.leave(nowMs);
    if (timer !== undefined) return;
    beginMs = nowMs - blocks * BLOCK_MS;
    turn();
  });
}

await main(workerData as PracticeThreadData);
