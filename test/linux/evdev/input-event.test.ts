import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordDecoder } from '../../../src/linux/evdev/input-event.ts';
import { controlEvent, KEY_CODES } from '../../../src/linux/evdev/panel-controls.ts';
import { record, SYN_DROPPED, SYN_REPORT } from './fake-input.ts';

function decodeAll(...chunks: readonly Uint8Array[]) {
  const decoder = new RecordDecoder();
  return chunks.flatMap((chunk) => [...decoder.decode(chunk)]);
}

describe('Input records', () => {
  test('are read as the kernel writes them', () => {
    // Recorded: KEY_ENTER pressed at 1700000000.123456.
    const bytes = Buffer.from('00f1536500000000' + '40e2010000000000' + '0100' + '1c00' + '01000000', 'hex');
    expect(decodeAll(bytes)).toEqual([{ type: 1, code: 28, value: 1, kernelMs: 1700000000123.456 }]);
  });

  test('are the same however the bytes are cut', () => {
    const one = fc.tuple(fc.integer({ min: 1, max: 31 }), fc.nat({ max: 767 }), fc.integer(), fc.nat({ max: 2 ** 31 }));
    fc.assert(
      fc.property(fc.array(one), fc.array(fc.nat({ max: 2000 })), (events, cuts) => {
        const bytes = Buffer.concat(events.map(([type, code, value, atMs]) => record(type, code, value, atMs)));
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
        const expected = events.map(([type, code, value, kernelMs]) => ({ type, code, value, kernelMs }));
        expect(decodeAll(...chunks)).toEqual(expected);
      }),
    );
  });

  test('after a queue overflow are left out up to the end of the torn packet', () => {
    const bytes = [record(1, 28, 1), SYN_DROPPED, record(1, 28, 0), record(2, 7, 5), SYN_REPORT, record(2, 7, -1)];
    expect(
      decodeAll(...bytes).map((event) => (event === 'lost' ? event : [event.type, event.code, event.value])),
    ).toEqual([[1, 28, 1], 'lost', [2, 7, -1]]);
  });
});

describe('The panel’s controls', () => {
  const input = (type: number, code: number, value: number) =>
    controlEvent({ kind: 'input', device: 'jambox-keys', type, code, value, atMs: 5 });

  test('are keys pressed and released', () => {
    for (const [key, code] of Object.entries(KEY_CODES)) {
      expect(input(1, code, 1)).toEqual({ type: 'down', key, atMs: 5 });
      expect(input(1, code, 0)).toEqual({ type: 'up', key, atMs: 5 });
    }
  });

  test('are a knob with either axis, and no wild leaps', () => {
    expect(input(2, 7, 1)).toEqual({ type: 'turn', steps: 1, atMs: 5 });
    expect(input(2, 0, -2)).toEqual({ type: 'turn', steps: -2, atMs: 5 });
    expect(input(2, 7, -(2 ** 31))).toEqual({ type: 'turn', steps: -16, atMs: 5 });
  });

  test('are not repetitions, unknown codes and other kinds of events', () => {
    for (const [type, code, value] of [
      [1, KEY_CODES.knob, 2],
      [1, 30, 1],
      [2, 8, 1],
      [2, 7, 0],
      [4, 4, 28],
      [3, KEY_CODES.knob, 1],
    ] as const) {
      expect(input(type, code, value)).toBeUndefined();
    }
  });

  test('let go of everything when events are lost', () => {
    expect(controlEvent({ kind: 'lost', device: 'jambox-keys', atMs: 7 })).toEqual({ type: 'cancel', atMs: 7 });
  });
});
