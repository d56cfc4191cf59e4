import { describe, expect, it } from 'vitest';
import { DE } from '../../../src/faces/page/texts/de.ts';
import { EN } from '../../../src/faces/page/texts/en.ts';

/** Path of every text and what kind it is: a text, or how many values it wants. */
function shape(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return [`${path}: text`];
  if (typeof value === 'function') return [`${path}: of ${value.length}`];
  return Object.entries(value as object).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
}

describe('the texts of the page', () => {
  it('are the same in both languages, to the last one', () => {
    expect(shape(DE)).toEqual(expect.arrayContaining(shape(EN)));
    expect(shape(DE)).toHaveLength(shape(EN).length);
  });

  it('give a problem the same short code in both languages', () => {
    const codes = (texts: typeof DE) => Object.entries(texts.problems).map(([id, { code }]) => `${id} ${code}`);
    expect(codes(DE).sort()).toEqual(codes(EN).sort());
  });
});
