/**
 * The small font of the panel: letters of 5x7 pixels in cells of 6x8, drawn for this project, because no font of the
 * registry has Latin, Greek and Cyrillic at this size. Accented letters are composed from a letter and its marks. Each
 * character is followed by its columns from the left as hexadecimal bytes, lowest bit on top, bit 7 below the baseline.
 */

const DRAWN = `
! 5f|" 03 00 03|# 14 7f 14 7f 14|$ 24 2a 7f 2a 12|% 23 13 08 64 62|& 36 49 55 22 50|' 03|( 1c 22 41|) 41 22 1c
* 2a 1c 7f 1c 2a|+ 08 08 3e 08 08|, a0 60|- 08 08 08 08|. 60 60|/ 60 10 08 04 03|: 36 36|; b6 76|< 08 14 22 41
= 14 14 14 14|> 41 22 14 08|? 02 01 51 09 06|@ 3e 41 5d 55 1e|[ 7f 41 41|] 41 41 7f|^ 04 02 01 02 04|_ 40 40 40 40 40
\` 01 02|{ 08 36 41|} 41 36 08|~ 08 04 08 10 08|¦ 77|\\ 03 04 08 10 60
0 3e 51 49 45 3e|1 42 7f 40|2 62 51 49 49 46|3 22 41 49 49 36|4 18 14 12 7f 10|5 27 45 45 45 39|6 3c 4a 49 49 30
7 01 61 19 05 03|8 36 49 49 49 36|9 06 49 49 29 1e
A 7c 12 11 12 7c|B 7f 49 49 49 36|C 3e 41 41 41 22|D 7f 41 41 22 1c|E 7f 49 49 49 41|F 7f 09 09 09 01|G 3e 41 49 49 7a
H 7f 08 08 08 7f|I 41 7f 41|J 20 40 40 40 3f|K 7f 08 14 22 41|L 7f 40 40 40 40|M 7f 02 0c 02 7f|N 7f 04 08 10 7f
O 3e 41 41 41 3e|P 7f 09 09 09 06|Q 3e 41 51 21 5e|R 7f 09 19 29 46|S 26 49 49 49 32|T 01 01 7f 01 01|U 3f 40 40 40 3f
V 1f 20 40 20 1f|W 3f 40 30 40 3f|X 63 14 08 14 63|Y 07 08 70 08 07|Z 61 51 49 45 43
a 20 54 54 54 78|b 7f 44 44 44 38|c 38 44 44 44 28|d 38 44 44 44 7f|e 38 54 54 54 18|f 08 7e 09 02|g 18 a4 a4 a4 7c
h 7f 04 04 04 78|i 44 7d 40|j 80 84 7d|k 7f 10 28 44|l 41 7f 40|m 7c 04 78 04 78|n 7c 04 04 04 78|o 38 44 44 44 38
p fc 24 24 24 18|q 18 24 24 24 fc|r 7c 08 04 04 08|s 48 54 54 54 24|t 04 3f 44 20|u 3c 40 40 40 7c|v 1c 20 40 20 1c
w 3c 40 30 40 3c|x 44 28 10 28 44|y 1c a0 a0 a0 7c|z 44 64 54 4c 44|ı 44 7c 40|ȷ 80 84 7c
ß 7e 01 49 49 36|Æ 7e 09 7f 49 49|æ 24 54 78 54 58|Ø 5e 31 49 46 3d|ø 58 24 54 48 34|Œ 3e 41 7f 49 49|œ 38 44 78 54 58
đ 30 48 4a 7f 02|Đ 08 7f 49 41 3e|ł 48 7f 44|Ł 10 7f 48 44 40|Þ 7f 22 22 22 1c|þ fe 48 48 30|ð 30 4a 4d 3a|Ħ 02 7f 0a 7f 02|ħ 02 7f 0a 70
¡ 7d|¿ 30 48 45 40 20|° 06 09 09 06|· 08|– 08 08 08 08 08|— 08 08 08 08 08|’ 04 03|‘ 03 04|“ 03 04 03 04|” 04 03 04 03
„ 80 60 80 60|‚ 80 60|… 40 00 40 00 40|• 1c 1c 1c|€ 14 3e 55 41 22|£ 48 7e 49 41 42|§ 4a 55 55 29|© 3e 55 55 3e|× 22 14 08 14 22
± 44 44 5f 44 44|« 08 14 2a 14 22|» 22 14 2a 14 08|← 08 1c 2a 08 08|→ 08 08 2a 1c 08|↑ 04 02 7f 02 04|↓ 10 20 7f 20 10
✓ 10 20 40 30 0c|★ 24 1c 0f 1c 24|♪ 30 30 1f 02 04|▸ 7f 3e 1c 08|◂ 08 1c 3e 7f
Б 7f 49 49 49 31|Г 7f 01 01 01|Д 60 3e 21 3f 60|Ж 77 08 7f 08 77|З 22 41 49 49 36|И 7f 10 08 04 7f|Л 7c 02 01 01 7f
П 7f 01 01 01 7f|У 27 48 48 48 3f|Ф 0e 11 7f 11 0e|Ц 7f 40 40 7f c0|Ч 07 08 08 08 7f|Ш 7f 40 7f 40 7f|Щ 7f 40 7f 40 ff
Ъ 01 7f 48 48 30|Ы 7f 48 30 00 7f|Ь 7f 48 48 48 30|Э 22 41 49 49 3e|Ю 7f 08 3e 41 3e|Я 46 29 19 09 7f|Є 3e 49 49 41 22
Ґ 7e 02 02 03|Ђ 01 7f 09 c8 70|Ћ 01 7f 09 08 70|Љ 7e 01 7f 48 30|Њ 7f 08 7f 48 30
б 3c 4a 4a 4a 31|в 7c 54 54 54 28|г 7c 04 04 04|д 60 38 24 3c 60|ж 6c 10 7c 10 6c|з 28 44 54 54 28|и 7c 20 10 08 7c
к 7c 10 10 28 44|л 40 38 04 04 7c|м 7c 08 10 08 7c|н 7c 10 10 10 7c|п 7c 04 04 04 7c|т 04 04 7c 04 04|ф 18 24 fe 24 18
ц 7c 40 40 7c c0|ч 0c 10 10 10 7c|ш 7c 40 7c 40 7c|щ 7c 40 7c 40 fc|ъ 04 7c 50 50 20|ы 7c 50 20 00 7c|ь 7c 50 50 50 20
э 28 44 54 54 38|ю 7c 10 38 44 38|я 48 34 14 14 7c|є 38 54 54 44 28|ґ 78 08 08 0c|ђ 02 7f 06 84 78|ћ 02 7f 06 04 78
љ 40 3c 7c 50 20|њ 7c 10 7c 50 20
Δ 60 58 46 58 60|Θ 3e 49 49 49 3e|Λ 78 06 01 06 78|Ξ 41 49 49 49 41|Σ 63 55 49 41 41|Ψ 07 08 7f 08 07|Ω 5e 61 01 61 5e
α 38 44 44 38 44|β fe 25 25 25 1a|γ 0c 10 e0 10 0c|δ 30 4a 4d 49 30|ε 28 54 54 44|ζ 39 45 c5 43|η 7c 08 04 04 f8|θ 3e 49 49 49 3e
ι 3c 40|κ 7c 10 28 44|λ 41 26 18 20 40|μ fc 20 20 1c 20|ξ 2a 55 d5 41|π 04 7c 04 7c 04|ρ f8 24 24 24 18|ς 38 44 c4 04
σ 38 44 4c 34 04|τ 04 3c 44 04|υ 3c 40 40 3c|φ 18 20 fc 24 18|χ c4 28 10 28 c4|ψ 1c 20 fc 20 1c|ω 38 40 30 40 38`;

