import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { toPeerAddress } from '../../src/linux/resolve.ts';
import {
  closeUdpSocket,
  openUdpSocket,
  RECEIVE_BYTES,
  UdpReceiver,
  UdpSender,
  type UdpSocket,
} from '../../src/linux/udp-socket.ts';
import { receivedTrafficClass, wantTrafficClass } from './received-traffic-class.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
const NO_IPV6 = 'this machine has no IPv6 loopback address';

const opened: UdpSocket[] = [];
const peers: Socket[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) closeUdpSocket(socket);
  for (const peer of peers.splice(0)) peer.close();
});

function open(firstPort = 0, furtherPorts = 0, trafficClass = 128): UdpSocket {
  const result = openUdpSocket({ firstPort, furtherPorts, trafficClass });
  if ('error' in result) throw new Error(result.error);
  opened.push(result);
  return result;
}

async function peerOn(host: '127.0.0.1' | '::1'): Promise<Socket> {
  const peer = createSocket(host === '::1' ? 'udp6' : 'udp4');
  peers.push(peer);
  peer.bind(0, host);
  await once(peer, 'listening');
  return peer;
}

async function sendTo(socket: UdpSocket, peer: Socket, datagram: Uint8Array): Promise<void> {
  const { address } = peer.address();
  await new Promise<void>((resolve, reject) => {
    peer.send(datagram, socket.port, address, (error) => (error ? reject(error) : resolve()));
  });
}

/** On loopback a datagram is there as soon as it has been sent. */
function takeAll(receiver: UdpReceiver): { bytes: Uint8Array; peer: Uint8Array }[] {
  const taken: { bytes: Uint8Array; peer: Uint8Array }[] = [];
  for (let count = receiver.receive(); count > 0; count = receiver.receive()) {
    for (let i = 0; i < count; i++) {
      const peer = new Uint8Array(18);
      receiver.copyPeer(i, peer, 0);
      taken.push({ bytes: receiver.datagrams[i]!.slice(0, receiver.length(i)), peer });
    }
  }
  return taken;
}

describe('The port', () => {
  test('is the kernel’s choice for 0', () => {
    expect(open().port).toBeGreaterThan(1023);
    expect(open().port).not.toBe(open().port);
  });

  test('is the first free one of the range: taken ones are skipped', () => {
    const first = open();
    const second = open(first.port, 20);
    const third = open(first.port, 20);
    expect(second.port).toBeGreaterThan(first.port);
    expect(third.port).toBeGreaterThan(second.port);
    expect(third.port).toBeLessThanOrEqual(first.port + 20);
  });

  test('counts as taken when a program without IPv6 has it', async () => {
    const other = createSocket('udp4');
    peers.push(other);
    other.bind(0, '0.0.0.0');
    await once(other, 'listening');
    const taken = other.address().port;
    expect(open(taken, 20).port).toBeGreaterThan(taken);
  });

  test('is refused with a sentence when the whole range is taken or not allowed', () => {
    const { port } = open();
    expect(openUdpSocket({ firstPort: port, furtherPorts: 0, trafficClass: 0 })).toEqual({
      error: `no free UDP port from ${port} on`,
    });
    expect(openUdpSocket({ firstPort: 65536, furtherPorts: 9, trafficClass: 0 })).toHaveProperty('error');
  });
});

