import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawBar, drawCentreBar, drawLevel, meterFraction } from '../../../src/faces/panel/bars.ts';
import {
  clearRect,
  drawRect,
  FRAME_HEIGHT,
  FRAME_WIDTH,
  type Frame,
  fillRect,
  invertRect,
  lightColumn,
  newFrame,
  pixelAt,
  sameFrame,
  shiftFrame,
} from '../../../src/faces/panel/frame.ts';
import { drawQr, QR_SIDE } from '../../../src/faces/panel/qr.ts';

const coordinate = fc.integer({ min: -200, max: 200 });
const box = fc.record({
  x: coordinate,
  y: coordinate,
  width: fc.integer({ min: -5, max: 300 }),
  height: fc.integer({ min: -5, max: 300 }),
});

function everyPixel(check: (x: number, y: number) => boolean, frame: Frame): void {
  for (let y = 0; y < FRAME_HEIGHT; y++)
    for (let x = 0; x < FRAME_WIDTH; x++) if (pixelAt(frame, x, y) !== check(x, y)) expect.fail(`${x}, ${y}`);
}

describe('a frame', () => {
  it('is in the order of the controller: a byte is a column of 8 pixels, lowest bit on top', () => {
    const frame = newFrame();
    fillRect(frame, { x: 3, y: 9, width: 1, height: 1 });
    expect(frame.length).toBe(1024);
    expect(frame[128 + 3]).toBe(0b10);
  });

  it('fills exactly the rectangle, as far as it lies inside', () => {
    fc.assert(
      fc.property(box, (rect) => {
        const frame = newFrame();
        fillRect(frame, rect);
        const inside = (x: number, y: number) =>
          x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
        everyPixel(inside, frame);
      }),
      { numRuns: 50 },
    );
  });

  it('inverted twice is as before, and cleared is dark', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        const frame = newFrame();
        fillRect(frame, a);
        const before = frame.slice();
        invertRect(frame, b);
        invertRect(frame, b);
        expect(sameFrame(frame, before)).toBe(true);
        clearRect(frame, a);
        expect(sameFrame(frame, newFrame())).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('lights columns of up to 16 pixels, cut at the edges', () => {
    fc.assert(
      fc.property(coordinate, coordinate, fc.integer({ min: 0, max: 0xffff }), (x, y, bits) => {
        const frame = newFrame();
        lightColumn(frame, x, y, bits);
        everyPixel((px, py) => px === x && py >= y && py < y + 16 && ((bits >> (py - y)) & 1) === 1, frame);
      }),
      { numRuns: 50 },
    );
  });

  it('shifts by a pixel to the right and down', () => {
    const frame = newFrame();
    drawRect(frame, { x: 5, y: 6, width: 20, height: 30 });
    const shifted = shiftFrame(frame, 1, 1);
    everyPixel((x, y) => pixelAt(frame, x - 1, y - 1), shifted);
  });
});

describe('bars', () => {
  it('take any number without leaving their box', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (level, hold) => {
        const frame = newFrame();
        drawBar(frame, { x: 10, y: 10, width: 50, height: 6 }, level);
        drawCentreBar(frame, { x: 10, y: 20, width: 50, height: 6 }, hold);
        drawLevel(frame, { x: 10, y: 30, width: 50, height: 6 }, meterFraction(level), meterFraction(hold));
        for (let y = 0; y < FRAME_HEIGHT; y++) {
          expect(pixelAt(frame, 9, y)).toBe(false);
          expect(pixelAt(frame, 60, y)).toBe(false);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('show 50 dB', () => {
    expect(meterFraction(1)).toBe(1);
    expect(meterFraction(10 ** (-25 / 20))).toBeCloseTo(0.5);
    expect(meterFraction(0.001)).toBe(0);
  });
});

describe('the QR code', () => {
  it('fits the screen with its quiet zone, and refuses what is too long', () => {
    const frame = newFrame();
    expect(drawQr(frame, 'http://jambox-7f3a.local', 0, 3)).toBe(true);
    expect(QR_SIDE + 3).toBeLessThanOrEqual(FRAME_HEIGHT);
    // The second row of the finder pattern: the ring's edge, five light modules, the edge; dark modules are dark pixels.
    expect([0, 4, 6, 14, 16, 18].map((x) => pixelAt(frame, x, 9))).toEqual([true, false, true, true, false, true]);
    expect(drawQr(newFrame(), 'x'.repeat(33), 0, 0)).toBe(false);
  });
});
