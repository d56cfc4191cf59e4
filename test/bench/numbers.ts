/** Figures of a bench for people, and for its JSON file. */
import { median } from '../../src/audio/percentiles.ts';

/** Any order; undefined when there are none. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number; readonly count: number };

export function spread(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return undefined;
  return { min, median: median(sorted), max, count: sorted.length };
}

/** `min / median / max`, each multiplied by `factor`. */
export function showSpread(values: readonly number[], factor = 1, digits = 1): string {
  const found = spread(values);
  if (found === undefined) return '-';
  return [found.min, found.median, found.max].map((value) => (value * factor).toFixed(digits)).join(' / ');
}

/** A rounded number for the JSON file; null for what was not measured. */
export function rounded(value: number | undefined, digits = 3): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits));
}
