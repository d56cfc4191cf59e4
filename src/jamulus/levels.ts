/** Meter levels of channels: steps of 50/8 dB (messages.md §3.7). */

/** Full scale, above 0 dB. */
export const MAX_LEVEL = 9;

const STEPS = 8;
const SPAN_DB = 50;

/** Level 0…9 of a peak magnitude 0…32768: 0 below −50 dB, 8 up to full scale, 9 for 32768. */
export function levelOfPeak(peak: number): number {
  if (peak <= 0) return 0;
  const level = Math.ceil((STEPS * (20 * Math.log10(peak / 32767) + SPAN_DB)) / SPAN_DB);
  return Math.min(MAX_LEVEL, Math.max(0, level));
}
