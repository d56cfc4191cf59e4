/**
 * The order in which a line of text is drawn, from left to right. A small part of the Unicode Bidirectional Algorithm
 * (UAX #9): runs of Hebrew, Arabic and their kin are turned round, numbers in them are not, brackets are mirrored. No
 * explicit embeddings.
 */
import { joinArabic } from './arabic.ts';

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;
const MARK = /^\p{M}$/u;
const DIGIT = /^[\d\u0660-\u0669\u06f0-\u06f9]$/u;
const LETTER = /^\p{L}$/u;
const MIRRORED: Readonly<Record<string, string>> = {
  '(': ')',
  ')': '(',
  '[': ']',
  ']': '[',
  '{': '}',
  '}': '{',
  '<': '>',
  '>': '<',
  '«': '»',
  '»': '«',
};

/** Text ready to draw: composed, Arabic letters joined, no control and format characters; a line break is a space. */
export function cleanLine(text: string): string {
  const visible = text.replace(/[\t\n\r]+/g, ' ').replace(INVISIBLE, '');
  return joinArabic(visible.normalize('NFC'));
}

/** Characters of cleaned text from left to right, each mark after the character it stands on. */
export function visualOrder(text: string): readonly string[] {
  if (!RIGHT_TO_LEFT.test(text)) return [...text];
  const clusters = toClusters(text);
  const levels = levelsOf(clusters);
  const ordered = clusters.map((cluster, index) => ({
    characters:
      (levels[index] as number) % 2 === 1
        ? [MIRRORED[cluster[0] as string] ?? (cluster[0] as string)]
        : [cluster[0] as string],
    marks: cluster.slice(1),
    level: levels[index] as number,
  }));
  for (let level = Math.max(...levels); level > 0; level--) {
    for (let begin = 0; begin < ordered.length; begin++) {
      let end = begin;
      while (end < ordered.length && (ordered[end]?.level ?? 0) >= level) end++;
      if (end > begin + 1) ordered.splice(begin, end - begin, ...ordered.slice(begin, end).reverse());
      begin = end;
    }
  }
  return ordered.flatMap(({ characters, marks }) => [...characters, ...marks]);
}

function toClusters(text: string): string[][] {
  const clusters: string[][] = [];
  for (const character of text) {
    const last = clusters.at(-1);
    if (last !== undefined && MARK.test(character)) last.push(character);
    else clusters.push([character]);
  }
  return clusters;
}

/** Even = left to right. The line runs in the direction of its first letter. */
function levelsOf(clusters: readonly (readonly string[])[]): number[] {
  const kinds = clusters.map(([character = '']) => {
    if (RIGHT_TO_LEFT.test(character) && !DIGIT.test(character)) return 'right';
    if (DIGIT.test(character)) return 'digit';
    return LETTER.test(character) ? 'left' : 'neutral';
  });
  const base = kinds.find((kind) => kind === 'left' || kind === 'right') === 'right' ? 1 : 0;
  let before: 'left' | 'right' = base === 1 ? 'right' : 'left';
  const levels: number[] = [];
  for (const [index, kind] of kinds.entries()) {
    if (kind === 'left' || kind === 'right') before = kind;
    if (kind === 'right') levels.push(1);
    else if (kind === 'left') levels.push(base === 1 ? 2 : 0);
    else if (kind === 'digit') levels.push(base === 1 || before === 'right' ? 2 : 0);
    else levels.push(base === 0 && before === 'right' && goesOnRight(kinds, index) ? 1 : base);
  }
  return levels;
}

/** After right-to-left letters, numbers belong to them. */
function goesOnRight(kinds: readonly string[], from: number): boolean {
  const next = kinds.slice(from).find((kind) => kind !== 'neutral');
  return next === 'right' || next === 'digit';
}
