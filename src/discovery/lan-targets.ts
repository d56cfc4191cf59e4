/** Which addresses of the local network may be asked whether they are a server: those beside the box's own. */
import type { networkInterfaces } from 'node:os';
import { formatIpv4, isPrivateIpv4, parseIpv4 } from '../jamulus/ipv4.ts';
import { ownAddresses } from '../linux/own-address.ts';

/** Larger networks are not searched beyond the 256 addresses around the own one. */
const LONGEST_SEARCH_PREFIX = 24;

/**
 * The other addresses of each private IPv4 network that the machine is in, at most 254 of a network; none of a public
 * network, of loopback, or of one without an address for anybody else.
 * @param interfaces what os.networkInterfaces() says
 */
export function probeTargets(interfaces: ReturnType<typeof networkInterfaces>): readonly string[] {
  const own = new Set<number>();
  const networks = new Map<number, number>();
  for (const { family, internal, address, netmask } of ownAddresses(interfaces)) {
    const value = parseIpv4(address);
    const mask = parseIpv4(netmask);
    if (family !== 'IPv4' || internal || value === undefined || mask === undefined) continue;
    own.add(value);
    if (!isPrivateIpv4(value) || value >>> 24 === 127) continue;
    const hostBits = Math.min(32 - Math.clz32(~mask), 32 - LONGEST_SEARCH_PREFIX);
    const size = 2 ** hostBits;
    networks.set(value - (value % size), size);
  }
  const targets: string[] = [];
  for (const [first, size] of networks) {
    // The first and the last address of a network are nobody's.
    for (let value = first + 1; value < first + size - 1; value++) if (!own.has(value)) targets.push(formatIpv4(value));
  }
  return targets;
}
