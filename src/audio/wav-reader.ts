/**
 * Reads a whole WAV file as stereo Float32 at 48 kHz, for sound on the desk and in tests. Not for the period path.
 * Any bytes may come in: problems are values with a text for people, nothing throws.
 */
import { readFileSync, statSync } from 'node:fs';
import { SAMPLE_RATE } from '../jamulus/limits.ts';
import { s16BytesToFloat } from './sample-format.ts';

export type WavResult =
  | {
      readonly ok: true;
      /** Interleaved left, right; mono files are copied to both. Not finite samples are 0. */
      readonly samples: Float32Array;
      readonly frames: number;
    }
  | { readonly ok: false; readonly error: string };

interface Format {
  readonly kind: 's16' | 's24' | 's32' | 'float';
  readonly channels: 1 | 2;
}

const MAX_FILE_BYTES = 512 * 1024 * 1024;
const PCM = 1;
const IEEE_FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** Reads and parses a file of up to 512 MiB. */
export function readWavFile(path: string): WavResult {
  let bytes: Uint8Array;
  try {
    if (statSync(path).size > MAX_FILE_BYTES) return failure('The file is larger than 512 MiB.');
    bytes = readFileSync(path);
  } catch (error) {
    return failure(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseWav(bytes);
}

/** Parses PCM of 16, 24 or 32 bits or 32-bit float, mono or stereo, plain or WAVE_FORMAT_EXTENSIBLE. */
export function parseWav(bytes: Uint8Array): WavResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (tagAt(bytes, 0) !== 'RIFF' || tagAt(bytes, 8) !== 'WAVE') return failure('This is not a WAV file.');
  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const tag = tagAt(bytes, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    // A recording that was cut off announces more than there is: take what is there.
    const available = Math.min(size, bytes.length - body);
    if (tag === 'fmt ') {
      const parsed = parseFormat(view, body, available);
      if (typeof parsed === 'string') return failure(parsed);
      format = parsed;
    } else if (tag === 'data') {
      if (format === undefined) return failure('The WAV file does not describe its format before its data.');
      return convert(bytes.subarray(body, body + available), format);
    }
    at = body + size + (size & 1);
  }
  return failure('The WAV file contains no sound.');
}

function parseFormat(view: DataView, at: number, available: number): Format | string {
  if (available < 16) return 'The format description of the WAV file is too short.';
  let encoding = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const rate = view.getUint32(at + 4, true);
  const frameBytes = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  if (encoding === EXTENSIBLE) {
    if (available < 40) return 'The format description of the WAV file is too short.';
    encoding = view.getUint16(at + 24, true);
  }
  if (channels !== 1 && channels !== 2) return `The WAV file has ${channels} channels; only mono and stereo work.`;
  if (rate !== SAMPLE_RATE) {
    return `The WAV file has ${rate} samples a second; convert it to ${SAMPLE_RATE} first.`;
  }
  const kind = kindOf(encoding, bits);
  if (kind === undefined || frameBytes !== (channels * bits) / 8) {
    return `The WAV file has ${bits}-bit samples in encoding ${encoding}; convert it to PCM of 16, 24 or 32 bits or 32-bit float first.`;
  }
  return { kind, channels };
}

function kindOf(encoding: number, bits: number): Format['kind'] | undefined {
  if (encoding === IEEE_FLOAT) return bits === 32 ? 'float' : undefined;
  if (encoding !== PCM) return undefined;
  return bits === 16 ? 's16' : bits === 24 ? 's24' : bits === 32 ? 's32' : undefined;
}

function convert(data: Uint8Array, { kind, channels }: Format): WavResult {
  const sampleBytes = kind === 's16' ? 2 : kind === 's24' ? 3 : 4;
  const frames = Math.floor(data.length / (sampleBytes * channels));
  if (frames === 0) return failure('The WAV file contains no sound.');
  const decoded = decode(data, kind, frames * channels);
  if (channels === 2) return { ok: true, samples: decoded, frames };
  const samples = new Float32Array(2 * frames);
  for (let i = 0; i < frames; i++) {
    samples[2 * i] = decoded[i] as number;
    samples[2 * i + 1] = decoded[i] as number;
  }
  return { ok: true, samples, frames };
}

function decode(data: Uint8Array, kind: Format['kind'], count: number): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const out = new Float32Array(count);
  switch (kind) {
    case 's16':
      s16BytesToFloat(data, 0, out, count);
      break;
    case 's24':
      for (let i = 0; i < count; i++) {
        out[i] = ((view.getUint16(3 * i, true) | (view.getInt8(3 * i + 2) << 16)) << 8) / 2 ** 31;
      }
      break;
    case 's32':
      for (let i = 0; i < count; i++) out[i] = view.getInt32(4 * i, true) / 2 ** 31;
      break;
    case 'float':
      for (let i = 0; i < count; i++) {
        const sample = view.getFloat32(4 * i, true);
        out[i] = Number.isFinite(sample) ? sample : 0;
      }
      break;
  }
  return out;
}

function tagAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function failure(error: string): WavResult {
  return { ok: false, error };
}