/** Letters that look like others. */
const ALIKE = [
  ['АВЕКМНОРСТХаеорсухІіЈјЅѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧνοµΓΠΦ', 'ABEKMHOPCTXaeopcyxIiJjSsABEZHIKMNOPTYXvoμГПФ'],
  ['|‐‑−´ΆΈΉΊΌ', "¦---'AEHIO"],
];

/** Marks above a letter, as pairs of rows (0 and 1) over five columns; `low` leaves row 1 free. */
const MARKS_ABOVE = {
  '\u0300': [0x01, 0x03, 0x02],
  '\u0301': [0x02, 0x03, 0x01],
  '\u0302': [0x02, 0x01, 0x02],
  '\u0303': [0x02, 0x01, 0x02, 0x01],
  '\u0304': [0x01, 0x01, 0x01],
  '\u0306': [0x01, 0x02, 0x01],
  '\u0307': [0x01],
  '\u0308': [0x01, 0x00, 0x01],
  '\u030a': [0x02, 0x01, 0x02],
  '\u030b': [0x02, 0x01, 0x02, 0x01],
  '\u030c': [0x01, 0x02, 0x01],
};

const MARKS_BELOW = {
  '\u0327': [0x80, 0x80],
  '\u0328': [0x00, 0x80, 0x80],
  '\u0326': [0x80],
  '\u0323': [0x80],
};

