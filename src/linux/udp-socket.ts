/**
 * The one UDP socket of the box, for both threads: a dual-stack IPv6 socket (IPv4 peers as mapped addresses), or a plain
 * IPv4 one where the kernel has no IPv6. Sending is safe from any thread; receiving belongs to the audio thread.
 */
import { addressOf, errno, errorText, lastErrno, libc } from './libc.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_IP = 0;
const IP_TOS = 1;
const SOL_IPV6 = 41;
const IPV6_TCLASS = 67;
const IPV6_V6ONLY = 26;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SO_PRIORITY = 12;
const MSG_DONTWAIT = 0x40;

const cSocket = libc.func('int socket(int, int, int)');
const cBind = libc.func('int bind(int, void *, uint32_t)');
const cClose = libc.func('int close(int)');
const cSetsockopt = libc.func('int setsockopt(int, int, int, void *, uint32_t)');
const cGetsockname = libc.func('int getsockname(int, void *, void *)');
const cSendto = libc.func('long sendto(int, void *, size_t, int, void *, uint32_t)');
const cRecvmmsg = libc.func('int recvmmsg(int, void *, uint32_t, int, void *)');

/** An IPv6 address (IPv4 as ::ffff:a.b.c.d) and a port: 16 bytes of address, 2 bytes of port, all in network order. */
export type PeerAddress = Uint8Array;

export const PEER_ADDRESS_BYTES = 18;

const RECEIVE_BUFFER_BYTES = 512 * 1024;

/** An open socket, as numbers that can be handed to another thread. */
export interface UdpSocket {
  readonly fd: number;
  readonly family: 4 | 6;
  readonly port: number;
}

export interface UdpSocketOptions {
  /** First port to try; 0 lets the kernel choose. */
  readonly firstPort: number;
  /** How many further consecutive ports are tried when one is taken. */
  readonly furtherPorts: number;
  /** Type-of-service / traffic-class byte, 0...255 (sessions.md §1: 128). */
  readonly trafficClass: number;
  /** Only programs of this machine get through, by 127.0.0.1. */
  readonly loopbackOnly?: boolean;
  /** What the kernel keeps until it is fetched, in bytes of datagrams; default 512 KiB. */
  readonly receiveBufferBytes?: number;
}

/** Opens and binds the socket; an error is a sentence for the log. */
export function openUdpSocket(options: UdpSocketOptions): UdpSocket | { readonly error: string } {
  for (const family of [6, 4] as const) {
    const fd = cSocket(family === 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      if (family === 6) continue;
      return { error: `no UDP socket: ${errorText(lastErrno())}` };
    }
    if (family === 6) setOption(fd, SOL_IPV6, IPV6_V6ONLY, 0);
    // A refused option costs quality of service, not the session.
    setOption(fd, SOL_SOCKET, SO_PRIORITY, 6);
    setOption(fd, SOL_IP, IP_TOS, options.trafficClass);
    if (family === 6) setOption(fd, SOL_IPV6, IPV6_TCLASS, options.trafficClass);
    const bytes = options.receiveBufferBytes ?? RECEIVE_BUFFER_BYTES;
    // Beyond the system's limit for the administrator only.
    if (!setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes)) setOption(fd, SOL_SOCKET, SO_RCVBUF, bytes);
    const bound = bindFirstFree(fd, family, options);
    if ('port' in bound) return { fd, family, port: bound.port };
    cClose(fd);
    // No IPv6 address on any interface: IPv4 may still work.
    if (family === 4) return bound;
  }
  return { error: 'no UDP socket' };
}

export function closeUdpSocket(socket: UdpSocket): void {
  cClose(socket.fd);
}

function setOption(fd: number, level: number, name: number, value: number): boolean {
  return cSetsockopt(fd, level, name, Int32Array.of(value), 4) === 0;
}

function bindFirstFree(fd: number, family: 4 | 6, options: UdpSocketOptions): { port: number } | { error: string } {
  const own = new Uint8Array(PEER_ADDRESS_BYTES);
  if (options.loopbackOnly === true) own.set([255, 255, 127, 0, 0, 1], 10);
  for (let i = 0; i <= options.furtherPorts; i++) {
    const port = options.firstPort === 0 ? 0 : options.firstPort + i;
    if (port > 65535) break;
    own[16] = port >> 8;
    own[17] = port & 255;
    const name = new SockAddr(family);
    name.set(own);
    if (cBind(fd, name.bytes, name.length) === 0) {
      const size = Uint32Array.of(name.bytes.length);
      cGetsockname(fd, name.bytes, size);
      return { port: ((name.bytes[2] as number) << 8) | (name.bytes[3] as number) };
    }
    if (lastErrno() !== errno.EADDRINUSE) return { error: `cannot bind UDP port ${port}: ${errorText(lastErrno())}` };
  }
  return { error: `no free UDP port from ${options.firstPort} on` };
}

/** struct sockaddr_in6 or sockaddr_in, filled from a PeerAddress. */
class SockAddr {
  readonly bytes = new Uint8Array(128);
  readonly length: number;
  readonly address: bigint;
  readonly #family: 4 | 6;

