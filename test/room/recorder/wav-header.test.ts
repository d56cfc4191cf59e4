import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataBytesOf, WAV_HEADER_BYTES, wavHeader } from '../../../src/room/recorder/wav-header.ts';
import { readWav } from './wav.ts';

describe('The header of a recorded file', () => {
  test('is one of 16-bit PCM at 48 kHz', () => {
    for (const channels of [1, 2] as const) {
      const samples = Int16Array.from([1, -2, 32767, -32768]);
      const file = Buffer.concat([wavHeader(channels, 8), new Uint8Array(samples.buffer)]);
      const read = {
        kind: 'RIFF',
        channels,
        rate: 48_000,
        bits: 16,
        dataBytes: 8,
        riffBytes: file.length - 8,
        samples,
      };
      expect(readWav(file)).toEqual(read);
    }
  });

  test('becomes one of RF64 beyond 4 GiB, and the samples stay where they are', () => {
    const last = 0xffffffff - WAV_HEADER_BYTES + 8 - 3;
    const lastShort = last - (last % 4);
    expect(readWav(wavHeader(2, lastShort))).toMatchObject({ kind: 'RIFF', dataBytes: lastShort });
    for (const dataBytes of [lastShort + 4, 2 ** 32, 3 * 2 ** 40]) {
      const header = wavHeader(2, dataBytes);
      expect(header.length).toBe(WAV_HEADER_BYTES);
      expect(readWav(header)).toMatchObject({ kind: 'RF64', dataBytes, riffBytes: dataBytes + WAV_HEADER_BYTES - 8 });
    }
  });

  test('fits in the first sector of a disk', () => {
    expect(WAV_HEADER_BYTES).toBeLessThanOrEqual(512);
  });

  test('of a file found again holds as many whole frames as there are', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.constantFrom(1 as const, 2 as const), (fileBytes, channels) => {
        const dataBytes = dataBytesOf(fileBytes, channels);
        expect(dataBytes % (2 * channels)).toBe(0);
        const rest = Math.max(0, fileBytes - WAV_HEADER_BYTES) - dataBytes;
        expect(rest).toBeGreaterThanOrEqual(0);
        expect(rest).toBeLessThan(2 * channels);
      }),
    );
  });
});