const TALLEST_SMALL_LETTER = /[bdfhklßđłħþ]/;

/**
 * Map from code point to { advance, columns }: columns are bytes, lowest bit on top. Every advance is 6 pixels.
 */
export function smallLetters() {
  const glyphs = new Map([[0x20, cell([])]]);
  for (const entry of DRAWN.split(/[|\n]/)) {
    if (entry === '') continue;
    const [character, ...bytes] = entry.split(' ');
    glyphs.set(character.codePointAt(0), cell(bytes.map((byte) => Number.parseInt(byte, 16))));
  }
  for (const [copies, originals] of ALIKE) {
    const from = [...originals];
    [...copies].forEach((copy, index) => {
      glyphs.set(copy.codePointAt(0), glyphs.get(from[index].codePointAt(0)));
    });
  }
  for (let codePoint = 0xa0; codePoint < 0x2000; codePoint++) {
    const composed = compose(glyphs, codePoint);
    if (composed !== undefined) glyphs.set(codePoint, composed);
  }
  glyphs.set(0xa0, cell([]));
  return glyphs;
}

/** Puts the columns into the middle of the cell's first five. */
function cell(columns) {
  const left = Math.floor((5 - columns.length) / 2);
  return { advance: 6, columns: [...new Array(Math.max(0, left)).fill(0), ...columns] };
}

function compose(glyphs, codePoint) {
  const [letter, ...marks] = String.fromCodePoint(codePoint).normalize('NFD');
  if (marks.length === 0 || marks.some((mark) => !(mark in MARKS_ABOVE) && !(mark in MARKS_BELOW))) return undefined;
  const base = glyphs.get((letter === 'i' ? 'ı' : letter === 'j' ? 'ȷ' : letter).codePointAt(0));
  if (base === undefined) return undefined;
  const above = marks.filter((mark) => mark in MARKS_ABOVE);
  const tall = letter !== letter.toLowerCase() || TALLEST_SMALL_LETTER.test(letter);
  const columns = Array.from({ length: 5 }, (_, x) => base.columns[x] ?? 0);
  const squeezed = above.length > 0 && tall ? lower(columns) : columns;
  for (const mark of marks) {
    const pixels = MARKS_ABOVE[mark] ?? MARKS_BELOW[mark];
    const wide = mark === '\u0308' && tall && letter !== 'I';
    const shape = wide ? [1, 0, 0, 0, 1] : pixels;
    const left = mark === '\u0328' ? 2 : Math.floor((5 - shape.length) / 2);
    shape.forEach((column, x) => {
      squeezed[left + x] |= column;
    });
  }
  return { advance: 6, columns: squeezed };
}

/** Makes room for a mark: takes two rows out of a letter of seven, first those like the row below them. */
function lower(columns) {
  let rows = Array.from({ length: 8 }, (_, y) =>
    columns.reduce((row, column, x) => row | (((column >> y) & 1) << x), 0),
  );
  for (let time = 0; time < 2; time++) rows = [0, ...dropRow(rows, 7)];
  return columns.map((_, x) => rows.reduce((column, row, y) => column | (((row >> x) & 1) << y), 0));
}

/** Takes out the row among the first `count` that is missed least: one like its neighbour, nearest the middle. */
export function dropRow(rows, count) {
  let best = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let y = 0; y < count; y++) {
    const empty = rows[y] === 0;
    const likeNeighbour = y + 1 < count ? bits(rows[y] ^ rows[y + 1]) : bits(rows[y]) + 4;
    const cost = (empty ? -8 : 10 * likeNeighbour) + Math.abs(y - count / 2);
    if (cost < bestCost) [best, bestCost] = [y, cost];
  }
  return [...rows.slice(0, best), ...rows.slice(best + 1)];
}

function bits(value) {
  let count = 0;
  for (; value !== 0; value &= value - 1) count++;
  return count;
}
