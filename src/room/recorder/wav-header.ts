/**
 * The head of a WAV file of 16-bit samples at 48 kHz that can grow beyond 4 GiB: a JUNK chunk keeps the place of the ds64
 * chunk of RF64 (EBU Tech 3306, "RF64: an extended file format for audio", the "on the fly" conversion; the same in
 * ITU-R BS.2088). So it has 80 bytes where the real server has 44; readers skip chunks that they don't know.
 *
 * All of it lies in the first sector of the file and is written in one go: disks write a sector wholly or not at all.
 */
import { SAMPLE_RATE } from '../../jamulus/limits.ts';

export const WAV_HEADER_BYTES = 80;
export const SAMPLE_BYTES = 2;
const DS64_BYTES = 28;
const FMT_BYTES = 16;
const PCM = 1;
/** In a 32-bit field: see ds64. */
const IN_DS64 = 0xffffffff;

/** The header of a file with `dataBytes` bytes of samples: RIFF while 32 bits are enough for the sizes, then RF64. */
export function wavHeader(channels: 1 | 2, dataBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const riffBytes = WAV_HEADER_BYTES - 8 + dataBytes;
  const isLong = riffBytes >= IN_DS64;
  const frameBytes = channels * SAMPLE_BYTES;

  setTag(bytes, 0, isLong ? 'RF64' : 'RIFF');
  view.setUint32(4, isLong ? IN_DS64 : riffBytes, true);
  setTag(bytes, 8, 'WAVE');
  setTag(bytes, 12, isLong ? 'ds64' : 'JUNK');
  view.setUint32(16, DS64_BYTES, true);
  if (isLong) {
    view.setBigUint64(20, BigInt(riffBytes), true);
    view.setBigUint64(28, BigInt(dataBytes), true);
    view.setBigUint64(36, BigInt(dataBytes / frameBytes), true); // and no further chunk sizes: table length 0
  }
  setTag(bytes, 48, 'fmt ');
  view.setUint32(52, FMT_BYTES, true);
  view.setUint16(56, PCM, true);
  view.setUint16(58, channels, true);
  view.setUint32(60, SAMPLE_RATE, true);
  view.setUint32(64, SAMPLE_RATE * frameBytes, true);
  view.setUint16(68, frameBytes, true);
  view.setUint16(70, 8 * SAMPLE_BYTES, true);
  setTag(bytes, 72, 'data');
  view.setUint32(76, isLong ? IN_DS64 : dataBytes, true);
  return bytes;
}

/** Whole sample frames in a file of `fileBytes`, in bytes. */
export function dataBytesOf(fileBytes: number, channels: 1 | 2): number {
  const bytes = Math.max(0, fileBytes - WAV_HEADER_BYTES);
  return bytes - (bytes % (channels * SAMPLE_BYTES));
}

function setTag(bytes: Uint8Array, at: number, tag: string): void {
  for (let i = 0; i < tag.length; i++) bytes[at + i] = tag.charCodeAt(i);
}
