/** The mDNS library with real packets, on loopback only: two ends that send to each other instead of to the group. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Room } from '../../src/box/servers/state.ts';
import { announce } from '../../src/discovery/announce.ts';
import { browseRooms, type Mdns, openMdns } from '../../src/discovery/lan-rooms.ts';
import { ROOM_SERVICE } from '../../src/discovery/room-records.ts';
import { until } from '../peers/wait.ts';

const LOFT = { name: 'Loft 音楽', hostName: 'jambox-7f3a', port: 22130 };
const ADDRESSES = () => ['192.168.1.9'];
const LOFT_ROOM = { name: 'Loft 音楽', host: { address: '192.168.1.9', port: 22130 } };

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

function mdnsTo(socket: Socket, other: Socket): Mdns {
  const mdns = openMdns(
    (text) => {
      throw new Error(text);
    },
    { socket, bind: false, multicast: false, ip: '127.0.0.1', port: other.address().port },
  );
  ends.push(() => mdns.destroy());
  return mdns;
}

async function twoEnds(): Promise<{ here: Mdns; there: Mdns; socket: Socket }> {
  const [a, b] = [await bound(), await bound()];
  return { here: mdnsTo(a, b), there: mdnsTo(b, a), socket: b };
}

function browse(mdns: Mdns): readonly Room[][] {
  const told: Room[][] = [];
  const browser = browseRooms(mdns, (rooms) => told.push([...rooms]));
  ends.push(browser.stop);
  return told;
}

describe('rooms on the local network', () => {
  it('one that is there already is found, because it answers the question', async () => {
    const { here, there } = await twoEnds();
    ends.push(() => void room.stop());
    const room = announce(there, LOFT, ROOM_SERVICE, ADDRESSES);
    const told = browse(here);
    await until('the room', () => told.length > 0);
    expect(told).toEqual([[LOFT_ROOM]]);
  });

  it('one that comes later is found by its announcement, and is gone with its goodbye', async () => {
    const { here, there } = await twoEnds();
    const told = browse(here);
    const room = announce(there, LOFT, ROOM_SERVICE, ADDRESSES);
    await until('the room', () => told.length > 0);
    await room.stop();
    await until('its end', () => told.length > 1);
    expect(told).toEqual([[LOFT_ROOM], []]);
  });

  it('junk on the port does no harm', async () => {
    const { here, there, socket } = await twoEnds();
    const told = browse(here);
    const port = (await new Promise<number>((resolve) => {
      socket.once('message', (_, { port: from }) => resolve(from));
    })) as number;
    for (const junk of ['', 'x', '\0\0\u0084\0\0\0\0\u0001\0\0\0\0\u00c0\u000c']) {
      socket.send(Buffer.from(junk, 'latin1'), port, '127.0.0.1');
    }
    announce(there, LOFT, ROOM_SERVICE, ADDRESSES).stop();
    await until('the room', () => told.length > 0);
  });
});
