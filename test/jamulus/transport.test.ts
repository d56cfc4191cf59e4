import { describe, expect, it } from 'vitest';
import { delayWord, overallDelayMs } from '../../src/jamulus/delay.ts';
import { encodeMessage } from '../../src/jamulus/messages/message.ts';
import type { AudioQuality } from '../../src/jamulus/session-types.ts';
import { formatOfProps, silenceFrame, streamFormat, transportProps } from '../../src/jamulus/transport.ts';
import { audioDatagramBytes } from '../support/datagram-bytes.ts';

const NUMBERED = { sequenceNumbers: true, rawOffered: true };
const EARLY = { sequenceNumbers: false, rawOffered: false };

describe('the coded bytes of a frame', () => {
  it.each<[64 | 128, 1 | 2, AudioQuality, number]>([
    [128, 1, 'low', 25],
    [128, 1, 'normal', 45],
    [128, 1, 'high', 82],
    [128, 1, 'max', 256],
    [128, 2, 'low', 47],
    [128, 2, 'normal', 71],
    [128, 2, 'high', 165],
    [128, 2, 'max', 512],
    [64, 1, 'low', 12],
    [64, 1, 'normal', 22],
    [64, 1, 'high', 36],
    [64, 1, 'max', 128],
    [64, 2, 'low', 24],
    [64, 2, 'normal', 35],
    [64, 2, 'high', 73],
    [64, 2, 'max', 256],
  ])('with %i samples, %i channels, quality %s are %i', (frameSamples, channels, quality, bytes) => {
    const format = streamFormat({ frameSamples, channels, quality, blockFactor: 1 }, NUMBERED);
    expect(format.frameBytes).toBe(bytes);
    expect(format.raw).toBe(quality === 'max');
    expect(audioDatagramBytes(format)).toBe(bytes + 1);
  });

  it('at maximum quality are those of high quality until the server has offered raw audio', () => {
    const format = streamFormat({ frameSamples: 128, channels: 2, quality: 'max', blockFactor: 2 }, EARLY);
    expect(format).toMatchObject({ frameBytes: 165, raw: false });
    expect(audioDatagramBytes(format)).toBe(330);
  });
});

describe('the announcement of a format', () => {
  const hex = (format: ReturnType<typeof streamFormat>) =>
    Buffer.from(encodeMessage(transportProps(format)).body).toString('hex');

  it('is the one of 3.9.1 for its default', () => {
    const format = streamFormat({ frameSamples: 128, channels: 1, quality: 'normal', blockFactor: 1 }, NUMBERED);
    expect(hex(format)).toBe('2e00000001000180bb00000200010000000000');
  });

  it('is the captured one for raw stereo', () => {
    const format = streamFormat({ frameSamples: 128, channels: 2, quality: 'max', blockFactor: 1 }, NUMBERED);
    expect(hex(format)).toBe('0102000001000280bb00000200010000000000');
  });

  it('tells the server the same format', () => {
    for (const frameSamples of [64, 128] as const) {
      for (const channels of [1, 2] as const) {
        for (const quality of ['low', 'normal', 'high', 'max'] as const) {
          for (const blockFactor of [1, 2, 4] as const) {
            for (const connection of [NUMBERED, EARLY]) {
              const format = streamFormat({ frameSamples, channels, quality, blockFactor }, connection);
              expect(formatOfProps(transportProps(format))).toEqual(format);
            }
          }
        }
      }
    }
  });

  it('of CELT is no format', () => {
    const format = streamFormat({ frameSamples: 128, channels: 1, quality: 'low', blockFactor: 1 }, NUMBERED);
    expect(formatOfProps({ ...transportProps(format), codec: 1 })).toBeUndefined();
  });
});

it('silence has the bytes that the encoder gives for it', () => {
  const of = (channels: 1 | 2, quality: AudioQuality) =>
    silenceFrame(streamFormat({ frameSamples: 64, channels, quality, blockFactor: 1 }, NUMBERED));
  expect([...of(1, 'low')]).toEqual([0, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect([...of(2, 'low')].slice(0, 4)).toEqual([4, 0xff, 0xfe, 0]);
  expect(of(1, 'max')).toEqual(new Uint8Array(128));
});

describe('the overall delay', () => {
  const example = {
    frameSamples: 128,
    blockFactor: 1,
    clientBlocks: 4,
    serverBlocks: 4,
    pingMs: 15,
    raw: false,
  } as const;

  it('is the one of the specification’s example', () => {
    expect(overallDelayMs(example)).toBe(42);
  });

  it('counts a reported driver latency instead of three blocks', () => {
    // 2.667 + 14.933 + 5 + 1.333 + 15
    expect(overallDelayMs({ ...example, driverLatencyMs: 5 })).toBe(39);
  });

  it('is 9.7 ms and the ping with 64 samples, two and two blocks and two periods', () => {
    const driverLatencyMs = (2 * 2 * 64) / 48; // two periods in, two out
    const parts = { ...example, frameSamples: 64, clientBlocks: 2, serverBlocks: 2, pingMs: 0 } as const;
    // 1.333 + 3.733 + 5.333 + 0.667
    expect(overallDelayMs({ ...parts, driverLatencyMs })).toBe(11);
    expect(overallDelayMs({ ...parts, driverLatencyMs: (3 * 64) / 48 })).toBe(10);
    expect(overallDelayMs(parts)).toBe(10);
  });

  it('has no codec part with raw audio, and a block more with a conversion buffer', () => {
    expect(overallDelayMs({ ...example, raw: true })).toBe(41);
    // 2.667 + 14.933 + 2.667 + 3 · 64/48 + 1.333 + 15
    expect(overallDelayMs({ ...example, conversionCardSamples: 64 })).toBe(41);
  });

  it('counts the frames of a datagram', () => {
    // fill 5.333 + 14.933 + 16 + 1.333 + 15
    expect(overallDelayMs({ ...example, blockFactor: 2 })).toBe(53);
  });

  it('is good up to 43 ms and usable up to 68 ms', () => {
    expect([0, 43, 44, 68, 69, 900].map(delayWord)).toEqual([
      'good',
      'good',
      'usable',
      'usable',
      'too slow',
      'too slow',
    ]);
  });
});
