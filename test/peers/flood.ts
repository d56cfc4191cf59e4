/**
 * Floods a port of this machine with hostile datagrams from made-up addresses, through a raw socket (root), in a process of
 * its own. Arguments: port, datagrams a second, seconds. Prints how many the kernel has taken.
 */
import { Deadline } from '../../src/linux/clock.ts';
import { addressOf, errorText, lastErrno, libc } from '../../src/linux/libc.ts';
import { garbage } from './garbage.ts';
import type { Peers } from './processes.ts';
import { randomFrom } from './signal.ts';
import { until } from './wait.ts';

const AF_INET = 2;
const SOCK_RAW = 3;
const IPPROTO_RAW = 255;
const UDP = 17;
const HEADER_BYTES = 28;
const MMSGHDR_BYTES = 64;
const BATCH = 50;

export interface Flood {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** Number of datagrams that were sent. */
export async function startFlood(peers: Peers, { port, perSecond, seconds }: Flood): Promise<number> {
  const child = peers.start('flood', process.execPath, [
    import.meta.filename,
    ...[port, perSecond, seconds].map(String),
  ]);
  const sent = () => /^sent (\d+)$/m.exec(child.log())?.[1];
  return Number(await until('the end of the flood', sent, { timeoutMs: 1000 * seconds + 20_000 }));
}

/** An IPv4 packet to 127.0.0.1; the kernel fills in its checksum, and UDP needs none. */
function packet(payload: Uint8Array, port: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x45, 0]);
  view.setUint16(2, bytes.length);
  bytes.set([64, UDP], 8);
  bytes.set([127, 0, 0, 1], 16);
  view.setUint16(22, port);
  view.setUint16(24, 8 + payload.length);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

function run(port: number, perSecond: number, seconds: number): number {
  const fd = libc.func('int socket(int, int, int)')(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) throw new Error(`no raw socket: ${errorText(lastErrno())}`);
  const sendmmsg = libc.func('int sendmmsg(int, void *, uint32_t, int)');
  const made = garbage(3, 'connectionless').map((payload) => packet(payload, port));
  // One piece of memory that stays where it is.
  const memory = new Uint8Array(made.reduce((sum, { length }) => sum + length, 0));
  const packets: Uint8Array[] = [];
  for (let at = 0; packets.length < made.length; at += packets.at(-1)?.length ?? 0) {
    const bytes = made[packets.length] as Uint8Array;
    memory.set(bytes, at);
    packets.push(memory.subarray(at, at + bytes.length));
  }
  const to = new Uint8Array(128);
  to.set([AF_INET, 0, 0, 0, 127, 0, 0, 1]);
  const vectors = new BigUint64Array(2 * packets.length);
  const headers = new BigUint64Array((MMSGHDR_BYTES / 8) * packets.length);
  for (const [i, bytes] of packets.entries()) {
    vectors.set([addressOf(bytes), BigInt(bytes.length)], 2 * i);
    headers.set([addressOf(to), 16n, addressOf(vectors) + BigInt(16 * i), 1n], 8 * i);
  }
  const random = randomFrom(9);
  /** Sixteen million hosts, and a port of each. */
  const makeUpSource = (bytes: Uint8Array) => {
    for (const at of [13, 14, 15, 20, 21]) bytes[at] = 256 * random();
    bytes[12] = 127;
  };
  const deadline = new Deadline((1e9 * BATCH) / perSecond);
  let sent = 0;
  for (let at = 0, n = 0; n < (seconds * perSecond) / BATCH; n++, at += BATCH) {
    if (at + BATCH > packets.length) at = 0;
    for (let i = at; i < at + BATCH; i++) makeUpSource(packets[i] as Uint8Array);
    deadline.sleepUntilNext();
    sent += Math.max(0, sendmmsg(fd, addressOf(headers) + BigInt(MMSGHDR_BYTES * at), BATCH, 0));
  }
  return sent;
}

if (import.meta.main) {
  const [port = 0, perSecond = 0, seconds = 0] = process.argv.slice(2).map(Number);
  console.log(`sent ${run(port, perSecond, seconds)}`);
}
