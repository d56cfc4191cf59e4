/**
 * The machine's own addresses: those of its network cards, and the one on the route to the world, for which a UDP socket
 * is connected to a well-known host, which sends no packet, and its local address read (sessions.md §10.2, privacy.md C8).
 */
import { createSocket } from 'node:dgram';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

const WAIT_MS = 500;
const ANY_PORT = 22124;

export type OwnAddress = NetworkInterfaceInfo & { readonly interfaceName: string };

/**
 * All of them, loopback included, as they are now: the router may give others at any time.
 * @param interfaces what os.networkInterfaces() says
 */
export function ownAddresses(interfaces = networkInterfaces()): readonly OwnAddress[] {
  return Object.entries(interfaces).flatMap(([interfaceName, list]) =>
    (list ?? []).map((one) => ({ ...one, interfaceName })),
  );
}

/** The IPv4 addresses by which others reach this machine. */
export function ownIpv4Addresses(interfaces = networkInterfaces()): readonly string[] {
  return ownAddresses(interfaces)
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/**
 * The own IPv4 address on the way to `host`, itself a dotted quad so that nothing is looked up; '' if there is no way.
 */
export function ownIpv4AddressTowards(host: string): Promise<string> {
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
