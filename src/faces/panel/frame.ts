/**
 * One picture of the OLED: 128x64 pixels, a bit each, in the order of the SSD1306's memory: 8 pages of 128 bytes, a
 * byte is a column of 8 pixels, lowest bit on top.
 */

export const FRAME_WIDTH = 128;
export const FRAME_HEIGHT = 64;
const PAGES = FRAME_HEIGHT / 8;

/** 1024 bytes. */
export type Frame = Uint8Array;

export function newFrame(): Frame {
  return new Uint8Array(FRAME_WIDTH * PAGES);
}

/** Outside the frame: dark. */
export function pixelAt(frame: Frame, x: number, y: number): boolean {
  if (x < 0 || x >= FRAME_WIDTH || y < 0 || y >= FRAME_HEIGHT) return false;
  return (((frame[(y >> 3) * FRAME_WIDTH + x] as number) >> (y & 7)) & 1) === 1;
}

/** Lights up to 16 pixels of one column, downwards from `y`, lowest bit first. What lies outside is not drawn. */
export function lightColumn(frame: Frame, x: number, y: number, bits: number): void {
  if (x < 0 || x >= FRAME_WIDTH || y >= FRAME_HEIGHT || y <= -16) return;
  const shifted = y < 0 ? bits >> -y : bits << (y & 7);
  const page = y < 0 ? 0 : y >> 3;
  for (let step = 0; step < 3 && page + step < PAGES; step++) {
    const index = (page + step) * FRAME_WIDTH + x;
    frame[index] = (frame[index] as number) | ((shifted >> (8 * step)) & 0xff);
  }
}

/** A rectangle in whole pixels. It may lie outside the frame, in part or whole. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function fillRect(frame: Frame, box: Box): void {
  changeRect(frame, box, 'light');
}

export function clearRect(frame: Frame, box: Box): void {
  changeRect(frame, box, 'clear');
}

/** Inverse video means: look here. */
export function invertRect(frame: Frame, box: Box): void {
  changeRect(frame, box, 'invert');
}

function changeRect(frame: Frame, box: Box, how: 'light' | 'clear' | 'invert'): void {
  const left = Math.max(0, Math.round(box.x));
  const right = Math.min(FRAME_WIDTH, Math.round(box.x + box.width));
  const top = Math.max(0, Math.round(box.y));
  const bottom = Math.min(FRAME_HEIGHT, Math.round(box.y + box.height));
  for (let page = top >> 3; page * 8 < bottom; page++) {
    const from = Math.max(0, top - page * 8);
    const to = Math.min(8, bottom - page * 8);
    const mask = ((1 << to) - 1) & ~((1 << from) - 1);
    for (let x = left; x < right; x++) {
      const index = page * FRAME_WIDTH + x;
      const before = frame[index] as number;
      frame[index] = how === 'light' ? before | mask : how === 'clear' ? before & ~mask : before ^ mask;
    }
  }
}

/** The outline of a rectangle, one pixel wide. */
export function drawRect(frame: Frame, { x, y, width, height }: Box): void {
  if (width <= 0 || height <= 0) return;
  fillRect(frame, { x, y, width, height: 1 });
  fillRect(frame, { x, y: y + height - 1, width, height: 1 });
  fillRect(frame, { x, y, width: 1, height });
  fillRect(frame, { x: x + width - 1, y, width: 1, height });
}

/** Lights in `frame` what is lit in `other`. */
export function addFrame(frame: Frame, other: Frame): void {
  for (let index = 0; index < frame.length; index++) {
    frame[index] = (frame[index] as number) | (other[index] as number);
  }
}

export function sameFrame(a: Frame, b: Frame): boolean {
  return a.every((byte, index) => byte === b[index]);
}

/** The picture one pixel to the right and down, as far as 1 says so, so that standing lines don't burn in. */
export function shiftFrame(frame: Frame, dx: 0 | 1, dy: 0 | 1): Frame {
  if (dx === 0 && dy === 0) return frame;
  const shifted = newFrame();
  for (let page = 0; page < PAGES; page++) {
    for (let x = dx; x < FRAME_WIDTH; x++) {
      const from = page * FRAME_WIDTH + x - dx;
      const above = page === 0 ? 0 : (frame[from - FRAME_WIDTH] as number) >> 7;
      const byte = frame[from] as number;
      shifted[page * FRAME_WIDTH + x] = dy === 0 ? byte : (byte << 1) | above;
    }
  }
  return shifted;
}
