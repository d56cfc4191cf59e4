/** The box's one socket, on the port that clients of this protocol use. */
import { randomInt } from 'node:crypto';
import { openUdpSocket, type UdpSocket } from '../linux/udp-socket.ts';
import type { Settings } from '../settings/precedence.ts';

/** sessions.md §1: 22124 + 10, a random start within 100, then up to 100 further ports. */
const CLIENT_PORT = 22134;
const PORT_SPAN = 100;

export function openSocket({
  firstPort,
  trafficClass,
}: Pick<Settings, 'firstPort' | 'trafficClass'>): UdpSocket | { readonly error: string } {
  return openUdpSocket({
    firstPort: firstPort ?? CLIENT_PORT + randomInt(PORT_SPAN),
    furtherPorts: PORT_SPAN,
    trafficClass,
  });
}
