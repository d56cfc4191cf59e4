import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, plainText } from '../../src/box/plain-text.ts';

describe('HTML from strangers', () => {
  it('reads as text', () => {
    expect(plainText('<p>Hello <b>world</b><br/>line&nbsp;two</p><ul><li>x<li>y</ul>')).toBe(
      'Hello world\nline two\nx\ny',
    );
    expect(plainText('a\n  b\tc')).toBe('a b c');
    expect(plainText('1 < 2 & 3 > 2, I <3 you')).toBe('1 < 2 & 3 > 2, I <3 you');
  });

  it('has its entities decoded, once', () => {
    expect(plainText('&lt;b&gt; &amp;lt; &quot;&#x41;&#66;&quot; &Auml;&szlig; &euro; &bogus; &')).toBe(
      '<b> &lt; "AB" Äß € &bogus; &',
    );
  });

  it('loses scripts, styles, comments and attributes', () => {
    expect(plainText('a<script>alert("<p>")</script>b<!-- <b>no</b> -->c<style>p{}')).toBe('a bc');
    expect(plainText('<a href="http://x/?a>b" onclick=\'f(">")\'>link</a> <img src=x>')).toBe('link');
  });

  it('hides what follows an unclosed tag or comment', () => {
    expect(plainText('seen <a href="hidden')).toBe('seen');
    expect(plainText('seen <!-- hidden')).toBe('seen');
  });

  it('loses control, direction and invisible characters, also as entities', () => {
    expect(plainText('\u001b[2J\u202eabc\u2066\u200b&#27;&#x202E;&#8238;&#0;&#xfffffe;d\u0085')).toBe('[2Jabc d');
    expect(cleanText('a\nb\u2028c\ud800', 20)).toBe('a b c\ufffd');
  });

  it('keeps scripts and emoji whole', () => {
    expect(plainText('Ünïcødé Ελλάδα 日本 한국 👩‍👩‍👧')).toBe('Ünïcødé Ελλάδα 日本 한국 👩‍👩‍👧');
  });

  it('stays short and clean whatever comes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '<b>',
        '</',
        '<!--',
        '-->',
        '<script',
        '</script>',
        '&',
        '&#x1b;',
        '&lt;',
        ';',
        '\n',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), fc.integer({ min: 1, max: 300 }), (pieces, limit) => {
        const text = plainText(pieces.join(''), limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text.isWellFormed()).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(cleanText(cleanText(text, limit), limit)).toBe(cleanText(text, limit));
      }),
    );
  });
});
