/** WAV files for tests: written as 32-bit float, read as 16-, 24- or 32-bit integer or 32-bit float. */
import { readFileSync, writeFileSync } from 'node:fs';

/** One Float32Array for each channel, full scale ±1. */
export type Sound = { readonly rate: number; readonly channels: readonly Float32Array[] };

/** Writes channels of equal length. */
export function writeWav(path: string, channels: readonly Float32Array[], rate = 48_000): void {
  const data = interleave(channels);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.byteLength, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(3, 20);
  header.writeUInt16LE(channels.length, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * channels.length * 4, 28);
  header.writeUInt16LE(channels.length * 4, 32);
  header.writeUInt16LE(32, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(data.byteLength, 40);
  writeFileSync(path, Buffer.concat([header, data]));
}

/** Reads a whole file. A data size that runs past the end of the file (a recording not finished) is cut there. */
export function readWav(path: string): Sound {
  const file = readFileSync(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error(`${path} is not a WAV file`);
  }
  let format: { isFloat: boolean; channelCount: number; rate: number; bytes: number } | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const id = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, at + 8 + size);
    if (id === 'fmt ') {
      // Extensible files (0xfffe) hold the real format in the first bytes of their GUID.
      const tag = body.readUInt16LE(0) === 0xfffe ? body.readUInt16LE(24) : body.readUInt16LE(0);
      const channelCount = body.readUInt16LE(2);
      format = { isFloat: tag === 3, channelCount, rate: body.readUInt32LE(4), bytes: body.readUInt16LE(14) / 8 };
    } else if (id === 'data' && format) {
      const { isFloat, bytes, channelCount, rate } = format;
      const frames = Math.floor(body.length / (bytes * channelCount));
      const sampleAt = (offset: number) =>
        isFloat ? body.readFloatLE(offset) : body.readIntLE(offset, bytes) / 2 ** (8 * bytes - 1);
      const channels = Array.from({ length: channelCount }, (_, channel) =>
        Float32Array.from({ length: frames }, (_, frame) => sampleAt((frame * channelCount + channel) * bytes)),
      );
      return { rate, channels };
    }
    at += 8 + size + (size % 2);
  }
  throw new Error(`${path} has no sound in it`);
}

/** Frames of 32-bit floats, little-endian, channel after channel within a frame. */
export function interleave(channels: readonly Float32Array[]): Buffer {
  const frames = channels[0]?.length ?? 0;
  const data = Buffer.alloc(frames * channels.length * 4);
  channels.forEach((samples, channel) => {
    for (let i = 0; i < frames; i++) data.writeFloatLE(samples[i] ?? 0, (i * channels.length + channel) * 4);
  });
  return data;
}

/** The reverse of interleave. */
export function deinterleave(data: Buffer, channelCount: number): Float32Array[] {
  const frames = Math.floor(data.length / (4 * channelCount));
  return Array.from({ length: channelCount }, (_, channel) =>
    Float32Array.from({ length: frames }, (_, i) => data.readFloatLE((i * channelCount + channel) * 4)),
  );
}
