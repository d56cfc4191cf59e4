/** Peers in the room's tests, as "1.2.3.4:5". */

import { hostOfPeer } from '../../src/discovery/peer-host.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import type { PeerAddress } from '../../src/linux/udp-socket.ts';

export function peerAt(text: string): PeerAddress {
  const [address = '', port] = text.split(':');
  return toPeerAddress({ family: 4, address, port: Number(port) });
}

export function host(peer: PeerAddress): string {
  const { address, port } = hostOfPeer(peer);
  return `${address}:${port}`;
}
