/** The two bitmap faces of the panel (tools/build-fonts.mjs): measuring and drawing of one line of text. */
import { cleanLine, visualOrder } from './bidi.ts';
import { FRAME_WIDTH, type Frame, fillRect, lightColumn } from './frame.ts';

export interface Face {
  /** Rows of a cell: 8 (letters of 5x7, 21 columns a line) or 16. */
  readonly height: 8 | 16;
  /** Ascending. */
  readonly codePoints: Uint32Array;
  /** Where the columns of each glyph begin, and of the one after the last. */
  readonly begins: Uint32Array;
  /** In pixels; 0 = a mark drawn onto the character before it. */
  readonly advances: Uint8Array;
  /** Lowest bit on top. */
  readonly columns: Uint8Array | Uint16Array;
}

export interface Fonts {
  readonly small: Face;
  readonly large: Face;
}

/**
 * The fonts in the bytes of build/fonts.bin.
 * @throws if they are something else: the build is broken
 */
export function loadFonts(bytes: Uint8Array): Fonts {
  const file = Uint8Array.from(bytes).buffer;
  if (new TextDecoder().decode(file.slice(0, 4)) !== 'JBF1') throw new Error('this is no fonts.bin');
  const small = loadFace(file, 4, 8);
  const large = loadFace(file, small.end, 16);
  return { small: small.face, large: large.face };
}

function loadFace(file: ArrayBuffer, begin: number, height: 8 | 16): { readonly face: Face; readonly end: number } {
  const count = new DataView(file).getUint32(begin, true);
  const begins = new Uint32Array(file, begin + 4 + 4 * count, count + 1);
  const advancesAt = begin + 8 + 8 * count;
  const columnsAt = advancesAt + Math.ceil(count / 4) * 4;
  const length = begins[count] ?? 0;
  const face: Face = {
    height,
    codePoints: new Uint32Array(file, begin + 4, count),
    begins: height === 16 ? begins.map((byte) => byte / 2) : begins,
    advances: new Uint8Array(file, advancesAt, count),
    columns: height === 16 ? new Uint16Array(file, columnsAt, length / 2) : new Uint8Array(file, columnsAt, length),
  };
  return { face, end: columnsAt + Math.ceil(length / 4) * 4 };
}

/** Index of the glyph of a code point; −1 if the face has none. */
function findGlyph({ codePoints }: Face, codePoint: number): number {
  let low = 0;
  let high = codePoints.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = codePoints[middle] as number;
    if (found === codePoint) return middle;
    if (found < codePoint) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Pixels from one character to the next. A missing glyph is a hollow box. */
export function advanceOf(face: Face, character: string): number {
  const glyph = findGlyph(face, character.codePointAt(0) ?? 0);
  return glyph < 0 ? missingAdvance(face) : (face.advances[glyph] as number);
}

function missingAdvance(face: Face): number {
  return face.height === 8 ? 6 : 9;
}

/** Width of a line of any text in pixels. */
export function textWidth(face: Face, text: string): number {
  let width = 0;
  for (const character of cleanLine(text)) width += advanceOf(face, character);
  return width;
}

export interface Clip {
  /** First column drawn to. */
  readonly left: number;
  /** Column after the last one drawn to. */
  readonly right: number;
}

const WHOLE: Clip = { left: 0, right: FRAME_WIDTH };

/** Draws a line of any text; `x`, `y` is the left upper corner of its first cell. */
export function drawText(frame: Frame, face: Face, text: string, x: number, y: number, clip: Clip = WHOLE): void {
  const left = Math.max(0, clip.left);
  const right = Math.min(FRAME_WIDTH, clip.right);
  let pen = Math.round(x);
  let before = 0;
  for (const character of visualOrder(cleanLine(text))) {
    if (pen >= right) return;
    const glyph = findGlyph(face, character.codePointAt(0) ?? 0);
    if (glyph < 0) {
      drawMissing(frame, face, pen, y, left, right);
      before = missingAdvance(face);
      pen += before;
      continue;
    }
    const begin = face.begins[glyph] as number;
    const end = face.begins[glyph + 1] as number;
    const advance = face.advances[glyph] as number;
    // A mark is centred on the character before it.
    const at = advance > 0 ? pen : pen - ((before + end - begin) >> 1);
    for (let column = begin; column < end; column++) {
      const target = at + column - begin;
      if (target >= left && target < right) lightColumn(frame, target, y, face.columns[column] as number);
    }
    if (advance > 0) before = advance;
    pen += advance;
  }
}

function drawMissing(frame: Frame, face: Face, x: number, y: number, left: number, right: number): void {
  const width = missingAdvance(face) - 1;
  const height = face.height === 8 ? 7 : 11;
  const top = face.height === 8 ? 0 : 3;
  for (let column = 0; column < width; column++) {
    if (x + column < left || x + column >= right) continue;
    const edge = column === 0 || column === width - 1;
    lightColumn(frame, x + column, y, (edge ? (1 << height) - 1 : 1 | (1 << (height - 1))) << top);
  }
}

/** Draws a line enlarged 2 or 3 times, for numbers. */
export function drawScaled(frame: Frame, face: Face, text: string, x: number, y: number, scale: 2 | 3): void {
  let pen = x;
  for (const character of visualOrder(cleanLine(text))) {
    const glyph = findGlyph(face, character.codePointAt(0) ?? 0);
    if (glyph < 0) continue;
    const begin = face.begins[glyph] as number;
    for (let column = begin; column < (face.begins[glyph + 1] as number); column++) {
      const bits = face.columns[column] as number;
      for (let row = 0; row < face.height; row++) {
        if (((bits >> row) & 1) === 0) continue;
        fillRect(frame, { x: pen + (column - begin) * scale, y: y + row * scale, width: scale, height: scale });
      }
    }
    pen += (face.advances[glyph] as number) * scale;
  }
}