describe.each(['127.0.0.1', '::1'] as const)('A peer at %s', (host) => {
  test('gets what is sent to it, from the socket’s own port', async ({ skip }) => {
    if (host === '::1' && !hasIpv6) skip(NO_IPV6);
    const socket = open();
    const peer = await peerOn(host);
    const sender = new UdpSender(socket);
    sender.setPeer(toPeerAddress({ family: host === '::1' ? 6 : 4, address: host, port: peer.address().port }));
    const arrived = once(peer, 'message');
    expect(sender.send(Uint8Array.of(9, 1, 2, 3, 9), 4)).toBe(true);
    const [message, from] = await arrived;
    expect([...message]).toEqual([9, 1, 2, 3]);
    expect(from).toMatchObject({ port: socket.port, address: host });
  });

  test('is told by address and port when it sends', async ({ skip }) => {
    if (host === '::1' && !hasIpv6) skip(NO_IPV6);
    const socket = open();
    const receiver = new UdpReceiver(socket, 4);
    expect(receiver.receive()).toBe(0);
    for (const peer of [await peerOn(host), await peerOn(host)]) {
      await sendTo(socket, peer, Uint8Array.of(4, 5, 6));
      const address = toPeerAddress({ family: host === '::1' ? 6 : 4, address: host, port: peer.address().port });
      expect(takeAll(receiver)).toEqual([{ bytes: Uint8Array.of(4, 5, 6), peer: address }]);
    }
  });

  test('finds the type-of-service byte in the IP header', async ({ skip }) => {
    if (host === '::1' && !hasIpv6) skip(NO_IPV6);
    for (const trafficClass of [128, 184, 0]) {
      const receiver = open();
      wantTrafficClass(receiver);
      const sender = new UdpSender(open(0, 0, trafficClass));
      sender.setPeer(toPeerAddress({ family: host === '::1' ? 6 : 4, address: host, port: receiver.port }));
      expect(sender.send(Uint8Array.of(1), 1)).toBe(true);
      expect(receivedTrafficClass(receiver)).toBe(trafficClass);
    }
  });
});

describe('Receiving', () => {
  test('takes more datagrams than fit one batch, in order and each with its own length', async () => {
    const socket = open();
    const receiver = new UdpReceiver(socket, 32);
    const peer = await peerOn('127.0.0.1');
    const sent = Array.from({ length: 100 }, (_, i) => new Uint8Array(i + 1).fill(i));
    for (const datagram of sent) await sendTo(socket, peer, datagram);
    expect(receiver.receive()).toBe(32);
    expect(receiver.length(0)).toBe(1);
    expect(receiver.length(31)).toBe(32);
    expect(takeAll(receiver).map(({ bytes }) => bytes)).toEqual(sent.slice(32));
    expect(receiver.receive()).toBe(0);
  });

  test('cuts a giant datagram at its buffer and leaves the neighbours alone', async () => {
    const socket = open();
    const receiver = new UdpReceiver(socket, 8);
    const peer = await peerOn('127.0.0.1');
    const giant = Uint8Array.from({ length: 60_000 }, (_, i) => i * 7);
    for (const datagram of [Uint8Array.of(1), giant, Uint8Array.of(2), new Uint8Array(0), giant, Uint8Array.of(3)]) {
      await sendTo(socket, peer, datagram);
    }
    const taken = takeAll(receiver).map(({ bytes }) => bytes);
    const cut = giant.slice(0, RECEIVE_BYTES);
    expect(taken).toEqual([Uint8Array.of(1), cut, Uint8Array.of(2), new Uint8Array(0), cut, Uint8Array.of(3)]);
  });
});

describe('Sending', () => {
  test('says when the kernel does not take a datagram', () => {
    const socket = open();
    const sender = new UdpSender(socket);
    sender.setPeer(toPeerAddress({ family: 4, address: '127.0.0.1', port: socket.port }));
    expect(sender.send(new Uint8Array(66_000), 66_000)).toBe(false);
    sender.setPeer(toPeerAddress({ family: 4, address: '127.0.0.1', port: 0 }));
    expect(sender.send(Uint8Array.of(1), 1)).toBe(false);
  });

  test('goes on after a peer that refuses: nobody listens there', async () => {
    const socket = open();
    const gone = await peerOn('127.0.0.1');
    const { port } = gone.address();
    gone.close();
    peers.splice(peers.indexOf(gone), 1);
    const sender = new UdpSender(socket);
    sender.setPeer(toPeerAddress({ family: 4, address: '127.0.0.1', port }));
    for (let i = 0; i < 5; i++) sender.send(Uint8Array.of(1), 1);
    const receiver = new UdpReceiver(socket, 4);
    expect(receiver.receive()).toBe(0);
    await sendTo(socket, await peerOn('127.0.0.1'), Uint8Array.of(7));
    expect(takeAll(receiver).map(({ bytes }) => bytes)).toEqual([Uint8Array.of(7)]);
  });
});
