import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../../src/faces/panel/font.ts';
import { marqueeOffset, rollMs, rollOffset, wrapText } from '../../../src/faces/panel/layout.ts';
import { FONTS } from './scenes.ts';

describe('wrapped text', () => {
  it('has no line that is too wide, and loses nothing but spaces', () => {
    const unit = fc.constantFrom(...'abcdefgh  WÜЖ永한ש🎸-.');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 120 }), fc.constantFrom(FONTS.small, FONTS.large), (text, face) => {
        const lines = wrapText(face, text, 127);
        for (const line of lines) expect(textWidth(face, line)).toBeLessThanOrEqual(127);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.normalize('NFC').replaceAll(' ', ''));
      }),
    );
  });

  it('breaks at spaces and keeps line breaks', () => {
    expect(wrapText(FONTS.small, 'Please tune before you join.\nThanks', 127)).toEqual([
      'Please tune before',
      'you join.',
      'Thanks',
    ]);
  });

  it('breaks Japanese between characters', () => {
    expect(wrapText(FONTS.small, '音楽スタジオ東京渋谷一番音楽スタジオ', 127)).toEqual([
      '音楽スタジオ東京渋谷一番音楽ス',
      'タジオ',
    ]);
  });

  it('takes any text, and no more lines than anybody reads', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        (text) => wrapText(FONTS.small, text, 127).length <= 100,
      ),
    );
    expect(wrapText(FONTS.small, '\n'.repeat(1800), 127)).toHaveLength(100);
  });
});

describe('text that is too long', () => {
  it('rests, moves to its end, rests, and starts anew', () => {
    expect(marqueeOffset(36, 0)).toBe(0);
    expect(marqueeOffset(36, 1400)).toBe(0);
    expect(marqueeOffset(36, 2000)).toBe(18);
    expect(marqueeOffset(36, 3900)).toBe(36);
    expect(marqueeOffset(36, 4000)).toBe(0);
  });

  it('stays still when it fits', () => {
    expect(marqueeOffset(0, 5000)).toBe(0);
    expect(rollOffset(-10, 5000)).toBe(0);
  });

  it('rolls up once and stays at its end', () => {
    expect(rollOffset(24, 0)).toBe(0);
    expect(rollOffset(24, rollMs(24))).toBe(24);
    expect(rollOffset(24, 1e6)).toBe(24);
  });
});
