/** The sender of a datagram, from the socket's bytes to the text by which the search for servers knows it. */
import type { HostPort } from '../jamulus/directory-types.ts';
import type { PeerAddress } from '../linux/udp-socket.ts';

/** IPv4-mapped addresses become dotted quads, others canonical IPv6. */
export function hostOfPeer(peer: PeerAddress): HostPort {
  const port = ((peer[16] as number) << 8) | (peer[17] as number);
  const isIpv4 = peer[10] === 255 && peer[11] === 255 && peer.subarray(0, 10).every((byte) => byte === 0);
  if (isIpv4) return { address: peer.subarray(12, 16).join('.'), port };
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((peer[i] as number) << 8) | (peer[i + 1] as number)).toString(16));
  return { address: canonicalHost(groups.join(':')), port };
}

/** The one spelling of an IPv6 address, without a zone; a dotted quad stays as it is. */
export function canonicalHost(address: string): string {
  if (!address.includes(':')) return address;
  return new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
}
