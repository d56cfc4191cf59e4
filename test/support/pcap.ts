/** Reads captures of UDP traffic: classic pcap, little-endian, microseconds, Ethernet, IPv4, whole packets. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The captures of real Jamulus programs lie beside the project and are no part of it. */
const CAPTURES = join(import.meta.dirname, '..', '..', '..', 'shared', 'captures');

export interface Datagram {
  /** Milliseconds since the first packet of the file. */
  readonly timeMs: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly payload: Uint8Array;
}

/** Names of all captures, without ".pcap". Throws if the folder is missing or empty: nothing must pass unseen. */
export function captureNames(): string[] {
  if (!existsSync(CAPTURES)) throw new Error(`the folder with the captures is missing: ${CAPTURES}`);
  const names = readdirSync(CAPTURES).filter((name) => name.endsWith('.pcap'));
  if (names.length === 0) throw new Error(`no captures in ${CAPTURES}`);
  return names.map((name) => name.slice(0, -'.pcap'.length)).sort();
}

/** The datagrams of one of captureNames(). */
export function readCapture(name: string): Datagram[] {
  return readPcap(join(CAPTURES, `${name}.pcap`));
}

export function readPcap(path: string): Datagram[] {
  const file = readFileSync(path);
  if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 1) throw new Error(`unexpected format: ${path}`);
  const datagrams: Datagram[] = [];
  let firstMs: number | undefined;
  for (let offset = 24; offset + 16 <= file.length; ) {
    const atMs = file.readUInt32LE(offset) * 1000 + file.readUInt32LE(offset + 4) / 1000;
    const bytes = file.readUInt32LE(offset + 8);
    const packet = file.subarray(offset + 16, offset + 16 + bytes);
    firstMs ??= atMs;
    datagrams.push({
      timeMs: atMs - firstMs,
      srcPort: packet.readUInt16BE(34),
      dstPort: packet.readUInt16BE(36),
      payload: new Uint8Array(packet.subarray(42)),
    });
    offset += 16 + bytes;
  }
  return datagrams;
}
