import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinArabic } from '../../../src/faces/panel/arabic.ts';
import { visualOrder } from '../../../src/faces/panel/bidi.ts';
import { advanceOf, drawScaled, drawText, textWidth } from '../../../src/faces/panel/font.ts';
import { FRAME_WIDTH, newFrame, pixelAt, sameFrame } from '../../../src/faces/panel/frame.ts';
import { FONTS } from './scenes.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const face = fc.constantFrom(FONTS.small, FONTS.large);

function hasGlyph({ codePoints }: typeof FONTS.small, character: string): boolean {
  return codePoints.includes(character.codePointAt(0) ?? 0);
}

function drawn(text: string, which = FONTS.small) {
  const frame = newFrame();
  drawText(frame, which, text, 10, 10);
  return frame;
}

describe('a line of text', () => {
  it('is drawn whatever the text is, and never outside its clip', () => {
    fc.assert(
      fc.property(
        anyText,
        face,
        fc.integer({ min: -300, max: 200 }),
        fc.integer({ min: -40, max: 90 }),
        (text, which, x, y) => {
          const frame = newFrame();
          drawText(frame, which, text, x, y, { left: 20, right: 90 });
          for (let column = 0; column < FRAME_WIDTH; column++) {
            if (column >= 20 && column < 90) continue;
            for (let row = 0; row < 64; row++) expect(pixelAt(frame, column, row)).toBe(false);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is measured whatever the text is', () => {
    fc.assert(fc.property(anyText, face, (text, which) => Number.isInteger(textWidth(which, text))));
  });

  it('can be enlarged whatever the text is', () => {
    fc.assert(fc.property(anyText, face, (text, which) => drawScaled(newFrame(), which, text, 0, 0, 3)));
  });

  it('draws nothing for controls, direction marks and joiners', () => {
    for (const text of ['\u0000\u0007', '\u202e\u200f\u2066', '\u200d\ufe0f\ufeff', '\ud800']) {
      expect(sameFrame(drawn(text), newFrame())).toBe(true);
      expect(textWidth(FONTS.small, text)).toBe(0);
    }
  });
});

describe('the small face', () => {
  it('has 21 columns for Latin, Greek and Cyrillic', () => {
    const letters = [
      'A-Z a-z 0-9',
      'ÄÖÜäöüßÀÉÎÕÑçøåæœŁłŠžĆćĘęŐőŰűĞğ',
      'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ',
      'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ',
    ];
    for (const letter of letters.join('')) {
      expect(hasGlyph(FONTS.small, letter), letter).toBe(true);
      expect(advanceOf(FONTS.small, letter), letter).toBe(6);
    }
    expect(Math.floor(FRAME_WIDTH / 6)).toBe(21);
  });

  it('has no two letters of one script that look the same', () => {
    for (const script of [
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
      'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнпртфцчшщъыьэюя',
      'αβγδεζηθικλμξπρσςτφχψω',
    ]) {
      const seen = new Map<string, string>();
      for (const letter of script) {
        const key = Buffer.from(drawn(letter)).toString('hex');
        expect(seen.get(key), letter).toBeUndefined();
        seen.set(key, letter);
      }
    }
  });

  it('draws kana, Hangul and Han in cells of 8', () => {
    for (const letter of 'アひ가김永東') expect(advanceOf(FONTS.small, letter)).toBe(8);
  });
});

describe('both faces', () => {
  it('have Hebrew, Arabic, Thai, Devanagari and emoji', () => {
    for (const letter of 'שלוםمرحباสวหन🎸🥁🎹😀') {
      expect(hasGlyph(FONTS.small, letter), letter).toBe(true);
      expect(hasGlyph(FONTS.large, letter), letter).toBe(true);
    }
  });

  it('show a hollow box for what no font has', () => {
    const missing = String.fromCodePoint(0x10fffd);
    expect(hasGlyph(FONTS.small, missing)).toBe(false);
    const frame = drawn(missing);
    expect(pixelAt(frame, 10, 10)).toBe(true);
    expect(pixelAt(frame, 12, 12)).toBe(false);
    expect(textWidth(FONTS.small, missing)).toBe(6);
  });

  it('put a mark on the letter before it, without moving on', () => {
    expect(textWidth(FONTS.small, 'x\u0336')).toBe(textWidth(FONTS.small, 'x'));
    expect(sameFrame(drawn('x\u0336'), drawn('x'))).toBe(false);
    expect(sameFrame(drawn('e\u0301'), drawn('é'))).toBe(true);
  });
});

describe('Arabic letters', () => {
  const codes = (text: string) => [...joinArabic(text)].map((letter) => letter.codePointAt(0)?.toString(16));

  it('are joined: initial, medial, final, and isolated after letters that do not join on', () => {
    expect(codes('مرحبا')).toEqual(['fee3', 'feae', 'fea3', 'fe92', 'fe8e']);
    expect(codes('يـي')).toEqual(['fef3', '640', 'fef2']);
  });

  it('lam and alef become one, marks part nothing, hamza stands alone', () => {
    expect(codes('سلام')).toEqual(['feb3', 'fefc', 'fee1']);
    expect(codes('بَب')).toEqual(['fe91', '64e', 'fe90']);
    expect(codes('ماء')).toEqual(['fee3', 'fe8e', 'fe80']);
  });

  it('have all their forms in both faces', () => {
    for (let form = 0xfe80; form <= 0xfefc; form++) {
      expect(hasGlyph(FONTS.small, String.fromCodePoint(form)), form.toString(16)).toBe(true);
      expect(hasGlyph(FONTS.large, String.fromCodePoint(form)), form.toString(16)).toBe(true);
    }
  });
});

describe('right-to-left text', () => {
  it('is turned round, but not its numbers', () => {
    expect(visualOrder('שלום').join('')).toBe('םולש');
    expect(visualOrder('שלום 123').join('')).toBe('123 םולש');
    expect(visualOrder('abc שלום 123').join('')).toBe('abc 123 םולש');
  });

  it('stands among Latin words where it was written', () => {
    expect(visualOrder('Duo של מי Berlin').join('')).toBe('Duo ימ לש Berlin');
  });

  it('mirrors brackets', () => {
    expect(visualOrder('(של)').join('')).toBe('(לש)');
  });

  it('keeps every character', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'abשל12 -م\u05b8') }), (text) => {
        expect(visualOrder(text).toSorted()).toEqual([...text].toSorted());
      }),
    );
  });
});
