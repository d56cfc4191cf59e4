/**
 * Samples between Float32 (±1.0) and the formats of sound cards, raw audio and WAV files. All little-endian, as both
 * processors of the box and every desk are. Period path: no allocation.
 */
import { clip, finite } from './gain-law.ts';

export const S32_SCALE = 2 ** 31;
const S24_SCALE = 2 ** 23;
export const S16_SCALE = 2 ** 15;

/** Clipped, then rounded to the nearest value; not finite becomes 0. 24-bit samples survive unchanged. */
export function toS32(sample: number): number {
  return Math.min(Math.max(Math.round(finite(sample) * S32_SCALE), -S32_SCALE), S32_SCALE - 1);
}

/** Clipped, then rounded to the nearest value; not finite becomes 0. 24-bit samples survive unchanged. */
export function toS24(sample: number): number {
  return Math.min(Math.max(Math.round(finite(sample) * S24_SCALE), -S24_SCALE), S24_SCALE - 1);
}

/** Clipped, then truncated toward zero (audio.md §4, end); not finite becomes 0. */
export function toS16(sample: number): number {
  return Math.min(Math.max(finite(sample) * S16_SCALE, -S16_SCALE), S16_SCALE - 1) | 0;
}

/** Clipped to ±1.0; not finite becomes 0. */
export function toF32(sample: number): number {
  return clip(finite(sample));
}

/** S16 → float, exact, from byte `offset` on: sequence bytes put raw audio at odd places of a datagram (audio.md §3). */
export function s16BytesToFloat(src: Uint8Array, offset: number, dst: Float32Array, samples: number): void {
  for (let i = 0; i < samples; i++) {
    const at = offset + 2 * i;
    dst[i] = (((src[at] as number) | ((src[at + 1] as number) << 8)) << 16) / S32_SCALE;
  }
}

/** Float → S16 as `toS16`, from byte `offset` on. */
export function floatToS16Bytes(src: Float32Array, dst: Uint8Array, offset: number, samples: number): void {
  for (let i = 0; i < samples; i++) {
    const value = toS16(src[i] as number);
    dst[offset + 2 * i] = value;
    dst[offset + 2 * i + 1] = value >> 8;
  }
}
