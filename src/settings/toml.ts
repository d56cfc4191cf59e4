/** TOML written by people: a line that is wrong is left out and named, the others count. */
import { parse, TomlError } from 'smol-toml';

export interface TomlResult {
  readonly table: Readonly<Record<string, unknown>>;
  /** One sentence each. */
  readonly mistakes: readonly string[];
}

/** With more wrong lines than this the file is no settings file. */
const MAX_MISTAKES = 10;
const MAX_DEPTH = 8;
/** Of a wrong value, in a sentence about it. */
export const SHOWN_UNITS = 40;

export function parseToml(text: string): TomlResult {
  const lines = text.split(/\r?\n/);
  const mistakes: string[] = [];
  /** Tables in the place of headings that can't be read, so that their keys don't go to the table before. */
  const unreadable = new Set<string>();
  while (mistakes.length < MAX_MISTAKES) {
    const result = tryParse(lines.join('\n'));
    if ('table' in result) {
      const table = Object.fromEntries(Object.entries(result.table).filter(([key]) => !unreadable.has(key)));
      return { table, mistakes };
    }
    const { line: number } = result;
    const line = lines[number - 1]?.trim() ?? '';
    if (line === '' || unreadable.has(line.slice(2, -2))) break;
    mistakes.push(`Line ${number} is not understood: ${line.slice(0, SHOWN_UNITS)}`);
    const heading = `line ${number}`;
    if (line.startsWith('[')) unreadable.add(heading);
    lines[number - 1] = line.startsWith('[') ? `["${heading}"]` : '';
  }
  return { table: {}, mistakes: [...mistakes, 'The file is no TOML text; nothing of it is used.'] };
}

function tryParse(text: string): { readonly table: Record<string, unknown> } | { readonly line: number } {
  try {
    return { table: parse(text, { maxDepth: MAX_DEPTH, unsafeKeyBehaviour: 'drop' }) };
  } catch (error) {
    return { line: error instanceof TomlError ? error.line : 0 };
  }
}
