/** Reads the text of a frame back: cells of the small face, compared glyph by glyph. What is no glyph is no text. */
import type { Face } from '../../../src/faces/panel/font.ts';
import { FRAME_HEIGHT, FRAME_WIDTH, type Frame, pixelAt } from '../../../src/faces/panel/frame.ts';
import { FONTS } from '../panel/scenes.ts';

interface Glyph {
  readonly character: string;
  readonly columns: readonly number[];
  readonly advance: number;
}

function glyphs(face: Face): readonly Glyph[] {
  return [...face.codePoints].flatMap((codePoint, index) => {
    const columns = [...face.columns.subarray(face.begins[index], face.begins[index + 1])];
    const advance = face.advances[index]!;
    const drawn = Array.from({ length: advance }, (_, column) => columns[column] ?? 0);
    return codePoint < 0x180 && advance > 0 && drawn.some((bits) => bits !== 0)
      ? [{ character: String.fromCodePoint(codePoint), columns: drawn, advance }]
      : [];
  });
}

/** By first lit column, so that a search is short. */
function byFirstColumn(all: readonly Glyph[]): ReadonlyMap<number, readonly Glyph[]> {
  const map = new Map<number, Glyph[]>();
  for (const glyph of all) {
    const first = glyph.columns[0]!;
    map.set(first, [...(map.get(first) ?? []), glyph]);
  }
  return map;
}

const SMALL = byFirstColumn(glyphs(FONTS.small));
const LARGE = byFirstColumn(glyphs(FONTS.large));

/** Some faces draw O and 0 alike. */
function likelihood({ character }: Glyph): number {
  return /[a-zA-Z]/.test(character) ? 2 : character < '\x7f' ? 1 : 0;
}

function readRow(frame: Frame, top: number, face: Face, known: ReadonlyMap<number, readonly Glyph[]>, flip: boolean) {
  const column = (x: number) => {
    let bits = 0;
    for (let y = 0; y < face.height; y++) {
      const inside = x < FRAME_WIDTH && top + y < FRAME_HEIGHT;
      if (inside && pixelAt(frame, x, top + y) !== flip) bits |= 1 << y;
    }
    return bits;
  };
  const columns = Array.from({ length: FRAME_WIDTH + 16 }, (_, x) => column(x));
  const words: { readonly x: number; readonly text: string; readonly glyphs: number }[] = [];
  let x = 0;
  let text = '';
  let from = 0;
  let blank = 0;
  const end = () => {
    if (text.trim().length > 0) words.push({ x: from, text: text.trim(), glyphs: text.trim().length });
    text = '';
  };
  while (x < FRAME_WIDTH) {
    const found = (known.get(columns[x]!) ?? [])
      .filter((glyph) => glyph.columns.every((bits, index) => columns[x + index] === bits))
      .sort((a, b) => b.advance - a.advance || likelihood(b) - likelihood(a))[0];
    if (found !== undefined) {
      if (text === '') from = x;
      text += found.character;
      x += found.advance;
      blank = 0;
      continue;
    }
    if (columns[x] === 0) {
      blank += 1;
      if (blank === 4 && text !== '') text += ' ';
      if (blank > 16) end();
    } else {
      end();
    }
    x += 1;
  }
  end();
  return words;
}

/** What can be read, a line each, from the top. Letters that touch others are left out, and O may be 0. */
export function readFrame(frame: Frame): string {
  const found: { readonly y: number; readonly x: number; readonly text: string }[] = [];
  for (const [face, known] of [
    [FONTS.large, LARGE],
    [FONTS.small, SMALL],
  ] as const) {
    for (let y = -2; y < FRAME_HEIGHT - 5; y++) {
      for (const flip of [false, true]) {
        for (const { x, text, glyphs: count } of readRow(frame, y, face, known, flip)) {
          if (count >= 2 && /[\p{L}\p{N}]{2}/u.test(text)) found.push({ y, x, text });
        }
      }
    }
  }
  return found
    .sort((a, b) => a.y - b.y || a.x - b.x)
    .map(({ text }) => text)
    .join('\n');
}
