/** What the receiver's kernel saw in the IP header of a datagram: its type-of-service or traffic-class byte. */
import { addressOf, libc } from '../../src/linux/libc.ts';
import type { UdpSocket } from '../../src/linux/udp-socket.ts';

const SOL_IP = 0;
const IP_TOS = 1;
const IP_RECVTOS = 13;
const SOL_IPV6 = 41;
const IPV6_RECVTCLASS = 66;
const IPV6_TCLASS = 67;
const MSG_DONTWAIT = 0x40;

const setsockopt = libc.func('int setsockopt(int, int, int, void *, uint32_t)');
const recvmsg = libc.func('long recvmsg(int, void *, int)');

/** Call before anything is sent to `socket`. */
export function wantTrafficClass(socket: UdpSocket): void {
  setsockopt(socket.fd, SOL_IP, IP_RECVTOS, Int32Array.of(1), 4);
  setsockopt(socket.fd, SOL_IPV6, IPV6_RECVTCLASS, Int32Array.of(1), 4);
}

/** Takes one datagram; undefined if none waits or the kernel gave no such byte. */
export function receivedTrafficClass(socket: UdpSocket): number | undefined {
  const data = new Uint8Array(2048);
  const control = new Uint8Array(256);
  // struct iovec, struct msghdr of 64-bit Linux.
  const vector = new BigUint64Array(16);
  vector.set([addressOf(data), BigInt(data.length)]);
  const header = new BigUint64Array(16);
  header.set([0n, 0n, addressOf(vector), 1n, addressOf(control), BigInt(control.length), 0n]);
  if (recvmsg(socket.fd, addressOf(header), MSG_DONTWAIT) < 0) return undefined;
  const view = new DataView(control.buffer);
  for (let at = 0; at + 16 < Number(header[5]); ) {
    const length = Number(view.getBigUint64(at, true));
    const level = view.getInt32(at + 8, true);
    const type = view.getInt32(at + 12, true);
    if ((level === SOL_IP && type === IP_TOS) || (level === SOL_IPV6 && type === IPV6_TCLASS)) return control[at + 16];
    at += (length + 7) & ~7;
  }
  return undefined;
}
