/** The main thread's handle on the practice room's players (practice-thread.ts): they play while somebody is there. */
import { Worker } from 'node:worker_threads';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import { ipv4OfPeer } from '../directory/ipv4-peer.ts';
import type { PracticeCommand, PracticePorts, PracticeThreadData } from './practice-thread.ts';

const LOOPBACK = 0x7f000001;

export interface PracticeBand {
  /** The players come in, if they are not; should they be thrown out, they come back. */
  play(): void;
  /** They say goodbye and leave. */
  rest(): void;
  /** True for the address of one of them. */
  isPlayer(peer: PeerAddress): boolean;
  /** As rest(), and the thread ends; resolves when it has. */
  end(): Promise<void>;
}

/** Takes about a second until the players are ready; play() may be called at once. */
export function startPracticeBand(data: PracticeThreadData): PracticeBand {
  const worker = new Worker(new URL('./practice-thread.ts', import.meta.url), { workerData: data });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let ports: PracticePorts = [];
  worker.on('message', (found: PracticePorts) => {
    ports = found;
  });
  worker.on('error', (error) => {
    throw error;
  });
  const say = (command: PracticeCommand): void => worker.postMessage(command);
  return {
    play: () => say('play'),
    rest: () => say('rest'),
    isPlayer(peer) {
      const from = ipv4OfPeer(peer);
      return from !== undefined && from.ip === LOOPBACK && ports.includes(from.port);
    },
    async end() {
      if (ports.length > 0) say('end');
      else await worker.terminate(); // nobody has played yet
      await exited;
    },
  };
}
