/** Pings a Jamulus server from a socket like the box's own: same traffic class, same messages (messages.md §5). */
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { parseFrame } from '../jamulus/frame.ts';
import { decodeMessage, messageDatagram } from '../jamulus/messages/message.ts';
import type { ServerAddress } from '../jamulus/server-address.ts';
import { nowUs } from '../linux/clock.ts';
import { resolveServer, toPeerAddress } from '../linux/resolve.ts';
import { closeUdpSocket, openUdpSocket, UdpReceiver, UdpSender, type UdpSocket } from '../linux/udp-socket.ts';
import type { ServerAnswer } from './judge-network.ts';

/** Number of pings, the interval between them, and how long the last answer is waited for. */
const PINGS = 20;
const EVERY_MS = 50;
const PATIENCE_MS = 1000;

export async function pingServer(server: ServerAddress): Promise<ServerAnswer> {
  const socket = openUdpSocket({ firstPort: 0, furtherPorts: 0, trafficClass: 128 });
  if ('error' in socket) return { kind: 'no-socket', error: socket.error };
  try {
    const begunUs = nowUs();
    const found = await resolveServer(server, socket.family);
    if ('error' in found) return { kind: 'unresolved', error: found.error };
    const lookUpMs = ((nowUs() - begunUs) | 0) / 1000;
    return { kind: 'pinged', lookUpMs, ...(await pingAll(socket, toPeerAddress(found))) };
  } finally {
    closeUdpSocket(socket);
  }
}

async function pingAll(socket: UdpSocket, peer: Uint8Array) {
  const sender = new UdpSender(socket);
  const receiver = new UdpReceiver(socket, 8);
  sender.setPeer(peer);
  const from = new Uint8Array(peer.length);
  const sentUs = new Map<number, number>();
  const timesMs: number[] = [];
  let musicians: number | null = null;

  const receive = () => {
    const count = receiver.receive();
    const atUs = nowUs();
    for (let i = 0; i < count; i++) {
      receiver.copyPeer(i, from, 0);
      const frame = parseFrame((receiver.datagrams[i] as Uint8Array).subarray(0, receiver.length(i)));
      if (frame === undefined || !from.every((byte, k) => byte === peer[k])) continue;
      const message = decodeMessage(frame.id, frame.body);
      if (message.type !== 'CLM_PING_MS_WITHNUMCLIENTS') continue;
      const begunUs = sentUs.get(message.timeMs);
      if (begunUs === undefined) continue;
      sentUs.delete(message.timeMs);
      timesMs.push(((atUs - begunUs) | 0) / 1000);
      musicians = message.clients;
    }
  };
  /** Looks again and again, so that the time of arrival is exact. */
  const listenFor = async (ms: number) => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs && sentUs.size > 0) {
      receive();
      await turn();
    }
    await sleep(Math.max(0, endMs - performance.now()));
    receive();
  };

  for (let i = 0; i < PINGS; i++) {
    // The server sends the time back as it is: a number of our own does as well.
    const datagram = messageDatagram({ type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs: i + 1, clients: 0 });
    sentUs.set(i + 1, nowUs());
    sender.send(datagram, datagram.length);
    await listenFor(EVERY_MS);
  }
  if (sentUs.size > 0) await listenFor(PATIENCE_MS);
  return { sent: PINGS, timesMs, musicians };
}
