import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JitterBuffer, MAX_FRAME_BYTES } from '../../src/audio/jitter-buffer.ts';
import { ReferenceJitterBuffer } from './reference-jitter-buffer.ts';

const N = 3;

/** A datagram of frames [sequence number, content]; the content is in the first two bytes of the frame. */
function datagram(frames: readonly (readonly [number, number])[], sequenceNumbers: boolean): Uint8Array {
  const stride = sequenceNumbers ? N + 1 : N;
  const bytes = new Uint8Array(frames.length * stride);
  frames.forEach(([number, content], i) => {
    bytes[i * stride] = content & 255;
    bytes[i * stride + 1] = content >> 8;
    if (sequenceNumbers) bytes[i * stride + N] = number;
  });
  return bytes;
}

function put(buffer: JitterBuffer, ...numbers: number[]): boolean {
  const bytes = datagram(
    numbers.map((number) => [number & 255, number] as const),
    true,
  );
  return buffer.put(bytes, 0, bytes.length);
}

function append(buffer: JitterBuffer, ...contents: number[]): boolean {
  const bytes = datagram(
    contents.map((content) => [0, content] as const),
    false,
  );
  return buffer.put(bytes, 0, bytes.length);
}

function get(buffer: JitterBuffer): number | undefined {
  const frame = new Uint8Array(N);
  return buffer.get(frame, 0) ? frame[0]! | (frame[1]! << 8) : undefined;
}

function sequenced(size = 10): JitterBuffer {
  const buffer = new JitterBuffer();
  buffer.configure(N, 128, true);
  buffer.setAuto(false);
  buffer.setSize(size);
  return buffer;
}

function fifo(size: number): JitterBuffer {
  const buffer = sequenced(size);
  buffer.configure(N, 128, false);
  return buffer;
}

describe('The automatic size follows the test vectors of jitter-buffer.md §2.1', () => {
  const vectors: [string, 64 | 128, number, string, number, string][] = [
    ['A', 128, 1, '0:6 162:5 510:4 1049:3 2301:2', 30000, '2.016736'],
    ['A', 128, 2, '0:6 162:5 510:4 1049:3 2301:2', 30000, '2.016736'],
    ['A', 64, 1, '0:6 324:5 1021:4 2098:3 4602:2', 30000, '2.070904'],
    ['A', 64, 2, '0:6 324:5 1021:4 2098:3 4602:2', 30000, '2.070904'],
    ['B', 128, 1, '0:6 222:5 761:4 2013:3', 30000, '3.012543'],
    ['B', 128, 2, '0:6', 30000, '5.996912'],
    ['B', 64, 1, '0:6 445:5 1522:4 4027:3', 30000, '3.053161'],
    ['B', 64, 2, '0:6', 30000, '5.998386'],
    [
      'C',
      128,
      1,
      '0:6 455:7 970:8 1715:9 2793:10 2854:9 2995:8 3102:9 4180:10 4499:9 4638:10 6297:9 6421:10',
      29689,
      '10.297880',
    ],
    ['C', 64, 1, '0:6 714:7 1745:8 3138:9 5294:10 10303:11', 29689, '10.996774'],
    ['D', 128, 1, '0:6 269:7 784:8 1481:9 2558:10 5063:11', 26652, '10.999998'],
    ['D', 128, 2, '0:6 269:7 784:8 1481:9 2558:10 5063:11', 13326, '10.999998'],
    ['D', 64, 1, '0:6 524:7 1555:8 2948:9 5104:10 10113:11', 25812, '10.997230'],
  ];

  test.each(vectors)('scenario %s, %i samples, F = %i', (scenario, frameSamples, F, trace, ok, f) => {
    const buffer = new JitterBuffer();
    buffer.configure(N, frameSamples, true);
    const burst = { A: 1, B: 3, C: 1, D: 12 }[scenario]!;
    const changes: string[] = [];
    let number = 0;
    let x = 12345;
    let hits = 0;
    let size = 0;
    for (let tick = 0; tick < 30000; tick++) {
      x = (Math.imul(x, 1103515245) + 12345) >>> 0;
      const lost = scenario === 'C' && (x >>> 16) % 100 === 0;
      for (let i = 0; i < (tick % (burst * F) === 0 ? burst : 0); i++) {
        if (!lost) put(buffer, ...Array.from({ length: F }, (_, frame) => number + frame));
        number += F;
      }
      if (get(buffer) !== undefined) hits++;
      buffer.applyAuto();
      if (buffer.size !== size) changes.push(`${tick}:${buffer.size}`);
      size = buffer.size;
    }
    expect(changes.join(' ')).toBe(trace);
    expect(hits).toBe(ok);
    expect(buffer.filteredBlocks.toFixed(6)).toBe(f);
  });

  test('without any audio the size reaches 7 after 256 blocks', () => {
    const buffer = new JitterBuffer();
    buffer.configure(N, 128, true);
    for (let tick = 0; tick < 255; tick++) get(buffer);
    expect(buffer.autoSize).toBe(6);
    get(buffer);
    expect(buffer.autoSize).toBe(7);
  });
});

