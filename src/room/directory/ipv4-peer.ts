/** Peers with an IPv4 address: directories know no others (sessions.md §1, messages.md §3.8). */
import { PEER_ADDRESS_BYTES, type PeerAddress } from '../../linux/udp-socket.ts';

export interface Ipv4Peer {
  /** As a number, 127.0.0.1 = 0x7F000001. */
  readonly ip: number;
  readonly port: number;
}

/** Undefined for an IPv6 peer. */
export function ipv4OfPeer(peer: PeerAddress): Ipv4Peer | undefined {
  for (let i = 0; i < 12; i++) if (peer[i] !== (i < 10 ? 0 : 255)) return undefined;
  const byte = (at: number): number => peer[at] ?? 0;
  const ip = ((byte(12) << 24) | (byte(13) << 16) | (byte(14) << 8) | byte(15)) >>> 0;
  return { ip, port: (byte(16) << 8) | byte(17) };
}

export function peerOfIpv4({ ip, port }: Ipv4Peer): PeerAddress {
  const peer = new Uint8Array(PEER_ADDRESS_BYTES);
  peer.set([255, 255, ip >>> 24, (ip >>> 16) & 255, (ip >>> 8) & 255, ip & 255, port >> 8, port & 255], 10);
  return peer;
}

/** False for what no datagram should be sent to because somebody says so: no port, 0.x, multicast and above. */
export function isUnicast({ ip, port }: Ipv4Peer): boolean {
  return port !== 0 && ip >>> 24 !== 0 && ip >>> 24 < 224;
}
