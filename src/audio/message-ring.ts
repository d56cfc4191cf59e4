/**
 * Datagrams on their way from the audio thread to the main thread: a single-producer single-consumer ring in shared
 * memory. Whatever does not fit is dropped and counted; nobody ever waits.
 */
import { PEER_ADDRESS_BYTES } from '../linux/udp-socket.ts';

/** A message that came from the server's own address and port. */
export const FROM_SERVER = 1;
/** A connectionless message from anywhere else. */
export const FROM_ELSEWHERE = 2;
/** No datagram: audio from the server has begun to arrive, or goes on arriving. */
export const AUDIO_ARRIVED = 3;
export type RecordKind = typeof FROM_SERVER | typeof FROM_ELSEWHERE | typeof AUDIO_ARRIVED;

const RING_BYTES = 512 * 1024;
const HEADER_BYTES = 32;
const HEAD = 0;
const TAIL = 1;
const DROPPED = 2;
const INDEX_BYTES = 64;

export interface RingRecord {
  readonly kind: RecordKind;
  /** Sender, as in PeerAddress; zeros for AUDIO_ARRIVED. */
  readonly peer: Uint8Array;
  /** `nowUs()` of the moment of arrival. */
  readonly receivedUs: number;
  readonly datagram: Uint8Array;
}

export function createRingMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(INDEX_BYTES + RING_BYTES);
}

/** One end of the ring; which end is decided by what is called: `push` in the audio thread, `shift` in the main one. */
export class MessageRing {
  /** Byte positions that only grow (modulo 2^32), so that full and empty differ. */
  readonly #index: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #header = new DataView(new ArrayBuffer(HEADER_BYTES));
  readonly #headerBytes = new Uint8Array(this.#header.buffer);

  constructor(memory: SharedArrayBuffer) {
    this.#index = new Int32Array(memory, 0, INDEX_BYTES / 4);
    this.#bytes = new Uint8Array(memory, INDEX_BYTES, RING_BYTES);
  }

  /** Records that did not fit so far. */
  dropped(): number {
    return Atomics.load(this.#index, DROPPED);
  }

  /** Room for the sender's address of the next `push`. */
  readonly peer = new Uint8Array(PEER_ADDRESS_BYTES);

  /** Appends a record whose sender stands in `peer`; false when there is no room. Period path. */
  push(kind: RecordKind, receivedUs: number, source: Uint8Array, offset: number, length: number): boolean {
    const index = this.#index;
    const head = Atomics.load(index, HEAD);
    const size = (HEADER_BYTES + length + 3) & ~3;
    if (((head - Atomics.load(index, TAIL)) | 0) + size > RING_BYTES) {
      Atomics.add(index, DROPPED, 1);
      return false;
    }
    const header = this.#header;
    header.setInt32(0, length, true);
    header.setInt32(4, kind, true);
    header.setInt32(8, receivedUs, true);
    const headerBytes = this.#headerBytes;
    for (let i = 0; i < PEER_ADDRESS_BYTES; i++) headerBytes[12 + i] = this.peer[i] as number;
    this.#write(head, headerBytes, 0, HEADER_BYTES);
    this.#write((head + HEADER_BYTES) | 0, source, offset, length);
    Atomics.store(index, HEAD, (head + size) | 0);
    return true;
  }

  #write(at: number, source: Uint8Array, offset: number, length: number): void {
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) bytes[(at + i) & (RING_BYTES - 1)] = source[offset + i] as number;
  }

  /** Takes the oldest record, or undefined when there is none. Main thread. */
  shift(): RingRecord | undefined {
    const index = this.#index;
    const tail = Atomics.load(index, TAIL);
    if (tail === Atomics.load(index, HEAD)) return undefined;
    const header = new DataView(this.#read(tail, HEADER_BYTES).buffer);
    const length = header.getInt32(0, true);
    const record: RingRecord = {
      kind: header.getInt32(4, true) as RecordKind,
      receivedUs: header.getInt32(8, true),
      peer: new Uint8Array(header.buffer, 12, PEER_ADDRESS_BYTES),
      datagram: this.#read((tail + HEADER_BYTES) | 0, length),
    };
    Atomics.store(index, TAIL, (tail + ((HEADER_BYTES + length + 3) & ~3)) | 0);
    return record;
  }

  #read(at: number, length: number): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(length);
    for (let i = 0; i < length; i++) copy[i] = this.#bytes[(at + i) & (RING_BYTES - 1)] as number;
    return copy;
  }
}