describe('With sequence numbers', () => {
  test('frames come out in the order of their numbers, each once', () => {
    const buffer = sequenced();
    put(buffer, 2);
    put(buffer, 0, 1);
    put(buffer, 2);
    expect([get(buffer), get(buffer), get(buffer), get(buffer)]).toEqual([0, 1, 2, undefined]);
  });

  test('a missing frame is a miss in its place', () => {
    const buffer = sequenced();
    put(buffer, 0);
    put(buffer, 2);
    expect([get(buffer), get(buffer), get(buffer)]).toEqual([0, undefined, 2]);
    expect([buffer.gets, buffer.misses, buffer.missRun]).toEqual([3, 1, 0]);
  });

  test('numbers wrap from 255 to 0', () => {
    const buffer = sequenced(4);
    for (let number = 0; number < 1000; number++) {
      put(buffer, number);
      expect(get(buffer)).toBe(number);
    }
  });

  test('the window finds a numbering that starts anywhere', () => {
    const buffer = sequenced(4);
    put(buffer, 100);
    // The frame is in the last place of the window: three misses before it.
    expect([get(buffer), get(buffer), get(buffer), get(buffer)]).toEqual([undefined, undefined, undefined, 100]);
  });

  test('a late frame drags the window back and is heard', () => {
    const buffer = sequenced(4);
    put(buffer, 0);
    get(buffer);
    get(buffer);
    put(buffer, 1);
    expect(get(buffer)).toBe(1);
  });

  test('dragging the window back loses the frame that was next, as in the reference', () => {
    const buffer = sequenced(4);
    put(buffer, 0);
    get(buffer);
    get(buffer);
    put(buffer, 2, 3);
    put(buffer, 1);
    expect([get(buffer), get(buffer), get(buffer)]).toEqual([1, undefined, 3]);
  });

  test('too many frames push the oldest out, and no put fails', () => {
    const buffer = sequenced(3);
    for (let number = 0; number < 8; number++) expect(put(buffer, number)).toBe(true);
    expect(buffer.filledBlocks).toBe(3);
    expect([get(buffer), get(buffer), get(buffer), get(buffer)]).toEqual([5, 6, 7, undefined]);
    expect(buffer.putErrors).toBe(0);
  });

  test('resizing keeps the frames that come first', () => {
    const buffer = sequenced(6);
    put(buffer, 0, 1, 2);
    put(buffer, 4);
    buffer.setSize(3);
    buffer.setSize(20);
    expect([get(buffer), get(buffer), get(buffer), get(buffer), get(buffer)]).toEqual([0, 1, 2, undefined, undefined]);
  });
});

