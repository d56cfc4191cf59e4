/**
 * Joins Arabic letters: each gets its isolated, final, initial or medial form of the block Arabic Presentation Forms-B
 * (Unicode U+FE80…U+FEFC), lam and alef become one. Letters beyond the Arabic language's own stay as they are.
 */

/** Per letter from U+0621 on: its isolated form, and whether it joins to the next letter (four forms) or not (two). */
const FORMS: ReadonlyMap<number, { readonly isolated: number; readonly joinsOn: boolean }> = makeForms();

const HAMZA = 0x621;
const TATWEEL = 0x640;
const LAM = 0x644;
/** Isolated forms of lam with each alef. */
const LAM_ALEF: ReadonlyMap<number, number> = new Map([
  [0x622, 0xfef5],
  [0x623, 0xfef7],
  [0x625, 0xfef9],
  [0x627, 0xfefb],
]);
const ARABIC = /[\u0621-\u064a]/;
const MARK = /^\p{Mn}$/u;

function makeForms(): Map<number, { readonly isolated: number; readonly joinsOn: boolean }> {
  // Alefs, waw, teh marbuta, dal, thal, reh, zain, alef maksura.
  const joinOnlyBack = new Set([0x622, 0x623, 0x624, 0x625, 0x627, 0x629, 0x62f, 0x630, 0x631, 0x632, 0x648, 0x649]);
  const forms = new Map<number, { readonly isolated: number; readonly joinsOn: boolean }>();
  let isolated = 0xfe81;
  for (let letter = 0x622; letter <= 0x64a; letter++) {
    if (letter > 0x63a && letter < 0x641) continue;
    const joinsOn = !joinOnlyBack.has(letter);
    forms.set(letter, { isolated, joinsOn });
    isolated += joinsOn ? 4 : 2;
  }
  return forms;
}

/** Text in logical order with its Arabic letters joined. Marks don't part letters. */
export function joinArabic(text: string): string {
  if (!ARABIC.test(text)) return text;
  const characters = [...text];
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  let joined = '';
  let joinsFromBefore = false;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] as number;
    const character = characters[index] as string;
    if (MARK.test(character)) {
      joined += character;
      continue;
    }
    const ligature = code === LAM ? LAM_ALEF.get(codes[index + 1] ?? 0) : undefined;
    const form = FORMS.get(code);
    if (ligature !== undefined) {
      joined += String.fromCodePoint(ligature + (joinsFromBefore ? 1 : 0));
      joinsFromBefore = false;
      index++;
    } else if (form === undefined) {
      joined += code === HAMZA ? '\ufe80' : character;
      joinsFromBefore = code === TATWEEL;
    } else {
      const joinsOn = form.joinsOn && takesFromBefore(nextLetter(characters, index));
      joined += String.fromCodePoint(form.isolated + (joinsOn ? 2 : 0) + (joinsFromBefore ? 1 : 0));
      joinsFromBefore = joinsOn;
    }
  }
  return joined;
}

function nextLetter(characters: readonly string[], index: number): number {
  let next = index + 1;
  while (next < characters.length && MARK.test(characters[next] as string)) next++;
  return characters[next]?.codePointAt(0) ?? 0;
}

function takesFromBefore(code: number): boolean {
  return FORMS.has(code) || code === TATWEEL;
}
