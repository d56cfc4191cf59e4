import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDelivery, type Delivery, MAX_QUEUED_BYTES, MAX_QUEUED_FRAMES } from '../../src/jamulus/delivery.ts';
import { buildFrame, type Frame, parseFrame } from '../../src/jamulus/frame.ts';

interface End {
  readonly delivery: Delivery;
  readonly sent: Frame[];
  readonly evaluated: { id: number; body: Uint8Array }[];
}

function createEnd(): End {
  const sent: Frame[] = [];
  const evaluated: End['evaluated'] = [];
  const delivery = createDelivery({
    send: (datagram) => sent.push(parseFrame(datagram)!),
    evaluate: (id, body) => evaluated.push({ id, body: body.slice() }),
  });
  return { delivery, sent, evaluated };
}

function acknowledgementOf(frame: Frame): Frame {
  return { id: 1, counter: frame.counter, body: Uint8Array.of(frame.id & 255, frame.id >> 8) };
}

const BODY = Uint8Array.of(1, 2, 3);

describe('sending', () => {
  it('has one frame on the way, the next one leaves at the acknowledgement', () => {
    const { delivery, sent } = createEnd();
    for (const id of [10, 11, 12]) delivery.post(id, BODY, 0);
    expect(sent.map(({ id }) => id)).toEqual([10]);
    delivery.receive(acknowledgementOf(sent[0]!), 30);
    expect(sent.map(({ id, counter }) => [id, counter])).toEqual([
      [10, 0],
      [11, 1],
    ]);
  });

  it('repeats the same frame every 400 ms without end', () => {
    const { delivery, sent } = createEnd();
    delivery.post(10, BODY, 0);
    for (let i = 1; i <= 100; i++) {
      expect(delivery.nextTickMs()).toBe(i * 400);
      delivery.tick(i * 400 - 1);
      expect(sent).toHaveLength(i);
      delivery.tick(i * 400);
    }
    expect(new Set(sent.map((frame) => JSON.stringify(frame))).size).toBe(1);
    expect(delivery.totals().retransmissions).toBe(100);
    delivery.receive(acknowledgementOf(sent[0]!), 40_100);
    expect(delivery.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('ignores acknowledgements that do not fit the frame on the way exactly', () => {
    const { delivery, sent } = createEnd();
    delivery.post(10, BODY, 0);
    delivery.receive({ id: 1, counter: 1, body: Uint8Array.of(10, 0) }, 1);
    delivery.receive({ id: 1, counter: 0, body: Uint8Array.of(11, 0) }, 1);
    delivery.receive({ id: 1, counter: 0, body: Uint8Array.of(10, 0, 0) }, 1);
    delivery.receive({ id: 1, counter: 0, body: Uint8Array.of(10) }, 1);
    expect(delivery.queuedFrames()).toBe(1);
    delivery.receive({ id: 1, counter: 0, body: Uint8Array.of(10, 0) }, 1);
    expect(delivery.queuedFrames()).toBe(0);
    expect(sent).toHaveLength(1);
  });

  it('counts frames from 0 to 255 and from 0 again', () => {
    const { delivery, sent } = createEnd();
    for (let i = 0; i < 300; i++) {
      delivery.post(10, BODY, i);
      delivery.receive(acknowledgementOf(sent.at(-1)!), i);
    }
    expect(sent.map(({ counter }) => counter)).toEqual(Array.from({ length: 300 }, (_, i) => i % 256));
  });

  it('splits long messages only when the peer can join them, each part with its own counter', () => {
    const { delivery, sent } = createEnd();
    delivery.post(18, new Uint8Array(1274), 0);
    delivery.allowSplit();
    delivery.post(18, new Uint8Array(550), 0);
    delivery.post(18, new Uint8Array(1274), 0);
    for (let i = 0; i < 5; i++) delivery.receive(acknowledgementOf(sent.at(-1)!), 1);
    expect(sent.map(({ id, counter, body }) => [id, counter, body.length])).toEqual([
      [18, 0, 1274],
      [18, 1, 550],
      [2001, 2, 554],
      [2001, 3, 554],
      [2001, 4, 178],
    ]);
  });

  it('refuses what goes beyond the bounds of the queue and keeps what is in it', () => {
    const { delivery } = createEnd();
    for (let i = 0; i < MAX_QUEUED_FRAMES; i++) expect(delivery.post(10, BODY, 0)).toBe(true);
    expect(delivery.post(10, BODY, 0)).toBe(false);
    expect(delivery.queuedFrames()).toBe(MAX_QUEUED_FRAMES);
    delivery.reset();
    let queuedBytes = 0;
    while (delivery.post(10, new Uint8Array(19000), 0)) queuedBytes += 19000;
    expect(queuedBytes).toBeGreaterThan(MAX_QUEUED_BYTES - 20000);
    expect(queuedBytes).toBeLessThanOrEqual(MAX_QUEUED_BYTES);
    expect(delivery.post(10, new Uint8Array(30000), 0)).toBe(false);
    expect(delivery.totals().overflows).toBe(3);
  });
});

describe('receiving', () => {
  it('evaluates first and acknowledges then, with the counter of the frame and its ID as body', () => {
    const order: string[] = [];
    const delivery = createDelivery({
      send: (datagram) => order.push(`${parseFrame(datagram)!.id} ${parseFrame(datagram)!.counter}`),
      evaluate: (id) => {
        order.push(`evaluated ${id}`);
        delivery.post(35, new Uint8Array(0), 0);
      },
    });
    delivery.receive({ id: 34, counter: 200, body: BODY }, 0);
    expect(order).toEqual(['evaluated 34', '35 0', '1 200']);
  });

  it('evaluates a repeated frame once and acknowledges it every time', () => {
    const { delivery, evaluated, sent } = createEnd();
    const frame = { id: 18, counter: 9, body: BODY };
    for (let i = 0; i < 3; i++) delivery.receive(frame, i);
    expect(evaluated).toHaveLength(1);
    expect(sent).toHaveLength(3);
    expect(delivery.totals().duplicates).toBe(2);
  });

  it('evaluates frames with gaps, jumps and repeats of the counter', () => {
    const { delivery, evaluated } = createEnd();
    for (const [id, counter] of [
      [10, 5],
      [11, 5],
      [10, 5],
      [10, 200],
      [10, 3],
    ] as const) {
      delivery.receive({ id, counter, body: BODY }, 0);
    }
    expect(evaluated).toHaveLength(5);
  });

  it('acknowledges IDs that nobody knows', () => {
    const { delivery, sent } = createEnd();
    delivery.receive({ id: 40000, counter: 3, body: BODY }, 0);
    expect(sent).toEqual([{ id: 1, counter: 3, body: Uint8Array.of(40000 & 255, 40000 >> 8) }]);
  });

  it('acknowledges split parts as 2001 and gives up joining when another message comes between', () => {
    const { delivery, evaluated, sent } = createEnd();
    const part = (index: number, counter: number) => ({ id: 2001, counter, body: Uint8Array.of(18, 0, 2, index, 65) });
    delivery.receive(part(0, 0), 0);
    delivery.receive({ id: 11, counter: 1, body: BODY }, 0);
    delivery.receive(part(1, 2), 0);
    expect(evaluated.map(({ id }) => id)).toEqual([11]);
    delivery.receive(part(0, 3), 0);
    delivery.receive(part(1, 4), 0);
    expect(evaluated.at(-1)).toEqual({ id: 18, body: Uint8Array.of(65, 65) });
    expect(sent.map(({ body }) => (body[0] ?? 0) + 256 * (body[1] ?? 0))).toEqual([2001, 11, 2001, 2001, 2001]);
  });

  it.each([1, 1010, 2001])('does not take %i out of a split message', (id) => {
    const { delivery, evaluated } = createEnd();
    delivery.receive({ id: 2001, counter: 0, body: Uint8Array.of(id & 255, id >> 8, 1, 0, 65, 66) }, 0);
    expect(evaluated).toEqual([]);
  });

  it('knows nothing any more after a reset', () => {
    const { delivery, evaluated, sent } = createEnd();
    delivery.allowSplit();
    delivery.post(10, BODY, 0);
    delivery.post(10, BODY, 0);
    delivery.receive({ id: 32, counter: 0, body: BODY }, 0);
    delivery.reset();
    expect(delivery.nextTickMs()).toBe(Number.POSITIVE_INFINITY);
    delivery.receive({ id: 32, counter: 0, body: BODY }, 0);
    expect(evaluated).toHaveLength(2);
    delivery.post(18, new Uint8Array(900), 0);
    expect(sent.at(-1)).toMatchObject({ id: 18, counter: 0 });
  });
});

interface Channel {
  readonly lossPercent: number;
  readonly duplicates: boolean;
  readonly reorders: boolean;
}

/** Two ends that post to each other over a bad network for as long as it takes; what each has evaluated. */
function exchange(seed: number, channel: Channel, messagesEach: number, split: boolean): string[][] {
  let random = seed >>> 0;
  const chance = (limit: number) => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return Math.floor((random / 2 ** 32) * limit);
  };
  const inFlight: { atMs: number; order: number; to: number; datagram: Uint8Array }[] = [];
  const evaluated: string[][] = [[], []];
  let nowMs = 0;
  let order = 0;
  const ends = [0, 1].map((from) =>
    createDelivery({
      send(datagram) {
        const copies = channel.duplicates && chance(4) === 0 ? 2 : 1;
        for (let copy = 0; copy < copies; copy++) {
          if (chance(100) < channel.lossPercent) continue;
          // Less than 200 ms each way: an acknowledged frame is not on the way any more when the next one leaves.
          inFlight.push({
            atMs: nowMs + (channel.reorders ? chance(190) : 50),
            order: order++,
            to: 1 - from,
            datagram,
          });
        }
      },
      evaluate: (id, body) => evaluated[from]!.push(`${id}:${Buffer.from(body).readUInt16LE(0)}:${body.length}`),
    }),
  );
  const posted: string[][] = [[], []];
  for (const [from, end] of ends.entries()) {
    if (split) end.allowSplit();
    for (let i = 0; i < messagesEach; i++) {
      const body = Buffer.alloc(split ? 2 + chance(2000) : 2 + chance(20));
      body.writeUInt16LE(i);
      const id = 10 + chance(5);
      end.post(id, new Uint8Array(body), 0);
      posted[1 - from]!.push(`${id}:${i}:${body.length}`);
    }
  }
  while (inFlight.length > 0 || ends.some((end) => end.queuedFrames() > 0)) {
    inFlight.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    const tickMs = Math.min(...ends.map((end) => end.nextTickMs()));
    const arrival = inFlight[0];
    if (arrival !== undefined && arrival.atMs <= tickMs) {
      inFlight.shift();
      nowMs = arrival.atMs;
      ends[arrival.to]!.receive(parseFrame(arrival.datagram)!, nowMs);
    } else {
      nowMs = tickMs;
      for (const end of ends) end.tick(nowMs);
    }
    if (nowMs > 3_600_000) throw new Error('never delivered');
  }
  return [...posted, ...evaluated];
}

describe('between two ends', () => {
  const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  it.each([
    ['loss', { lossPercent: 30, duplicates: false, reorders: false }],
    ['loss and reordering', { lossPercent: 30, duplicates: false, reorders: true }],
    ['loss and duplication', { lossPercent: 30, duplicates: true, reorders: false }],
  ])('every message is evaluated exactly once and in order, in spite of %s', (_what, channel) => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, split) => {
        const [toFirst, toSecond, first, second] = exchange(seed, channel, 20, split);
        expect(first).toEqual(toFirst);
        expect(second).toEqual(toSecond);
      }),
      { numRuns: 60 },
    );
  });

  it('in spite of loss, reordering and duplication together every message arrives, for the first time in order', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const channel = { lossPercent: 30, duplicates: true, reorders: true };
        const [toFirst, toSecond, first, second] = exchange(seed, channel, 20, false);
        // A copy that is overtaken is evaluated again: the protocol remembers one frame only.
        expect([...new Set(first)]).toEqual(toFirst);
        expect([...new Set(second)]).toEqual(toSecond);
      }),
      { numRuns: 60 },
    );
  });

  it('nothing that one end receives makes it throw or queue anything', () => {
    const frames = fc.array(
      fc.record({
        id: fc.oneof(fc.constantFrom(1, 18, 2001), fc.nat(65535)),
        counter: fc.nat(255),
        body: fc.uint8Array(),
      }),
    );
    fc.assert(
      fc.property(frames, (received) => {
        const { delivery, sent } = createEnd();
        for (const frame of received) {
          delivery.receive(parseFrame(buildFrame(frame.id, frame.counter, frame.body))!, 0);
        }
        expect(delivery.queuedFrames()).toBe(0);
        expect(sent.length).toBeLessThanOrEqual(received.length);
      }),
    );
  });
});
