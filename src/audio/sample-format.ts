/**
 * Samples between Float32 (±1.0) and the integer formats of sound cards, raw audio and WAV files. All little-endian,
 * as both processors of the box and every desk are. Period path: no allocation.
 */
import { finite } from './gain-law.ts';

const S32_SCALE = 2 ** 31;
const S16_SCALE = 2 ** 15;

/** S32 → float, rounded to the 24 bits of a float; the largest values become 1.0. */
export function s32ToFloat(src: Int32Array, dst: Float32Array, samples: number): void {
  for (let i = 0; i < samples; i++) dst[i] = (src[i] as number) / S32_SCALE;
}

/** Float → S32: clipped, then rounded to the nearest value; not finite becomes 0. 24-bit samples survive unchanged. */
export function floatToS32(src: Float32Array, dst: Int32Array, samples: number): void {
  for (let i = 0; i < samples; i++) {
    const scaled = Math.round(finite(src[i] as number) * S32_SCALE);
    dst[i] = Math.min(Math.max(scaled, -S32_SCALE), S32_SCALE - 1);
  }
}

/** S16 → float; exact. */
export function s16ToFloat(src: Int16Array, dst: Float32Array, samples: number): void {
  for (let i = 0; i < samples; i++) dst[i] = (src[i] as number) / S16_SCALE;
}

/** Float → S16: clipped, then truncated toward zero (audio.md §4, end); not finite becomes 0. */
export function floatToS16(src: Float32Array, dst: Int16Array, samples: number): void {
  for (let i = 0; i < samples; i++) dst[i] = toS16(src[i] as number);
}

/** As `s16ToFloat`, from byte `offset` on: sequence bytes put raw audio at odd places of a datagram (audio.md §3). */
export function s16BytesToFloat(src: Uint8Array, offset: number, dst: Float32Array, samples: number): void {
  for (let i = 0; i < samples; i++) {
    const at = offset + 2 * i;
    dst[i] = (((src[at] as number) | ((src[at + 1] as number) << 8)) << 16) / S32_SCALE;
  }
}

/** As `floatToS16`, from byte `offset` on. */
export function floatToS16Bytes(src: Float32Array, dst: Uint8Array, offset: number, samples: number): void {
  for (let i = 0; i < samples; i++) {
    const value = toS16(src[i] as number);
    dst[offset + 2 * i] = value;
    dst[offset + 2 * i + 1] = value >> 8;
  }
}

function toS16(sample: number): number {
  return Math.min(Math.max(finite(sample) * S16_SCALE, -S16_SCALE), S16_SCALE - 1) | 0;
}
