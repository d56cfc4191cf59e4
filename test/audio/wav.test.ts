import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWav, readWavFile, type WavResult } from '../../src/audio/wav-reader.ts';
import { createWavFile, type WavWriter } from '../../src/audio/wav-writer.ts';
import { outFile, sine } from './signals.ts';

interface Header {
  encoding?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  extensible?: boolean;
  junk?: number[];
  dataSize?: number;
}

const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const u16 = (value: number) => [value & 255, (value >> 8) & 255];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];

/** A WAV file with these data bytes. */
function wav(data: number[], options: Header = {}): Uint8Array {
  const { encoding = 1, channels = 2, rate = 48000, bits = 16, extensible = false, junk = [], dataSize } = options;
  const frameBytes = (channels * bits) / 8;
  const format = [
    ...u16(extensible ? 0xfffe : encoding),
    ...u16(channels),
    ...u32(rate),
    ...u32(rate * frameBytes),
    ...u16(frameBytes),
    ...u16(bits),
    ...(extensible ? [...u16(22), ...u16(bits), ...u32(3), ...u16(encoding), ...new Array(14).fill(0)] : []),
  ];
  const body = [
    ...ascii('WAVEfmt '),
    ...u32(format.length),
    ...format,
    ...junk,
    ...ascii('data'),
    ...u32(dataSize ?? data.length),
    ...data,
  ];
  return Uint8Array.from([...ascii('RIFF'), ...u32(body.length), ...body]);
}

function samplesOf(result: WavResult): number[] {
  if (!result.ok) throw new Error(result.error);
  expect(result.samples.length).toBe(2 * result.frames);
  return [...result.samples];
}

function errorOf(result: WavResult): string {
  return result.ok ? 'no error' : result.error;
}

function floatBytes(...values: number[]): number[] {
  return [...new Uint8Array(Float32Array.from(values).buffer)];
}