describe('Without sequence numbers', () => {
  test('the buffer is a queue that does not move when it is empty', () => {
    const buffer = fifo(3);
    expect(get(buffer)).toBeUndefined();
    append(buffer, 7, 8);
    expect([get(buffer), get(buffer), get(buffer)]).toEqual([7, 8, undefined]);
    append(buffer, 9);
    expect(get(buffer)).toBe(9);
  });

  test('a datagram that does not fit whole is dropped whole and counted', () => {
    const buffer = fifo(3);
    expect(append(buffer, 1, 2)).toBe(true);
    expect(append(buffer, 3, 4)).toBe(false);
    expect(append(buffer, 5)).toBe(true);
    expect([get(buffer), get(buffer), get(buffer), get(buffer)]).toEqual([1, 2, 5, undefined]);
    expect([buffer.puts, buffer.putErrors]).toEqual([3, 1]);
  });

  test('resizing keeps as many as fit, the oldest first', () => {
    const buffer = fifo(5);
    append(buffer, 1, 2, 3, 4);
    buffer.setSize(2);
    expect(buffer.filledBlocks).toBe(2);
    expect([get(buffer), get(buffer), get(buffer)]).toEqual([1, 2, undefined]);
  });
});

test('Configuring empties the buffer, brings the automatic size back to 6 and keeps the size until it is applied', () => {
  const buffer = new JitterBuffer();
  buffer.configure(N, 128, true);
  for (let number = 0; number < 3000; number++) {
    put(buffer, number);
    get(buffer);
    buffer.applyAuto();
  }
  put(buffer, 3000);
  expect(buffer.size).toBe(2);
  buffer.configure(N, 128, true);
  expect([buffer.size, buffer.autoSize, buffer.filledBlocks]).toEqual([2, 6, 0]);
  expect(get(buffer)).toBeUndefined();
  expect(buffer.applyAuto()).toBe(true);
  expect(buffer.size).toBe(6);
  expect(buffer.applyAuto()).toBe(false);
});

test('In manual mode the automatic size is only watched', () => {
  const buffer = sequenced(9);
  for (let number = 0; number < 600; number++) {
    put(buffer, number);
    get(buffer);
    expect(buffer.applyAuto()).toBe(false);
  }
  expect([buffer.size, buffer.autoSize]).toEqual([9, 4]);
});

test('Sizes out of range become the nearest possible size', () => {
  const buffer = sequenced();
  for (const [asked, used] of [
    [0, 1],
    [-5, 1],
    [21, 20],
    [1e9, 20],
    [Number.NaN, 1],
  ] as const) {
    buffer.setSize(asked);
    expect(buffer.size).toBe(used);
  }
});

test('Datagrams of a wrong length are rejected and counted, and change nothing', () => {
  const buffer = new JitterBuffer();
  const bytes = new Uint8Array(100);
  expect(buffer.put(bytes, 0, 10)).toBe(false);
  buffer.configure(N, 128, true);
  put(buffer, 0);
  for (const [offset, length] of [
    [0, 0],
    [0, -4],
    [0, 3],
    [0, 5],
    [0, 4 * 5],
    [0, 400],
    [98, 4],
    [-4, 4],
    [0, Number.NaN],
  ] as const) {
    expect(buffer.put(bytes, offset, length)).toBe(false);
  }
  expect(buffer.putErrors).toBe(10);
  expect([buffer.filledBlocks, get(buffer)]).toEqual([1, 0]);
});

test('Frames of the largest size survive whole, at any offset', () => {
  const buffer = new JitterBuffer();
  buffer.configure(MAX_FRAME_BYTES, 128, true);
  const bytes = Uint8Array.from({ length: 7 + MAX_FRAME_BYTES + 1 }, (_, i) => (i * 7) & 255);
  bytes[7 + MAX_FRAME_BYTES] = 0;
  buffer.put(bytes, 7, MAX_FRAME_BYTES + 1);
  const frame = new Uint8Array(MAX_FRAME_BYTES + 3);
  expect(buffer.get(frame, 3)).toBe(true);
  expect(frame.subarray(3)).toEqual(bytes.subarray(7, 7 + MAX_FRAME_BYTES));
  expect(() => buffer.configure(MAX_FRAME_BYTES + 1, 128, true)).toThrow(RangeError);
});

