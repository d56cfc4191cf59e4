/** The decoder against recorded traffic of real Jamulus programs (test/captures). */
import { beforeAll, describe, expect, it } from 'vitest';
import { type CodecFormat, createDecoder, type OpusLibrary } from '../../src/opus/codec.ts';
import { testOpus } from '../support/opus.ts';
import { captureNames, type Datagram, readCapture } from '../support/pcap.ts';
import { shareAt } from './signals.ts';

interface Format extends CodecFormat {
  readonly frameBytes: number;
  readonly blockFactor: 1 | 2;
  readonly sequenceBytes: 0 | 1;
}

/** Every size of audio datagram that occurs in the captures, so that a size tells the format (audio.md §2.2). */
const formats = new Map<number, Format>();
for (const [frameSamples, channels, frameBytes, blockFactor] of [
  [128, 1, 25, 1],
  [128, 1, 45, 1],
  [128, 1, 82, 1],
  [128, 2, 47, 1],
  [128, 2, 71, 1],
  [128, 2, 71, 2],
  [128, 2, 165, 1],
  [64, 1, 36, 1],
  [64, 2, 35, 1],
  [64, 2, 73, 1],
] as const) {
  for (const sequenceBytes of [0, 1] as const) {
    const datagramBytes = (frameBytes + sequenceBytes) * blockFactor;
    // 36 is mono high without number; stereo normal with number is the same size, but not recorded.
    if (datagramBytes === 36 && channels === 2) continue;
    formats.set(datagramBytes, { frameSamples, channels, frameBytes, blockFactor, sequenceBytes });
  }
}
const RAW_DATAGRAM_BYTES = 257;

/** Messages begin with two zero bytes and hold their length (messages.md): enough to tell them from recorded audio. */
function isMessage(payload: Uint8Array): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  return payload.length >= 9 && view.getUint16(0, true) === 0 && view.getUint16(5, true) === payload.length - 9;
}

interface Stream {
  readonly format: Format;
  readonly datagrams: Datagram[];
}

/** The Opus streams of a capture: one for each sender, receiver and format. */
function opusStreams(name: string): Map<string, Stream> {
  const streams = new Map<string, Stream>();
  for (const datagram of readCapture(name)) {
    const { srcPort, dstPort, payload } = datagram;
    if (isMessage(payload) || payload.length === RAW_DATAGRAM_BYTES) continue;
    const format = formats.get(payload.length);
    if (format === undefined) throw new Error(`${name}: audio of ${payload.length} bytes`);
    const key = `${srcPort}>${dstPort} ${payload.length}`;
    const stream = streams.get(key);
    if (stream) stream.datagrams.push(datagram);
    else streams.set(key, { format, datagrams: [datagram] });
  }
  return streams;
}

/** Decodes all frames in the order of the capture. */
function decode(library: OpusLibrary, { format, datagrams }: Stream, fromMs = 0, toMs = Infinity): Float32Array[] {
  const decoder = createDecoder(library, format);
  const output: number[][] = [[], []];
  for (const { timeMs, payload } of datagrams) {
    for (let f = 0; f < format.blockFactor; f++) {
      const start = f * (format.frameBytes + format.sequenceBytes);
      decoder.bytes.set(payload.subarray(start, start + format.frameBytes));
      expect(decoder.bytes[0]).toBe(format.channels === 2 ? 0x04 : 0x00);
      expect(decoder.decode(format.frameBytes)).toBe(0);
      if (timeMs < fromMs || timeMs > toMs) continue;
      decoder.pcm.forEach((x, i) => {
        output[i % format.channels]!.push(x);
      });
    }
  }
  decoder.destroy();
  return output.map((channel) => new Float32Array(channel));
}

describe('recorded audio', () => {
  let library: OpusLibrary;
  beforeAll(async () => {
    library = await testOpus();
  }, 180_000);

  it.each(captureNames())('decodes without an error: %s', (name) => {
    const streams = opusStreams(name);
    for (const stream of streams.values()) {
      for (const channel of decode(library, stream)) expect(channel.every((x) => Math.abs(x) <= 1)).toBe(true);
    }
    expect(streams.size).toBeGreaterThan(0);
    expect(library.traps).toBe(0);
  });

  it.each([
    // Who plays what is in test/captures/README.md: half a second from `fromMs` on, the tones of each channel.
    { name: 'stereo-high-128', key: '23383>23200 166', fromMs: 2000, tones: [[440], [660]] },
    { name: 'stereo-high-128', key: '23200>23383 166', fromMs: 2500, tones: [[440], [660]] },
    { name: 'stereo-high-64-fast-server', key: '23383>23200 74', fromMs: 2000, tones: [[440], [660]] },
    { name: 'stereo-high-64-fast-server', key: '23200>23383 74', fromMs: 2500, tones: [[440], [660]] },
    { name: 'stereo-normal-256-two-frames-a-packet', key: '23383>23200 144', fromMs: 2000, tones: [[440], [660]] },
    {
      name: 'mono-in-stereo-out-normal-128',
      key: '23383>23200 72',
      fromMs: 2000,
      tones: [
        [440, 660],
        [440, 660],
      ],
    },
    { name: 'mono-high-64-slow-server', key: '23383>23200 37', fromMs: 2000, tones: [[440, 660]] },
    { name: '3.12dev-server-3.9.1-client-stereo-normal-64', key: '23383>23200 35', fromMs: 2000, tones: [[440]] },
    { name: 'recording-by-default-stereo-low-128', key: '23483>23200 48', fromMs: 2000, tones: [[660]] },
    { name: 'join-chat-leave-mono-128', key: '23483>23200 26', fromMs: 5000, tones: [[660]] },
    { name: 'join-chat-leave-mono-128', key: '23383>23200 26', fromMs: 4000, tones: [[440]] },
  ])('holds the tones that were played: $name $key', ({ name, key, fromMs, tones }) => {
    const channels = decode(library, opusStreams(name).get(key)!, fromMs, fromMs + 500);
    tones.forEach((expected, c) => {
      const shares = expected.map((hertz) => shareAt(hertz, channels[c]!));
      expect(Math.min(...shares)).toBeGreaterThan(0.9 / shares.length);
      expect(shares.reduce((a, b) => a + b)).toBeGreaterThan(0.98);
    });
  });
});
