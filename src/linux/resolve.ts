/** Names to addresses, the way that Jamulus users expect (sessions.md §1): a service record first, then the host. */
import { lookup, resolveSrv } from 'node:dns/promises';
import type { ServerAddress } from '../jamulus/server-address.ts';
import { PEER_ADDRESS_BYTES, type PeerAddress } from './udp-socket.ts';

export interface ResolvedAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
}

export type ResolveError = 'not-found' | 'no-network';

const SRV_WAIT_MS = 500;

/**
 * The first address of the server that a socket of `socketFamily` can reach (a family-6 socket reaches both). IPv4 comes
 * first: every server listens there, many on nothing else.
 * Looks nothing up for a numeric address.
 */
export async function resolveServer(
  server: ServerAddress,
  socketFamily: 4 | 6,
): Promise<ResolvedAddress | { readonly error: ResolveError }> {
  const { kind, host, port } = server;
  if (kind === 'ipv4') return { family: 4, address: host, port };
  if (kind === 'ipv6') return socketFamily === 6 ? { family: 6, address: host, port } : { error: 'no-network' };
  const service = server.portGiven ? undefined : await serviceRecord(host);
  if (service?.name === '') return { error: 'not-found' };
  try {
    const found = await lookup(service?.name ?? host, { all: true, order: 'ipv4first' });
    const usable = found.find(({ family }) => family === 4 || socketFamily === 6);
    if (usable === undefined) return { error: 'not-found' };
    return { family: usable.family === 6 ? 6 : 4, address: usable.address, port: service?.port ?? port };
  } catch (error) {
    return { error: (error as NodeJS.ErrnoException).code === 'ENOTFOUND' ? 'not-found' : 'no-network' };
  }
}

/** The only record of _jamulus._udp.<host>; an empty name means that the service is declared absent there. */
async function serviceRecord(host: string): Promise<{ name: string; port: number } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<[]>((resolve) => {
    timer = setTimeout(() => resolve([]), SRV_WAIT_MS);
  });
  try {
    const [record, another] = await Promise.race([resolveSrv(`_jamulus._udp.${host}`), late]);
    return record === undefined || another !== undefined
      ? undefined
      : { name: record.name === '.' ? '' : record.name, port: record.port };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Address text and port as the socket wants them; a zone (%eth0) is dropped. */
export function toPeerAddress({ family, address, port }: ResolvedAddress): PeerAddress {
  const peer = new Uint8Array(PEER_ADDRESS_BYTES);
  if (family === 4) {
    peer[10] = 255;
    peer[11] = 255;
    peer.set(address.split('.').map(Number), 12);
  } else {
    const bare = address.replace(/%.*$/, '');
    // The URL parser knows every form of IPv6 and writes a dotted quad at the end as two groups.
    const canonical = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
    const [head = '', tail = ''] = canonical.split('::');
    const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((g) => Number.parseInt(g, 16)));
    const front = groups(head);
    const back = groups(tail);
    const all = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
    for (const [i, group] of all.entries()) {
      peer[2 * i] = group >> 8;
      peer[2 * i + 1] = group & 255;
    }
  }
  peer[16] = port >> 8;
  peer[17] = port & 255;
  return peer;
}
