/**
 * Samples between Float32 (±1.0) and the formats of sound cards, raw audio and WAV files. All little-endian, as both
 * processors of the box and every desk are. Period path: no allocation.
 *
 * Those of sound cards move one channel: they read every `step`th sample from `at` on and write every `toStep`th from
 * `to` on, `frames` in all. In bytes for packed samples, else in array elements.
 */
import { clip, finite } from './gain-law.ts';

const S32_SCALE = 2 ** 31;
const S24_SCALE = 2 ** 23;
const S16_SCALE = 2 ** 15;

/** S32 → float, rounded to the 24 bits of a float; the largest values become 1.0. */
export function s32ToFloat(
  src: Int32Array,
  at: number,
  step: number,
  dst: Float32Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) dst[to + i * toStep] = (src[at + i * step] as number) / S32_SCALE;
}

/** Float → S32: clipped, then rounded to the nearest value; not finite becomes 0. 24-bit samples survive unchanged. */
export function floatToS32(
  src: Float32Array,
  at: number,
  step: number,
  dst: Int32Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) dst[to + i * toStep] = toInteger(src[at + i * step] as number, S32_SCALE);
}

/** S24 (the low three bytes of four; the fourth is not looked at) → float; exact. */
export function s24ToFloat(
  src: Int32Array,
  at: number,
  step: number,
  dst: Float32Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) dst[to + i * toStep] = ((src[at + i * step] as number) << 8) / S32_SCALE;
}

/** Float → S24, the sign in the fourth byte: clipped, then rounded to the nearest value; not finite becomes 0. */
export function floatToS24(
  src: Float32Array,
  at: number,
  step: number,
  dst: Int32Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) dst[to + i * toStep] = toInteger(src[at + i * step] as number, S24_SCALE);
}

/** S24 in three bytes → float; exact. */
export function s24PackedToFloat(
  src: Uint8Array,
  at: number,
  step: number,
  dst: Float32Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) {
    const byte = at + i * step;
    const high = ((src[byte + 1] as number) << 16) | ((src[byte + 2] as number) << 24);
    dst[to + i * toStep] = (((src[byte] as number) << 8) | high) / S32_SCALE;
  }
}

/** Float → S24 in three bytes: clipped, then rounded to the nearest value; not finite becomes 0. */
export function floatToS24Packed(
  src: Float32Array,
  at: number,
  step: number,
  dst: Uint8Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) {
    const value = toInteger(src[at + i * step] as number, S24_SCALE);
    const byte = to + i * toStep;
    dst[byte] = value;
    dst[byte + 1] = value >> 8;
    dst[byte + 2] = value >> 16;
  }
}

/** S16 → float; exact. */
export function s16ToFloat(
  src: Int16Array,
  at: number,
  step: number,
  dst: Float32Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) dst[to + i * toStep] = (src[at + i * step] as number) / S16_SCALE;
}

/** Float → S16: clipped, then truncated toward zero (audio.md §4, end); not finite becomes 0. */
export function floatToS16(
  src: Float32Array,
  at: number,
  step: number,
  dst: Int16Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) dst[to + i * toStep] = toS16(src[at + i * step] as number);
}

/** Float → float, for cards that speak it, both ways: clipped to ±1; not finite becomes 0. */
export function floatToFloat(
  src: Float32Array,
  at: number,
  step: number,
  dst: Float32Array,
  to: number,
  toStep: number,
  frames: number,
): void {
  for (let i = 0; i < frames; i++) dst[to + i * toStep] = clip(finite(src[at + i * step] as number));
}

/** S16, stereo or not, from byte `offset` on: sequence bytes put raw audio at odd places of a datagram (audio.md §3). */
export function s16BytesToFloat(src: Uint8Array, offset: number, dst: Float32Array, samples: number): void {
  for (let i = 0; i < samples; i++) {
    const at = offset + 2 * i;
    dst[i] = (((src[at] as number) | ((src[at + 1] as number) << 8)) << 16) / S32_SCALE;
  }
}

/** The way back of `s16BytesToFloat`; values as `floatToS16` has them. */
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

/** Clipped, then rounded to the nearest integer below `scale`; not finite becomes 0. */
function toInteger(sample: number, scale: number): number {
  return Math.min(Math.max(Math.round(finite(sample) * scale), -scale), scale - 1);
}