  constructor(family: 4 | 6) {
    this.#family = family;
    this.length = family === 6 ? 28 : 16;
    this.bytes[0] = family === 6 ? AF_INET6 : AF_INET;
    this.address = addressOf(this.bytes);
  }

  /** Period path. */
  set(peer: PeerAddress): void {
    const bytes = this.bytes;
    bytes[2] = peer[16] as number;
    bytes[3] = peer[17] as number;
    if (this.#family === 6) for (let i = 0; i < 16; i++) bytes[8 + i] = peer[i] as number;
    else for (let i = 0; i < 4; i++) bytes[4 + i] = peer[12 + i] as number;
  }
}

/** Sends datagrams from memory of its own; one instance for each thread that sends. */
export class UdpSender {
  readonly #fd: number;
  readonly #to: SockAddr;

  constructor(socket: UdpSocket) {
    this.#fd = socket.fd;
    this.#to = new SockAddr(socket.family);
  }

  /** The address that `send` goes to. Period path. */
  setPeer(peer: PeerAddress): void {
    this.#to.set(peer);
  }

  /**
   * Sends `length` bytes at `address` (from `addressOf`). Period path: never blocks, never throws.
   * @returns true when the kernel took the datagram
   */
  send(address: bigint | Uint8Array, length: number): boolean {
    const to = this.#to;
    return cSendto(this.#fd, address, length, MSG_DONTWAIT, to.address, to.length) === length;
  }
}

/** Bytes of the receive buffer of one datagram (sessions.md §1); a longer one arrives cut and fails the length test. */
export const RECEIVE_BYTES = 20_000;

const MMSGHDR_BYTES = 64;
const NAME_BYTES = 32;

/** Receives up to `batch` datagrams with one system call into memory of its own. */
export class UdpReceiver {
  readonly #fd: number;
  readonly #family: 4 | 6;
  readonly #batch: number;
  readonly #headers: Uint32Array;
  readonly #headersAddress: bigint;
  readonly #names: Uint8Array;
  /** The datagrams of the last `receive`, each in a buffer of RECEIVE_BYTES. */
  readonly datagrams: readonly Uint8Array[];

  constructor(socket: UdpSocket, batch: number) {
    this.#fd = socket.fd;
    this.#family = socket.family;
    this.#batch = batch;
    const data = new Uint8Array(batch * RECEIVE_BYTES);
    this.datagrams = Array.from({ length: batch }, (_, i) => data.subarray(i * RECEIVE_BYTES, (i + 1) * RECEIVE_BYTES));
    this.#names = new Uint8Array(batch * NAME_BYTES + 128);
    const vectors = new BigUint64Array(batch * 2 + 16);
    const headers = new BigUint64Array((batch * MMSGHDR_BYTES) / 8 + 16);
    const dataAddress = addressOf(data);
    const nameAddress = addressOf(this.#names);
    const vectorAddress = addressOf(vectors);
    for (let i = 0; i < batch; i++) {
      vectors[i * 2] = dataAddress + BigInt(i * RECEIVE_BYTES);
      vectors[i * 2 + 1] = BigInt(RECEIVE_BYTES);
      headers[i * 8] = nameAddress + BigInt(i * NAME_BYTES);
      headers[i * 8 + 1] = BigInt(NAME_BYTES);
      headers[i * 8 + 2] = vectorAddress + BigInt(i * 16);
      headers[i * 8 + 3] = 1n;
    }
    this.#vectors = vectors;
    this.#headers = new Uint32Array(headers.buffer);
    this.#headersAddress = addressOf(headers);
  }

  // Held so that the memory that C points to stays alive.
  readonly #vectors: BigUint64Array;

  /** Number of datagrams taken, 0 when none is waiting. Period path. */
  receive(): number {
    if (this.#vectors.length === 0) return 0;
    const count = cRecvmmsg(this.#fd, this.#headersAddress, this.#batch, MSG_DONTWAIT, null);
    // The kernel wrote the length of each sender's address over the room for it.
    for (let i = 0; i < count; i++) this.#headers[i * 16 + 2] = NAME_BYTES;
    return Math.max(count, 0);
  }

  /** Bytes of datagram `i`. Period path. */
  length(i: number): number {
    return this.#headers[i * 16 + 14] as number;
  }

  /** Copies the sender of datagram `i` into `into` at `offset`, in the form of a PeerAddress. Period path. */
  copyPeer(i: number, into: Uint8Array, offset: number): void {
    const names = this.#names;
    const at = i * NAME_BYTES;
    if (this.#family === 6) {
      for (let k = 0; k < 16; k++) into[offset + k] = names[at + 8 + k] as number;
    } else {
      for (let k = 0; k < 10; k++) into[offset + k] = 0;
      into[offset + 10] = 255;
      into[offset + 11] = 255;
      for (let k = 0; k < 4; k++) into[offset + 12 + k] = names[at + 4 + k] as number;
    }
    into[offset + 16] = names[at + 2] as number;
    into[offset + 17] = names[at + 3] as number;
  }
}
