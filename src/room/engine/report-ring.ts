/**
 * Reports on their way from the room thread to the main thread: a single-producer single-consumer ring in shared memory.
 * Whatever does not fit is dropped; nobody ever waits. As audio/message-ring.ts, with the records of the room.
 */
import { PEER_ADDRESS_BYTES } from '../../linux/udp-socket.ts';
import type { RoomReport } from '../room-ports.ts';
import { PEER_WORDS } from './peer-table.ts';

export const REPORT_UNKNOWN_PEER = 1;
export const REPORT_MESSAGE = 2;
export const REPORT_CHANNEL_ENDED = 3;
type ReportKind = typeof REPORT_UNKNOWN_PEER | typeof REPORT_MESSAGE | typeof REPORT_CHANNEL_ENDED;

const RING_BYTES = 1024 * 1024;
/** Room that is kept for what channels report, however many strangers there are. */
const RESERVED_BYTES = RING_BYTES / 2;
const HEADER_BYTES = 32;
const HEAD = 0;
const TAIL = 1;
const INDEX_BYTES = 64;

export function createReportMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(INDEX_BYTES + RING_BYTES);
}

/** One end of the ring; which end is decided by what is called: `push` in the room thread, `shift` in the main one. */
export class ReportRing {
  /** Room for the peer of the next `push`; the words of the same memory for the peer table. */
  readonly peer: Uint8Array;
  readonly peerWords: Int32Array;
  /** Byte positions that only grow (modulo 2^32), so that full and empty differ. */
  readonly #index: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#index = new Int32Array(memory, 0, INDEX_BYTES / 4);
    this.#bytes = new Uint8Array(memory, INDEX_BYTES, RING_BYTES);
    this.#words = new Int32Array(memory, INDEX_BYTES, RING_BYTES / 4);
    this.peerWords = new Int32Array(PEER_WORDS);
    this.peer = new Uint8Array(this.peerWords.buffer);
  }

  /** Appends a report with the first `length` bytes of `source`; false when there is no room. Period path. */
  push(kind: ReportKind, channelId: number, generation: number, source: Uint8Array, length: number): boolean {
    const index = this.#index;
    const head = Atomics.load(index, HEAD);
    const size = recordBytes(length);
    const free = RING_BYTES - ((head - Atomics.load(index, TAIL)) | 0);
    if (size > (kind === REPORT_UNKNOWN_PEER ? free - RESERVED_BYTES : free)) return false;
    // Records begin at whole headers, and the ring is a whole number of them: a header is never split.
    const at = head & (RING_BYTES - 1);
    const words = this.#words;
    words[at >> 2] = kind;
    words[(at >> 2) + 1] = length;
    words[(at >> 2) + 2] = channelId | (generation << 8);
    const bytes = this.#bytes;
    for (let i = 0; i < PEER_ADDRESS_BYTES; i++) bytes[at + 12 + i] = this.peer[i] as number;
    for (let i = 0; i < length; i++) bytes[(at + HEADER_BYTES + i) & (RING_BYTES - 1)] = source[i] as number;
    Atomics.store(index, HEAD, (head + size) | 0);
    return true;
  }

  /** Takes the oldest report, or undefined when there is none. Main thread. */
  shift(): RoomReport | undefined {
    const index = this.#index;
    const tail = Atomics.load(index, TAIL);
    if (tail === Atomics.load(index, HEAD)) return undefined;
    const at = tail & (RING_BYTES - 1);
    const kind = this.#words[at >> 2] as ReportKind;
    const length = this.#words[(at >> 2) + 1] as number;
    const owner = this.#words[(at >> 2) + 2] as number;
    const peer = Uint8Array.from(this.#bytes.subarray(at + 12, at + 12 + PEER_ADDRESS_BYTES));
    const datagram = new Uint8Array(length);
    for (let i = 0; i < length; i++) datagram[i] = this.#bytes[(at + HEADER_BYTES + i) & (RING_BYTES - 1)] as number;
    Atomics.store(index, TAIL, (tail + recordBytes(length)) | 0);
    const channel = { channelId: owner & 255, generation: owner >>> 8 };
    switch (kind) {
      case REPORT_UNKNOWN_PEER:
        return { type: 'unknownPeer', peer, datagram };
      case REPORT_MESSAGE:
        return { type: 'message', ...channel, datagram };
      case REPORT_CHANNEL_ENDED:
        return { type: 'channelEnded', ...channel };
    }
  }
}

/** A multiple of the header's size. */
function recordBytes(length: number): number {
  return (HEADER_BYTES + length + HEADER_BYTES - 1) & ~(HEADER_BYTES - 1);
}
