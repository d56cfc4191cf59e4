/** A name server for tests, on 127.0.0.1:53 of the test's own network namespace, and programs that ask it. */
import { createSocket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerProcess, Peers } from '../peers/processes.ts';

const TYPE = { a: 1, srv: 33 } as const;
const NAME_ERROR = 3;

/** Names in lower case without the last dot. A host is at 127.0.0.1; what is not listed does not exist. */
export type Zone = {
  readonly hosts: readonly string[];
  readonly services: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
};

export async function startNameServer(peers: Peers, zone: Zone): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, '127.0.0.1', resolve);
  });
  socket.on('message', (query, { port, address }) => socket.send(answer(query, zone), port, address));
  peers.atEnd(() => void socket.close());
}

/** Starts a program for which the name server above is the only one. Needs root. */
export function startWithNameServer(peers: Peers, name: string, command: readonly string[]): PeerProcess {
  const configuration = join(peers.folder, 'resolv.conf');
  writeFileSync(configuration, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  const script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
  return peers.start(name, 'unshare', ['-m', 'sh', '-c', script, 'sh', configuration, ...command]);
}

function answer(query: Buffer, zone: Zone): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const question = query.subarray(12, at + 5);
  const type = query.readUInt16BE(at + 1);
  const name = labels.join('.').toLowerCase();
  const service = zone.services[name];
  const exists = zone.hosts.includes(name) || service !== undefined;
  const records: Buffer[] = [];
  if (type === TYPE.a && zone.hosts.includes(name)) records.push(record(type, Buffer.from([127, 0, 0, 1])));
  if (type === TYPE.srv && service !== undefined) {
    const data = Buffer.alloc(6);
    data.writeUInt16BE(service.port, 4);
    records.push(record(type, Buffer.concat([data, encodeName(service.host)])));
  }
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (exists ? 0 : NAME_ERROR), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records]);
}

/** For the name of the question, class IN, for 60 s. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}
