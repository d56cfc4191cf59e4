import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AUDIO_ARRIVED,
  createRingMemory,
  FROM_ELSEWHERE,
  FROM_SERVER,
  MessageRing,
  type RingRecord,
} from '../../src/audio/message-ring.ts';
import { numberedDatagram } from './numbered-datagram.ts';

const anyRecord: fc.Arbitrary<RingRecord> = fc.record({
  kind: fc.constantFrom(FROM_SERVER, FROM_ELSEWHERE, AUDIO_ARRIVED),
  peer: fc.uint8Array({ minLength: 18, maxLength: 18 }),
  receivedUs: fc.integer(),
  datagram: fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.nat(20_000).map(numberedOfLength)),
});

/** undefined = take one record out. */
const anyStep = fc.oneof(
  { weight: 3, arbitrary: anyRecord },
  { weight: 2, arbitrary: fc.constant<RingRecord | undefined>(undefined) },
);

function numberedOfLength(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (length + 3 * i) & 255);
}

function push(ring: MessageRing, record: RingRecord): boolean {
  ring.peer.set(record.peer);
  // At an offset and with something behind, as in a receive buffer.
  const source = new Uint8Array(record.datagram.length + 9).fill(0xee);
  source.set(record.datagram, 4);
  return ring.push(record.kind, record.receivedUs, source, 4, record.datagram.length);
}

describe('The message ring', () => {
  test('gives back what was put in, unchanged and in order, and refuses and counts what does not fit', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 150 }), (steps) => {
        const ring = new MessageRing(createRingMemory());
        const expected: RingRecord[] = [];
        let refused = 0;
        for (const step of steps) {
          if (step === undefined) expect(ring.shift()).toEqual(expected.shift());
          else if (push(ring, step)) expected.push(step);
          else refused++;
        }
        for (const record of expected) expect(ring.shift()).toEqual(record);
        expect(ring.shift()).toBeUndefined();
        expect(ring.dropped()).toBe(refused);
      }),
      { numRuns: 40 },
    );
  });

  test('goes round many times, so that records of every length lie across its seam', () => {
    const ring = new MessageRing(createRingMemory());
    // 3000 records of 1 kB on average are 3 MB: six times round.
    for (let n = 0; n < 3000; n++) {
      ring.peer.fill(n & 255);
      const datagram = numberedDatagram(n);
      expect(ring.push(FROM_ELSEWHERE, n, datagram, 0, datagram.length)).toBe(true);
      if (n < 100) continue;
      const record = ring.shift();
      expect(record?.receivedUs).toBe(n - 100);
      expect(record?.peer[17]).toBe((n - 100) & 255);
      expect(record?.datagram).toEqual(numberedDatagram(n - 100));
    }
    expect(ring.dropped()).toBe(0);
  });

  test('takes no more when it is full, loses nothing of what it holds, and goes on once there is room', () => {
    const ring = new MessageRing(createRingMemory());
    const datagram = numberedOfLength(20_000);
    let held = 0;
    while (ring.push(FROM_SERVER, held, datagram, 0, datagram.length)) held++;
    expect(held).toBe(26); // 26 x 20032 bytes in 512 kB
    for (let i = 0; i < 9; i++) expect(ring.push(FROM_SERVER, -1, datagram, 0, datagram.length)).toBe(false);
    expect(ring.dropped()).toBe(10);
    expect(ring.shift()?.receivedUs).toBe(0);
    expect(ring.push(FROM_SERVER, held, datagram, 0, datagram.length)).toBe(true);
    for (let n = 1; n <= held; n++) {
      const record = ring.shift();
      expect(record?.receivedUs).toBe(n);
      expect(record?.datagram).toEqual(datagram);
    }
    expect(ring.shift()).toBeUndefined();
  });

  test('goes on when its byte positions pass 2^31 and 2^32', () => {
    for (const start of [0x7ffff000, 0xfffff000]) {
      const memory = createRingMemory();
      new Int32Array(memory).fill(start | 0, 0, 2); // both ends, as after that many bytes
      const ring = new MessageRing(memory);
      for (let n = 0; n < 50; n++) {
        const datagram = numberedDatagram(n);
        expect(ring.push(FROM_SERVER, n, datagram, 0, datagram.length)).toBe(true);
        if (n >= 5) expect(ring.shift()?.datagram).toEqual(numberedDatagram(n - 5));
      }
      while (ring.push(FROM_SERVER, 0, new Uint8Array(2000), 0, 2000));
      expect(ring.dropped()).toBe(1);
    }
  });

  test('carries records from another thread, complete and in order, also while it overflows', async () => {
    const count = 6000;
    const memory = createRingMemory();
    const ring = new MessageRing(memory);
    const worker = new Worker(new URL('./message-ring-producer.ts', import.meta.url), {
      workerData: { memory, count },
    });
    const failed = new Promise<never>((_, reject) => worker.once('error', reject));
    let next = 0;
    while (next < count) {
      const record = ring.shift();
      if (record === undefined) {
        await Promise.race([failed, new Promise(setImmediate)]);
        continue;
      }
      if (record.receivedUs !== next) expect(record.receivedUs).toBe(next);
      if (Buffer.compare(record.datagram, numberedDatagram(next)) !== 0 || record.peer[0] !== (next & 255)) {
        expect(record.datagram).toEqual(numberedDatagram(next));
        expect(record.peer).toEqual(new Uint8Array(18).fill(next & 255));
      }
      next++;
    }
    expect(ring.shift()).toBeUndefined();
    await worker.terminate();
  });
});