describe('Against the specification written down literally', () => {
  const step = fc.oneof(
    // In order, with small and large deviations, as a network does it.
    { weight: 30, arbitrary: fc.record({ put: fc.integer({ min: -3, max: 5 }), frames: fc.constantFrom(1, 2, 4) }) },
    { weight: 5, arbitrary: fc.record({ put: fc.integer({ min: -128, max: 127 }), frames: fc.constantFrom(1, 2) }) },
    { weight: 30, arbitrary: fc.record({ gets: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 5, arbitrary: fc.record({ size: fc.integer({ min: 1, max: 20 }) }) },
    { weight: 5, arbitrary: fc.record({ wrong: fc.integer({ min: 0, max: 40 }) }) },
    { weight: 5, arbitrary: fc.constant('apply' as const) },
    { weight: 1, arbitrary: fc.record({ sequenceNumbers: fc.boolean(), frameSamples: fc.constantFrom(64, 128) }) },
  );

  test('any course of events gives the same frames, the same fill and the same automatic size', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 400, size: 'max' }), fc.boolean(), (steps, start) => {
        const buffer = new JitterBuffer();
        const reference = new ReferenceJitterBuffer();
        buffer.configure(N, 128, start);
        reference.configure(128, start);
        let next = 0;
        let content = 0;
        for (const step of steps) {
          if (step === 'apply') {
            buffer.setAuto(true);
            buffer.applyAuto();
            if (reference.real.size !== reference.autoSize) reference.real.resize(reference.autoSize);
          } else if ('put' in step) {
            const frames = Array.from(
              { length: step.frames },
              (_, i) => [(next + step.put + i) & 255, content++] as const,
            );
            next = (next + step.frames) & 255;
            const bytes = datagram(frames, reference.sequenceNumbers);
            expect(buffer.put(bytes, 0, bytes.length)).toBe(reference.put(frames));
          } else if ('gets' in step) {
            for (let i = 0; i < step.gets; i++) expect(get(buffer)).toBe(reference.get());
          } else if ('size' in step) {
            buffer.setSize(step.size);
            reference.real.resize(step.size);
          } else if ('wrong' in step) {
            const stride = N + (reference.sequenceNumbers ? 1 : 0);
            if (step.wrong % stride === 0 && step.wrong > 0 && step.wrong <= 4 * stride) continue;
            expect(buffer.put(new Uint8Array(40), 0, step.wrong)).toBe(reference.put('wrong length'));
          } else {
            buffer.configure(N, step.frameSamples as 64 | 128, step.sequenceNumbers);
            reference.configure(step.frameSamples as 64 | 128, step.sequenceNumbers);
          }
          expect(buffer.filledBlocks).toBe(reference.real.filled());
          expect(buffer.autoSize).toBe(reference.autoSize);
          expect(buffer.filteredBlocks).toBe(reference.f);
          expect(buffer.size).toBe(reference.real.size);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('random bytes from the network keep the buffer within its bounds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 300 }),
        fc.boolean(),
        (datagrams, numbers) => {
          const buffer = new JitterBuffer();
          buffer.configure(N, 64, numbers);
          for (const bytes of datagrams) {
            buffer.put(bytes, 0, bytes.length);
            get(buffer);
            buffer.applyAuto();
            expect(buffer.filledBlocks).toBeLessThanOrEqual(buffer.size);
            expect(buffer.size).toBeGreaterThanOrEqual(2);
            expect(buffer.size).toBeLessThanOrEqual(11);
          }
          expect(buffer.puts).toBe(datagrams.length);
        },
      ),
    );
  });
});
