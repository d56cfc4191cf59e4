/**
 * The machine's own address as the route to the world has it: a UDP socket is connected to a well-known host, which sends
 * no packet, and its local address read (sessions.md §10.2, privacy.md C8).
 */
import { createSocket } from 'node:dgram';

const WAIT_MS = 500;
const ANY_PORT = 22124;

/**
 * The own IPv4 address on the way to `host`, itself a dotted quad so that nothing is looked up; '' if there is no way.
 */
export function ownIpv4Address(host: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const timer = setTimeout(() => finish(''), WAIT_MS);
    function finish(address: string): void {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.close();
      resolve(address);
    }
    socket.once('error', () => finish(''));
    socket.once('connect', () => finish(socket.address().address));
    socket.connect(ANY_PORT, host);
  });
}