describe('Reading', () => {
  test('16, 24 and 32-bit PCM and 32-bit float come out as floats', () => {
    expect(samplesOf(parseWav(wav([0, 0x40, 0, 0x80])))).toEqual([0.5, -1]);
    expect(samplesOf(parseWav(wav([0, 0, 0x40, 0xff, 0xff, 0xff], { bits: 24 })))).toEqual([0.5, -(2 ** -23)]);
    expect(samplesOf(parseWav(wav([0, 0, 0, 0x40, 0, 0, 0, 0x80], { bits: 32 })))).toEqual([0.5, -1]);
    expect(samplesOf(parseWav(wav(floatBytes(0.25, -1.5), { bits: 32, encoding: 3 })))).toEqual([0.25, -1.5]);
  });

  test('samples that are not finite become 0', () => {
    const data = floatBytes(Number.NaN, Number.NEGATIVE_INFINITY);
    expect(samplesOf(parseWav(wav(data, { bits: 32, encoding: 3 })))).toEqual([0, 0]);
  });

  test('mono is copied to both channels', () => {
    expect(samplesOf(parseWav(wav([0, 0x40, 0, 0xc0], { channels: 1 })))).toEqual([0.5, 0.5, -0.5, -0.5]);
  });

  test('WAVE_FORMAT_EXTENSIBLE works, and other chunks are skipped, padded ones too', () => {
    expect(samplesOf(parseWav(wav([0, 0x40, 0, 0x80], { extensible: true })))).toEqual([0.5, -1]);
    const junk = [...ascii('LIST'), ...u32(3), 1, 2, 3, 0];
    expect(samplesOf(parseWav(wav([0, 0x40, 0, 0x80], { junk })))).toEqual([0.5, -1]);
  });

  test('a recording that was cut off, or an incomplete last frame, gives what is there', () => {
    expect(samplesOf(parseWav(wav([0, 0x40, 0, 0x80, 1], { dataSize: 0x7ffff000 })))).toEqual([0.5, -1]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(0), /not a WAV file/],
    ['a text', Uint8Array.from(ascii('RIFFxxxxTEXT')), /not a WAV file/],
    ['another sample rate', wav([0, 0, 0, 0], { rate: 44100 }), /44100 samples a second; convert it to 48000/],
    ['six channels', wav(new Array(12).fill(0), { channels: 6 }), /6 channels; only mono and stereo/],
    ['8-bit samples', wav([0, 0], { bits: 8 }), /8-bit samples/],
    ['compressed sound', wav([0, 0, 0, 0], { encoding: 0x11 }), /encoding 17/],
    ['no samples', wav([]), /no sound/],
    ['no data chunk', wav([0, 0, 0, 0]).slice(0, 36), /no sound/],
    ['data before the format', Uint8Array.from([...ascii('RIFF0000WAVEdata'), ...u32(0)]), /format before its data/],
    ['half a format', Uint8Array.from([...ascii('RIFF0000WAVEfmt '), ...u32(16), 1, 0]), /too short/],
  ])('%s is a clear error', (_, bytes, error) => {
    expect(errorOf(parseWav(bytes))).toMatch(error);
  });

  test('a file that is not there is a clear error', () => {
    expect(errorOf(readWavFile(outFile('no-such-file.wav')))).toMatch(/cannot be read/);
  });

  test('no bytes make it throw', () => {
    const valid = wav([1, 2, 3, 4, 5, 6, 7, 8], { extensible: true, junk: [...ascii('LIST'), ...u32(2), 0, 0] });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(valid.length),
        (changes, length) => {
          const bytes = valid.slice(0, length);
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          const result = parseWav(bytes);
          if (result.ok) expect(result.samples.every((sample) => Number.isFinite(sample))).toBe(true);
          else expect(result.error).not.toBe('');
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('Writing', () => {
  function created(path: string, format: 's16' | 'float', channels: 1 | 2): WavWriter {
    const creation = createWavFile(path, format, channels);
    if (!creation.ok) throw new Error(creation.error);
    return creation.writer;
  }

  test('a float file reads back bit for bit, written in pieces of any size', () => {
    const path = outFile('writer-float.wav');
    const signal = sine(440, 0.5, 0, 50000);
    const writer = created(path, 'float', 2);
    for (let at = 0, piece = 1; at < 50000; at += piece, piece = Math.min(piece * 3, 50000 - at)) {
      expect(writer.write(signal.subarray(2 * at), piece)).toBe(true);
    }
    expect(writer.close()).toBe(true);
    expect(samplesOf(readWavFile(path))).toEqual([...signal]);
  });

  test('a 16-bit file reads back clipped and truncated, mono and stereo', () => {
    for (const channels of [1, 2] as const) {
      const path = outFile(`writer-s16-${channels}.wav`);
      const writer = created(path, 's16', channels);
      writer.write(Float32Array.from([0.5, 1.9 / 32768, 2, -2]), 4 / channels);
      expect(writer.close()).toBe(true);
      const expected = [0.5, 1 / 32768, 32767 / 32768, -1];
      const samples = samplesOf(readWavFile(path));
      expect(channels === 2 ? samples : samples.filter((_, i) => i % 2 === 0)).toEqual(expected);
    }
  });

  test('a file that was never closed is valid and has all but the last chunk', () => {
    const path = outFile('writer-open.wav');
    const writer = created(path, 's16', 2);
    const signal = sine(440, 0.5, 0, 40000);
    writer.write(signal, 40000);
    // A third of a second is the chunk.
    const result = readWavFile(path);
    expect(result.ok && result.frames).toBe(32768);
    const bytes = readFileSync(path);
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
    writer.close();
    const whole = readWavFile(path);
    expect(whole.ok && whole.frames).toBe(40000);
    // What a power cut may leave: the header newer than the data.
    truncateSync(path, 44 + 4 * 1000);
    const cut = readWavFile(path);
    expect(cut.ok && cut.frames).toBe(1000);
  });

  test('refusals of the disk are values', () => {
    expect(createWavFile(outFile('no-such-folder/x.wav'), 's16', 2).ok).toBe(false);
    const full = createWavFile('/dev/full', 's16', 2);
    expect(full.ok && full.writer.write(new Float32Array(2), 1)).toBe(false);
    expect(full.ok && full.writer.close()).toBe(false);
  });

  test('a closed writer writes nothing more', () => {
    const path = outFile('writer-closed.wav');
    writeFileSync(path, 'something older and longer than a header, so that it has to be replaced');
    const writer = created(path, 's16', 1);
    writer.close();
    expect(writer.write(new Float32Array(10), 10)).toBe(false);
    expect(writer.close()).toBe(false);
    expect(statSync(path).size).toBe(44);
  });
});
