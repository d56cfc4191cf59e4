/** A tiny server for the engine: one UDP socket that keeps, and if wanted sends back, every datagram it gets. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import type { PeerAddress } from '../../src/linux/udp-socket.ts';

export interface EchoPeer {
  readonly socket: Socket;
  readonly port: number;
  /** As the engine wants it. */
  readonly address: PeerAddress;
  /** All that came, in order; emptied by the test as it likes. */
  readonly received: Buffer[];
  echo: boolean;
  send(port: number, datagram: Uint8Array): void;
  close(): void;
}

export async function startEchoPeer(): Promise<EchoPeer> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const peer: EchoPeer = {
    socket,
    port,
    address: toPeerAddress({ family: 4, address: '127.0.0.1', port }),
    received: [],
    echo: true,
    send: (to, datagram) => socket.send(datagram, to, '127.0.0.1'),
    close: () => socket.close(),
  };
  socket.on('message', (datagram, from) => {
    peer.received.push(datagram);
    if (peer.echo) socket.send(datagram, from.port, from.address);
  });
  return peer;
}

/** Datagrams that the kernel threw away because the program that owns the UDP port did not fetch them in time. */
export function kernelDrops(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = ['/proc/net/udp', '/proc/net/udp6'].flatMap((path) => readFileSync(path, 'utf8').split('\n'));
  const columns = sockets.map((line) => line.trim().split(/\s+/)).find(([, local]) => local?.endsWith(`:${hex}`));
  return Number(columns?.at(-1) ?? 0);
}
