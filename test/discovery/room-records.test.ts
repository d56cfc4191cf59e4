import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concernsOwn, createRoomCache, ownRecords, ROOM_SERVICE } from '../../src/discovery/room-records.ts';

const LOFT = { name: 'Loft', hostName: 'jambox-7f3a', port: 22130, addresses: ['192.168.1.9'] };
const LOFT_ROOM = { name: 'Loft', host: { address: '192.168.1.9', port: 22130 } };

describe('rooms from mDNS records', () => {
  it('what one box announces, another one reads', () => {
    const cache = createRoomCache();
    cache.take([...ownRecords(LOFT, 120)].reverse(), 0);
    expect(cache.rooms(0)).toEqual([LOFT_ROOM]);
    expect(cache.missing(0)).toEqual([]);
  });

  it('what is missing is asked for until it has come', () => {
    const cache = createRoomCache();
    const [ptr, srv, , a] = ownRecords(LOFT, 120);
    cache.take([ptr!], 0);
    expect(cache.missing(0)).toEqual([{ name: `loft.${ROOM_SERVICE}`, type: 'SRV' }]);
    cache.take([srv!], 0);
    expect(cache.missing(0)).toEqual([{ name: 'jambox-7f3a.local', type: 'A' }]);
    expect(cache.rooms(0)).toEqual([]);
    cache.take([a!], 0);
    expect(cache.rooms(0)).toEqual([LOFT_ROOM]);
  });

  it('a room goes when it says goodbye, and when it is heard of no more', () => {
    const cache = createRoomCache();
    cache.take(ownRecords(LOFT, 120), 0);
    cache.take(ownRecords(LOFT, 0), 1000);
    expect(cache.rooms(1000)).toEqual([]);
    cache.take(ownRecords(LOFT, 120), 2000);
    expect(cache.rooms(121_999)).toEqual([LOFT_ROOM]);
    expect(cache.rooms(122_000)).toEqual([]);
    expect(cache.missing(122_000)).toEqual([]);
  });

  it("of several addresses the private one is taken, and never one that is nobody's", () => {
    const cache = createRoomCache();
    cache.take(ownRecords({ ...LOFT, addresses: ['0.0.0.0', '224.0.0.1', '203.0.113.5', '10.0.0.7'] }, 120), 0);
    expect(cache.rooms(0)[0]?.host.address).toBe('10.0.0.7');
  });

  it('records of other services, and addresses of unknown rooms, do nothing', () => {
    const cache = createRoomCache();
    cache.take(
      [
        { type: 'PTR', name: '_ipp._tcp.local', ttl: 120, data: 'Printer._ipp._tcp.local' },
        { type: 'PTR', name: ROOM_SERVICE, ttl: 120, data: 'elsewhere.example' },
        { type: 'SRV', name: `Nobody.${ROOM_SERVICE}`, ttl: 120, data: { target: 'x.local', port: 22124 } },
        { type: 'TXT', name: `Nobody.${ROOM_SERVICE}`, ttl: 120, data: ['a=b'] },
      ],
      0,
    );
    expect(cache.rooms(0)).toEqual([]);
    expect(cache.missing(0)).toEqual([]);
  });

  it('names of any script survive; a dot becomes a space and what is too long is cut', () => {
    for (const [name, expected] of [
      ['Übungsraum 音楽', 'Übungsraum 音楽'],
      ['Dr. Who', 'Dr  Who'],
      ['é'.repeat(50), 'é'.repeat(31)],
    ] as const) {
      const cache = createRoomCache();
      cache.take(ownRecords({ ...LOFT, name }, 120), 0);
      expect(cache.rooms(0)[0]?.name).toBe(expected);
    }
  });

  it('questions about the service, the room or its host concern it', () => {
    expect(concernsOwn([{ name: ROOM_SERVICE.toUpperCase(), type: 'PTR' }], LOFT)).toBe(true);
    expect(concernsOwn([{ name: `loft.${ROOM_SERVICE}`, type: 'SRV' }], LOFT)).toBe(true);
    expect(concernsOwn([{ name: 'jambox-7f3a.local', type: 'A' }], LOFT)).toBe(true);
    expect(concernsOwn([{ name: '_ipp._tcp.local', type: 'PTR' }], LOFT)).toBe(false);
  });

  it('a flood of rooms, hosts and addresses is bounded', () => {
    const cache = createRoomCache();
    for (let i = 0; i < 1000; i++) {
      const addresses = Array.from({ length: 10 }, (_, k) => `10.${i >> 8}.${i & 255}.${k + 1}`);
      cache.take(ownRecords({ name: `Room ${i}`, hostName: `box${i}`, port: 22124, addresses }, 1e9), 0);
    }
    expect(cache.rooms(0).length).toBeLessThanOrEqual(100);
    expect(cache.missing(0).length).toBeLessThanOrEqual(20);
    expect(cache.rooms(4_500_000)).toEqual([]);
  });

  it('no records whatever make it throw', () => {
    const name = fc.constantFrom(ROOM_SERVICE, `Loft.${ROOM_SERVICE}`, `.${ROOM_SERVICE}`, 'box.local', '');
    const record = fc.oneof(
      fc.record({ type: fc.constant('PTR' as const), name, ttl: fc.integer(), data: name }),
      fc.record({
        type: fc.constant('SRV' as const),
        name,
        ttl: fc.nat(),
        data: fc.record({ target: name, port: fc.nat(65535) }),
      }),
      fc.record({ type: fc.constant('A' as const), name, ttl: fc.nat(), data: fc.oneof(fc.ipV4(), fc.string()) }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 8 }), { maxLength: 8 }), (packets) => {
        const cache = createRoomCache();
        for (const [i, records] of packets.entries()) cache.take(records, i * 1000);
        for (const { host } of cache.rooms(packets.length * 1000)) expect(host.port).toBeGreaterThan(0);
      }),
    );
  });
});
