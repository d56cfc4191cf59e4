/** Reads captures of UDP traffic: classic pcap (gzipped), little-endian, microseconds, Ethernet, IPv4. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Traffic of real Jamulus programs, see the README there. */
const CAPTURES = join(import.meta.dirname, '..', 'captures');
const SUFFIX = '.pcap.gz';

export interface Datagram {
  /** Milliseconds since the first packet of the file. */
  readonly timeMs: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly payload: Uint8Array;
}

/** Names of all captures. Throws if there are none: nothing must pass unseen. */
export function captureNames(): string[] {
  const names = readdirSync(CAPTURES).filter((name) => name.endsWith(SUFFIX));
  if (names.length === 0) throw new Error(`no captures in ${CAPTURES}`);
  return names.map((name) => name.slice(0, -SUFFIX.length)).sort();
}

/** The datagrams of one of captureNames(). */
export function readCapture(name: string): Datagram[] {
  const path = join(CAPTURES, `${name}${SUFFIX}`);
  const file = gunzipSync(readFileSync(path));
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
