/**
 * Which channel a datagram belongs to: an open-addressed hash table of the peers' addresses and ports, in typed arrays.
 * It is built anew whenever a channel opens or closes, so nothing is ever deleted from it. Period path.
 */
import { MAX_CHANNELS } from '../../jamulus/limits.ts';

/** A PeerAddress in words: 16 bytes of address, 2 of port, 2 zeros. */
export const PEER_WORDS = 5;
/** A power of two, and more than three times the channels: runs of taken places stay short. */
const PLACES = 512;
const FREE = -1;

export class PeerTable {
  readonly #places = new Int16Array(PLACES).fill(FREE);
  readonly #peers = new Int32Array(MAX_CHANNELS * PEER_WORDS);
  /** Chosen at every start, so that nobody can choose addresses that collide. */
  readonly #seed = Math.floor(Math.random() * 0x7fffffff);

  clear(): void {
    this.#places.fill(FREE);
  }

  /** Adds a peer; of two channels with one peer, the first that was added counts. */
  add(channelId: number, peer: Int32Array): void {
    for (let i = 0; i < PEER_WORDS; i++) this.#peers[channelId * PEER_WORDS + i] = peer[i] as number;
    let place = this.#hash(peer);
    while (this.#places[place] !== FREE) place = (place + 1) & (PLACES - 1);
    this.#places[place] = channelId;
  }

  /** The channel of a peer, or -1. */
  find(peer: Int32Array): number {
    for (let place = this.#hash(peer); ; place = (place + 1) & (PLACES - 1)) {
      const channelId = this.#places[place] as number;
      if (channelId === FREE) return -1;
      const at = channelId * PEER_WORDS;
      let i = 0;
      while (i < PEER_WORDS && this.#peers[at + i] === peer[i]) i++;
      if (i === PEER_WORDS) return channelId;
    }
  }

  #hash(peer: Int32Array): number {
    let hash = this.#seed;
    for (let i = 0; i < PEER_WORDS; i++) {
      hash = Math.imul(hash ^ (peer[i] as number), 0x9e3779b1 | 0);
      hash ^= hash >>> 15;
    }
    return (hash ^ (hash >>> 9)) & (PLACES - 1);
  }
}
