/**
 * Stands between one box and the real server like a relay, but can also send the box datagrams of its own from the
 * address that the box knows as its server's; and floods from there or elsewhere.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Peers } from '../peers/processes.ts';

export type Impostor = {
  /** 127.0.0.1:port, for the box. */
  readonly address: string;
  /** Everything that has come from the box. */
  readonly fromBox: readonly Buffer[];
  /** How often, and how late in ms, each datagram of the real server is passed on. Default: [0]. */
  readonly setCopies: (delaysMs: (count: number) => readonly number[]) => void;
  readonly sendAsServer: (datagram: Uint8Array) => void;
};

export async function startImpostor(peers: Peers, serverPort: number): Promise<Impostor> {
  const front = await bound('127.0.0.1');
  const back = await bound('127.0.0.1');
  const fromBox: Buffer[] = [];
  let boxPort = 0;
  let count = 0;
  let copies: (count: number) => readonly number[] = () => [0];
  let isOpen = true;
  const toBox = (bytes: Uint8Array) => {
    if (isOpen && boxPort !== 0) front.send(bytes, boxPort, '127.0.0.1');
  };
  front.on('message', (bytes, { port }) => {
    boxPort = port;
    fromBox.push(bytes);
    back.send(bytes, serverPort, '127.0.0.1');
  });
  back.on('message', (bytes) => {
    for (const delayMs of copies(count++)) {
      if (delayMs === 0) toBox(bytes);
      else setTimeout(toBox, delayMs, bytes);
    }
  });
  peers.atEnd(() => {
    isOpen = false;
    front.close();
    back.close();
  });
  return {
    address: `127.0.0.1:${front.address().port}`,
    fromBox,
    setCopies: (delaysMs) => {
      copies = delaysMs;
    },
    sendAsServer: toBox,
  };
}

/** Sends what `next` gives, `perSecond`, and gives their number; throws if this machine could not keep it up. */
export async function flood(
  send: (datagram: Uint8Array) => void,
  next: (n: number) => Uint8Array,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<number> {
  const begun = performance.now();
  let sent = 0;
  for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - begun) / 1000) {
    for (const due = Math.min(sent + 100, elapsed * perSecond); sent < due; sent++) send(next(sent));
    await sleep(1);
  }
  if (sent < 0.9 * perSecond * seconds) throw new Error(`only ${sent} datagrams in ${seconds} s`);
  return sent;
}

/** A socket on an address of the loopback network that is not the server's. */
export async function stranger(peers: Peers): Promise<Socket> {
  const socket = await bound('127.0.0.2');
  peers.atEnd(() => void socket.close());
  return socket;
}

function bound(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, address, () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
