/** Reads box.toml. A mistake in it never stops the box: what is right counts, and every mistake is a sentence. */
import { readFileSync, statSync } from 'node:fs';
import { closestMatch } from 'leven';
import * as v from 'valibot';
import { INSTALLER_KEYS, type InstallerSettings, type Key } from './installer-schema.ts';
import { parseToml, SHOWN_UNITS } from './toml.ts';

export interface InstallerFile {
  readonly settings: InstallerSettings;
  /** One line each, for the screen: what is not used as it was written, or means nothing. */
  readonly errors: readonly string[];
}

const MAX_FILE_BYTES = 64 * 1024;
/** More than anybody reads on the screen. */
const MAX_SENTENCES = 20;

/** A file that is not there is no mistake. */
export function readInstallerFile(path: string): InstallerFile {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) return nothingBut('The file is too long; nothing of it is used.');
    return parseInstallerFile(readFileSync(path));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return isAbsent ? parseInstallerText('') : nothingBut('The file cannot be read; nothing of it is used.');
  }
}

export function parseInstallerFile(bytes: Uint8Array): InstallerFile {
  try {
    return parseInstallerText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // TextDecoder's way to say it; editors that save UTF-16 are common.
    if (!(error instanceof TypeError)) throw error;
    return nothingBut('Save the file as UTF-8 text; nothing of it is used.');
  }
}

function nothingBut(error: string): InstallerFile {
  return { ...parseInstallerText(''), errors: [error] };
}

export function parseInstallerText(text: string): InstallerFile {
  const { table, mistakes } = parseToml(text);
  const errors = [...mistakes];
  const settings = readSections(table, errors);
  const checked = settings.server.fixed && settings.server.address === undefined ? withoutFixed(settings) : settings;
  if (checked !== settings) errors.push('server.fixed needs server.address.');
  return { settings: checked, errors: errors.slice(0, MAX_SENTENCES) };
}

function withoutFixed(settings: InstallerSettings): InstallerSettings {
  return { ...settings, server: { ...settings.server, fixed: false } };
}

type Table = Readonly<Record<string, unknown>>;

function readSections(table: Table, errors: string[]): InstallerSettings {
  for (const name of Object.keys(table)) {
    if (!Object.hasOwn(INSTALLER_KEYS, name)) errors.push(notKnown('', name, Object.keys(INSTALLER_KEYS)));
  }
  const sections = Object.entries(INSTALLER_KEYS).map(([name, keys]) => {
    const section = table[name] ?? {};
    if (isTable(section)) return [name, readSection(name, keys, section, errors)];
    errors.push(`${name} must be a heading: [${name}].`);
    return [name, readSection(name, keys, {}, errors)];
  });
  // Built key by key from the description that the type is derived from.
  return Object.fromEntries(sections) as InstallerSettings;
}

function readSection(
  name: string,
  keys: Readonly<Record<string, Key<unknown>>>,
  section: Table,
  errors: string[],
): Table {
  const known = Object.keys(keys).map(writtenKey);
  for (const written of Object.keys(section)) {
    if (!known.includes(written)) errors.push(notKnown(`${name}.`, written, known));
  }
  const read = Object.entries(keys).map(([key, { schema, allowed, otherwise }]) => {
    const written = writtenKey(key);
    if (!Object.hasOwn(section, written)) return [key, otherwise];
    const value = section[written];
    const result = v.safeParse(schema, value);
    if (result.success) return [key, result.output];
    errors.push(`${name}.${written} must be ${allowed}, not ${shown(value)}.`);
    return [key, otherwise];
  });
  return Object.fromEntries(read);
}

/** With the name that was meant, where one is near. */
function notKnown(section: string, written: string, known: readonly string[]): string {
  const near = closestMatch(written.toLowerCase(), known, { maxDistance: 2 });
  return `${section}${shown(written)} is not known${near === undefined ? '.' : `: ${near}?`}`;
}

/** autoConnect → auto-connect */
function writtenKey(key: string): string {
  return key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** On one line, and short. */
function shown(value: unknown): string {
  const text = typeof value === 'string' && /^[\w-]*$/.test(value) ? value : JSON.stringify(value);
  return text.length <= SHOWN_UNITS ? text : `${text.slice(0, SHOWN_UNITS)}...`;
}
