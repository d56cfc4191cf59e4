import type { QueryPacket, ResponseOutgoingPacket } from 'multicast-dns';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { announce } from '../../src/discovery/announce.ts';
import type { Mdns } from '../../src/discovery/lan-rooms.ts';
import { ROOM_SERVICE } from '../../src/discovery/room-records.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Keeps what is said: "address for seconds", one for each A record of a packet. */
function fakeMdns() {
  const said: string[] = [];
  const listeners = new Set<(packet: QueryPacket) => void>();
  const mdns = {
    on: (_: 'query', listener: (packet: QueryPacket) => void) => listeners.add(listener),
    off: (_: 'query', listener: (packet: QueryPacket) => void) => listeners.delete(listener),
    respond(records: NonNullable<ResponseOutgoingPacket['answers']>, done?: () => void) {
      for (const record of records) if (record.type === 'A') said.push(`${record.data} for ${record.ttl} s`);
      done?.();
    },
  } as unknown as Mdns;
  const ask = (name: string) => {
    for (const listener of listeners) listener({ questions: [{ name, type: 'PTR' }] } as QueryPacket);
  };
  return { mdns, said, ask, listeners };
}

it('What is announced is said twice, answers questions about it, and is taken back at the end', async () => {
  const { mdns, said, ask, listeners } = fakeMdns();
  const announcement = announce(mdns, { name: 'Loft', hostName: 'box', port: 1 }, ROOM_SERVICE, () => ['192.0.2.1']);
  expect(said.splice(0)).toEqual(['192.0.2.1 for 120 s']);
  vi.advanceTimersByTime(1000);
  expect(said.splice(0)).toEqual(['192.0.2.1 for 120 s']);
  ask(ROOM_SERVICE);
  ask('_ipp._tcp.local');
  expect(said.splice(0)).toEqual(['192.0.2.1 for 120 s']);
  await announcement.stop();
  expect(said.splice(0)).toEqual(['192.0.2.1 for 0 s']);
  expect(listeners.size).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual([]);
});

it('Within ten seconds of another address the old one is taken back and the new one said; without any, nothing is', () => {
  const { mdns, said, listeners } = fakeMdns();
  let addresses: readonly string[] = [];
  announce(mdns, { name: 'Loft', hostName: 'box', port: 1 }, ROOM_SERVICE, () => addresses);
  vi.advanceTimersByTime(30_000);
  expect(said.splice(0)).toEqual([]);
  addresses = ['192.0.2.1', '198.51.100.1'];
  vi.advanceTimersByTime(10_000);
  expect(said.splice(0)).toEqual(['192.0.2.1 for 120 s', '198.51.100.1 for 120 s']);
  addresses = ['192.0.2.7'];
  vi.advanceTimersByTime(10_000);
  expect(said.splice(0).slice(-3)).toEqual(['192.0.2.1 for 0 s', '198.51.100.1 for 0 s', '192.0.2.7 for 120 s']);
  addresses = [];
  vi.advanceTimersByTime(10_000);
  expect(said.splice(0).at(-1)).toBe('192.0.2.7 for 0 s');
  expect(listeners.size).toBe(0);
});
