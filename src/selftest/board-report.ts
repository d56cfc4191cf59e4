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
  /** Names of the machine's sound cards, as the kernel has them. */
  readonly cards: readonly string[];
  readonly findings: readonly (Finding & { readonly part: Part | null })[];
}

/** What is found there has addresses and names in its words. */
const VERDICT_ONLY: readonly (Part | null)[] = ['network', null];

/** Plain text, to be pasted. */
export function boardReport({ version, kernel, board, cards, findings }: ReportReading): string {
  const { model, chip, revision, bootloaderMs } = board;
  const built = bootloaderMs === null ? 'not told' : new Date(bootloaderMs).toISOString().slice(0, 10);
  const lines = [
    'Jamulus box: report of a board',
    `image         ${version || 'none'}`,
    `kernel        ${kernel ?? 'not told'}`,
    `board         ${model ?? 'not told'}, ${chip ?? 'unknown chip'}, revision ${revision ?? 'not told'}`,
    `boot program  ${built}`,
    ...(cards.length === 0 ? ['sound cards   none'] : cards.map((card) => `sound card    ${card}`)),
    '',
    ...findings.map(({ part, item, verdict, text }) => {
      const shown = VERDICT_ONLY.includes(part) ? '' : text;
      return `${verdict.padEnd(4)}  ${(part === null ? 'settings' : item).padEnd(17)} ${shown}`.trimEnd();
    }),
  ];
  return `${lines.map(withoutPersonalData).join('\n')}\n`;
}

/** The last line of defence: whatever has the form of an address, a hardware address or a serial number. */
function withoutPersonalData(line: string): string {
  return line
    .replaceAll(/\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b/gi, '(left out)')
    .replaceAll(/(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}(?:%\w+)?/gi, '(left out)')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '(left out)')
    .replaceAll(/\b[0-9a-f]{16,}\b/gi, '(left out)')
    .replaceAll(/\bjambox-[0-9a-z]{4}\b/gi, '(left out)');
}
