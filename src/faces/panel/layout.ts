/** Where text goes: broken into lines, and moved along when it is too long. */
import { cleanLine } from './bidi.ts';
import { advanceOf, drawText, type Face, textWidth } from './font.ts';
import type { Frame } from './frame.ts';

const FIRST_CJK = 0x2e80;
/** Lines of a text that are looked at: nobody scrolls through more. */
const MAX_LINES = 100;

/** Breaks text at spaces, between CJK characters, and where a word is wider than a line. Line breaks are kept. */
export function wrapText(face: Face, text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    wrapParagraph(face, cleanLine(paragraph), width, lines);
    if (lines.length >= MAX_LINES) return lines.slice(0, MAX_LINES);
  }
  return lines;
}

function wrapParagraph(face: Face, text: string, width: number, lines: string[]): void {
  let line = '';
  let lineWidth = 0;
  let breakAt = 0;
  for (const character of text) {
    const advance = advanceOf(face, character);
    const wide = (character.codePointAt(0) ?? 0) >= FIRST_CJK;
    if (lineWidth + advance > width && character !== ' ') {
      const cut = breakAt > 0 && !wide ? breakAt : line.length;
      lines.push(line.slice(0, cut).trimEnd());
      line = line.slice(cut);
      lineWidth = textWidth(face, line);
      breakAt = 0;
    }
    if (wide && line !== '' && advance > 0) breakAt = line.length;
    line += character;
    lineWidth += advance;
    if (character === ' ') breakAt = line.length;
  }
  lines.push(line.trimEnd());
}

/** Scrolling of a text that is too wide: the pause at each end, and the speed. */
const PAUSE_MS = 1500;
const PIXELS_PER_SECOND = 36;

/** How far a text has moved to the left that is `excess` pixels too long: it rests at both ends, then starts anew. */
export function marqueeOffset(excess: number, elapsedMs: number): number {
  if (excess <= 0 || elapsedMs < 0) return 0;
  const travelMs = (excess * 1000) / PIXELS_PER_SECOND;
  const phaseMs = elapsedMs % (2 * PAUSE_MS + travelMs);
  return Math.round(Math.min(excess, Math.max(0, ((phaseMs - PAUSE_MS) / 1000) * PIXELS_PER_SECOND)));
}

/** How far a text of several screens has moved up: once, and then it stays at its end. */
export function rollOffset(excess: number, elapsedMs: number): number {
  const moved = Math.max(0, ((elapsedMs - PAUSE_MS) / 1000) * (PIXELS_PER_SECOND / 3));
  return Math.round(Math.min(Math.max(0, excess), moved));
}

/** How long rollOffset takes, with a rest at both ends. */
export function rollMs(excess: number): number {
  return 2 * PAUSE_MS + (Math.max(0, excess) * 1000) / (PIXELS_PER_SECOND / 3);
}

/** A line in a place of `width` pixels; what doesn't fit moves. Returns the width used. */
export function drawFitted(
  frame: Frame,
  face: Face,
  text: string,
  place: { readonly x: number; readonly y: number; readonly width: number },
  elapsedMs: number,
): number {
  const wanted = textWidth(face, text);
  const offset = marqueeOffset(wanted - place.width, elapsedMs);
  drawText(frame, face, text, place.x - offset, place.y, { left: place.x, right: place.x + place.width });
  return Math.min(wanted, place.width);
}

/** A line that ends before column `right`. */
export function drawRight(frame: Frame, face: Face, text: string, right: number, y: number): void {
  drawText(frame, face, text, right - textWidth(face, text) + 1, y);
}

export function drawCentred(frame: Frame, face: Face, text: string, y: number): void {
  drawText(frame, face, text, (frame.length / 8 - textWidth(face, text)) >> 1, y);
}
