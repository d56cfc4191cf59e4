/**
 * The report that first owners of a board send us (`box-selftest --report`, .github/ISSUE_TEMPLATE/board-report.yml). It
 * names hardware and versions; no name, address, server or serial number gets into it. Pure.
 */
import type { BoardReading } from '../linux/board.ts';
import type { Finding } from './finding.ts';
import type { Part } from './options.ts';

export interface ReportReading {
  readonly version: string;
  readonly kernel: string | null;
  readonly board: BoardReading;
  /** As its EEPROM says; null = none that the firmware has read. */
  readonly hat: string | null;
  /** Names of the machine's sound cards, as the kernel has them. */
  readonly cards: readonly string[];
  readonly findings: readonly (Finding & { readonly part: Part | null })[];
  /** What must not be in it, wherever it turns up (personal-words.ts). */
  readonly personal: readonly string[];
}

/** What is found there has addresses and names in its words. */
const VERDICT_ONLY: readonly (Part | null)[] = ['network', null];

/** Plain text, to be pasted. */
export function boardReport({ version, kernel, board, hat, cards, findings, personal }: ReportReading): string {
  const { model, chip, revision, bootloaderMs } = board;
  const built = bootloaderMs === null ? 'not told' : new Date(bootloaderMs).toISOString().slice(0, 10);
  const lines = [
    'Jamulus box: report of a board',
    `image         ${version || 'none'}`,
    `kernel        ${kernel ?? 'not told'}`,
    `board         ${model ?? 'not told'}, ${chip ?? 'unknown chip'}, revision ${revision ?? 'not told'}`,
    `boot program  ${built}`,
    `HAT           ${hat ?? 'none with an EEPROM'}`,
    ...(cards.length === 0 ? ['sound cards   none'] : cards.map((card) => `sound card    ${card}`)),
    '',
    ...findings.map(({ part, item, verdict, text }) => {
      const shown = VERDICT_ONLY.includes(part) ? '' : text;
      return `${verdict.padEnd(4)}  ${(part === null ? 'settings' : item).padEnd(17)} ${shown}`.trimEnd();
    }),
  ];
  return `${lines.map((line) => withoutForms(withoutWords(line, personal))).join('\n')}\n`;
}

const LEFT_OUT = '(left out)';
/** Shorter words may be a part of harmless ones. */
const LONG_UNITS = 8;

/** The longest first, since one may hold another. */
function withoutWords(line: string, personal: readonly string[]): string {
  if (personal.length === 0) return line;
  const wanted = [...personal]
    .sort((a, b) => b.length - a.length)
    .map((word) => {
      const exact = word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
      return word.length < LONG_UNITS ? `(?<![\\p{L}\\p{N}])${exact}(?![\\p{L}\\p{N}])` : exact;
    });
  return line.replaceAll(new RegExp(wanted.join('|'), 'giu'), LEFT_OUT);
}

/** Whatever has the form of an address, a hardware address, a serial number, or a box's own name. */
function withoutForms(line: string): string {
  return line
    .replaceAll(/\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi, LEFT_OUT)
    .replaceAll(/(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?:%\w+)?/gi, LEFT_OUT)
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, LEFT_OUT)
    .replaceAll(/\b[0-9a-f]{16,}\b/gi, LEFT_OUT)
    .replaceAll(/\b(?:jambox|Box)-[0-9a-z]{4}\b/gi, LEFT_OUT);
}
