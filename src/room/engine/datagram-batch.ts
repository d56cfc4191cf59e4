/**
 * Sends datagrams to many peers with few system calls (sendmmsg): they are copied into memory whose addresses the kernel
 * knows already. Period path but for the constructor.
 */
import { addressOf, libc } from '../../linux/libc.ts';
import type { UdpSocket } from '../../linux/udp-socket.ts';
import { status } from './room-memory.ts';

const cSendmmsg = libc.func('int sendmmsg(int, void *, uint32_t, int)');

const MSG_DONTWAIT = 0x40;
const AF_INET = 2;
const AF_INET6 = 10;
const MMSGHDR_BYTES = 64;
const NAME_BYTES = 32;
/** Datagrams sent with one system call; few, so that the first need not wait for the last. */
const BATCH = 16;

/** What the room thread sends with; tests have their own. */
export interface DatagramBatch {
  /** Sends the first `length` bytes to `peer` (a PeerAddress), at the latest with the next flush(). */
  add(peer: Uint8Array, datagram: Uint8Array, length: number): void;
  flush(): void;
}

export class UdpBatch implements DatagramBatch {
  readonly #fd: number;
  readonly #isIpv6: boolean;
  readonly #counts: Int32Array;
  readonly #maxBytes: number;
  readonly #data: Uint8Array;
  readonly #names: Uint8Array;
  readonly #vectors: BigUint64Array;
  readonly #lengths: Uint32Array;
  /** Where the header of each datagram is: a batch that broke off goes on from the next. */
  readonly #headers: BigUint64Array;
  readonly #headerAddresses: readonly bigint[];
  #count = 0;

  /** @param counts status words */
  constructor(socket: UdpSocket, maxBytes: number, counts: Int32Array) {
    this.#fd = socket.fd;
    this.#isIpv6 = socket.family === 6;
    this.#counts = counts;
    this.#maxBytes = maxBytes;
    this.#data = new Uint8Array(BATCH * maxBytes);
    this.#names = new Uint8Array(BATCH * NAME_BYTES);
    this.#vectors = new BigUint64Array(BATCH * 2);
    this.#lengths = new Uint32Array(this.#vectors.buffer);
    this.#headers = new BigUint64Array((BATCH * MMSGHDR_BYTES) / 8);
    const data = addressOf(this.#data);
    const names = addressOf(this.#names);
    const vectors = addressOf(this.#vectors);
    const headers = addressOf(this.#headers);
    for (let i = 0; i < BATCH; i++) {
      this.#names[i * NAME_BYTES] = this.#isIpv6 ? AF_INET6 : AF_INET;
      this.#vectors[i * 2] = data + BigInt(i * maxBytes);
      this.#headers[i * 8] = names + BigInt(i * NAME_BYTES);
      this.#headers[i * 8 + 1] = this.#isIpv6 ? 28n : 16n;
      this.#headers[i * 8 + 2] = vectors + BigInt(i * 16);
      this.#headers[i * 8 + 3] = 1n;
    }
    this.#headerAddresses = Array.from({ length: BATCH }, (_, i) => headers + BigInt(i * MMSGHDR_BYTES));
  }

  add(peer: Uint8Array, datagram: Uint8Array, length: number): void {
    const n = this.#count;
    const name = n * NAME_BYTES;
    this.#names[name + 2] = peer[16] as number;
    this.#names[name + 3] = peer[17] as number;
    if (this.#isIpv6) for (let i = 0; i < 16; i++) this.#names[name + 8 + i] = peer[i] as number;
    else for (let i = 0; i < 4; i++) this.#names[name + 4 + i] = peer[12 + i] as number;
    const at = n * this.#maxBytes;
    for (let i = 0; i < length; i++) this.#data[at + i] = datagram[i] as number;
    this.#lengths[n * 4 + 2] = length;
    this.#count = n + 1;
    if (this.#count === BATCH) this.flush();
  }

  /** Never blocks; what the kernel does not take is lost and counted. */
  flush(): void {
    const counts = this.#counts;
    let at = 0;
    while (at < this.#count) {
      const address = this.#headerAddresses[at] as bigint;
      const sent = cSendmmsg(this.#fd, address, this.#count - at, MSG_DONTWAIT);
      if (sent > 0) {
        counts[status.audioSent] = ((counts[status.audioSent] as number) + sent) | 0;
        at += sent;
      } else {
        counts[status.sendFailures] = ((counts[status.sendFailures] as number) + 1) | 0;
        at++;
      }
    }
    this.#count = 0;
  }
}
