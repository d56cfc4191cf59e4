import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSplitReceiver, splitBody } from '../../src/jamulus/split.ts';

function container(id: number, count: number, index: number, dataBytes = 10): Uint8Array {
  return Uint8Array.from([id & 255, id >> 8, count, index, ...new Array(dataBytes).fill(index)]);
}

describe('a split message', () => {
  it('of 1274 bytes makes containers of 554, 554 and 178 bytes', () => {
    expect(splitBody(18, new Uint8Array(1274))?.map((part) => part.length)).toEqual([554, 554, 178]);
  });

  it('of more than 36 parts is refused', () => {
    expect(splitBody(18, new Uint8Array(36 * 550))).toHaveLength(36);
    expect(splitBody(18, new Uint8Array(36 * 550 + 1))).toBeUndefined();
  });

  it('is joined from its parts in order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 5000 }), fc.nat(999), (body, id) => {
        const receiver = createSplitReceiver();
        const results = splitBody(id, body)!.map((part) => receiver.accept(part));
        expect(results.pop()).toEqual({ id, body });
        expect(results.every((result) => result === undefined)).toBe(true);
      }),
    );
  });

  it('with parts lost, repeated or out of order is never joined wrongly, and the next one is', () => {
    const property = fc.property(fc.array(fc.nat(3), { maxLength: 12 }), (indexes) => {
      const receiver = createSplitReceiver();
      for (const [position, index] of indexes.entries()) {
        const joined = receiver.accept(container(18, 4, index));
        if (joined === undefined) continue;
        expect(indexes.slice(position - 3, position + 1)).toEqual([0, 1, 2, 3]);
        expect([...joined.body]).toEqual([0, 1, 2, 3].flatMap((data) => new Array(10).fill(data)));
      }
      receiver.reset();
      const results = [0, 1, 2, 3].map((index) => receiver.accept(container(18, 4, index)));
      expect(results[3]?.body).toHaveLength(40);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('is given up when a part violates the order', () => {
    const receiver = createSplitReceiver();
    receiver.accept(container(18, 3, 0));
    receiver.accept(container(18, 3, 2));
    expect(receiver.accept(container(18, 3, 1))).toBeUndefined();
    expect(receiver.accept(container(18, 3, 2))).toBeUndefined();
  });

  it('is not disturbed by a container without header, or one that would overflow', () => {
    const receiver = createSplitReceiver();
    receiver.accept(container(18, 2, 0));
    receiver.accept(new Uint8Array(3));
    receiver.accept(container(18, 2, 1, 19991));
    expect(receiver.accept(container(18, 2, 1))?.body).toHaveLength(20);
  });

  it('has at most 36 parts', () => {
    const receiver = createSplitReceiver();
    for (let index = 0; index < 37; index++) expect(receiver.accept(container(18, 37, index))).toBeUndefined();
  });

  it('never throws on random containers', () => {
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 60 }), (containers) => {
      const receiver = createSplitReceiver();
      for (const random of containers) {
        expect(receiver.accept(random)?.body.length ?? 0).toBeLessThanOrEqual(20000);
      }
    });
    fc.assert(property);
  });
});
