/** Text from strangers made harmless: HTML to plain text, without anything that could steer a terminal or a screen. */
import { cutText, MAX_CHAT_UNITS } from '../jamulus/text.ts';

/** Elements whose content is no text for readers. */
const HIDDEN = new Set(['script', 'style', 'title', 'head', 'textarea', 'iframe', 'noscript', 'template', 'object']);
/** Elements that begin a new line. */
const BLOCKS = new Set(
  'address article blockquote body br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li ol p pre table tr ul'.split(
    ' ',
  ),
);

/** The names of U+00A0…U+00FF, in order. */
const LATIN1 = `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3
  acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig
  Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash
  Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc
  euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute
  thorn yuml`.split(/\s+/);

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN1.map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
  ...Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", euro: '€', hellip: '…', bull: '•' }),
  ...Object.entries({ ndash: '–', mdash: '—', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', bdquo: '„', trade: '™' }),
]);

/**
 * Control characters, those that turn the direction of writing, and invisible ones that carry no text. The joiners
 * U+200C and U+200D stay: some scripts and emoji need them.
 */
const UNWANTED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

const TAG_NAME = /^<\/?([a-z][a-z0-9]*)/i;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,7}));/gi;

/**
 * The text a reader would see, lines separated by "\n".
 * @param html any text at all; what is no markup stays as it is
 * @param maxUnits limit of the result, UTF-16 units
 */
export function plainText(html: string, maxUnits = MAX_CHAT_UNITS): string {
  // Markup takes room that text does not, but nothing honest takes ten times as much.
  const text = dropMarkup(html.slice(0, 10 * maxUnits));
  const lines = text.split('\n').map((line) => cleanText(line, maxUnits));
  return cutText(lines.filter((line) => line !== '').join('\n'), maxUnits);
}

/** One line without control characters, inner white space made single spaces, at most `maxUnits` UTF-16 units. */
export function cleanText(text: string, maxUnits: number): string {
  const visible = text
    .slice(0, 10 * maxUnits)
    .replace(/\s+/g, ' ')
    .replace(UNWANTED, '')
    .toWellFormed();
  return cutText(visible.replace(/ {2,}/g, ' ').trim(), maxUnits).trimEnd();
}

/** One pass from left to right: what an entity spells is never read as markup. Line breaks of the source are spaces. */
function dropMarkup(html: string): string {
  let text = '';
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) return text + decodeEntities(html.slice(at));
    text += decodeEntities(html.slice(at, open));
    const tag = tagAt(html, open);
    text += tag.text;
    at = tag.end;
  }
  return text;
}

/** What stands for the "<" at `open`, and where to go on. An unclosed tag hides the rest, as in a browser. */
function tagAt(html: string, open: number): { readonly text: string; readonly end: number } {
  const after = html.charAt(open + 1);
  if (html.startsWith('<!--', open)) return { text: '', end: endOf(html, '-->', open + 4) };
  if (after === '!' || after === '?') return { text: '', end: endOf(html, '>', open) };
  const name = TAG_NAME.exec(html.slice(open, open + 20))?.[1]?.toLowerCase();
  if (name === undefined) return { text: '<', end: open + 1 };
  const end = endOfTag(html, open);
  if (HIDDEN.has(name) && after !== '/') {
    const closing = new RegExp(`</${name}[\\s>/]`, 'gi');
    closing.lastIndex = end;
    const found = closing.exec(html);
    return { text: ' ', end: found === null ? html.length : endOfTag(html, found.index) };
  }
  return { text: BLOCKS.has(name) ? '\n' : '', end };
}

/** Behind the ">" that closes the tag; one in a quoted value doesn't. */
function endOfTag(html: string, open: number): number {
  let quote = '';
  for (let i = open + 1; i < html.length; i++) {
    const char = html.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return i + 1;
  }
  return html.length;
}

function endOf(html: string, closing: string, from: number): number {
  const found = html.indexOf(closing, from);
  return found < 0 ? html.length : found + closing.length;
}

function decodeEntities(source: string): string {
  return source.replace(/\s+/g, ' ').replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    // What spells a line break is one character of text like any other here.
    return code > 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });
}
