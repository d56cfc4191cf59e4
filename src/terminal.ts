/** The terminal as a view of the box: announcements scroll by, one status line stays below them. */
import { createInterface } from 'node:readline';
import { announcements } from './box/announcements.ts';
import type { BoxState } from './box/state.ts';
import { statusLine } from './box/status-line.ts';

export interface Terminal {
  show(before: BoxState, now: BoxState): void;
  log(line: string): void;
  /** Lines that people type; an empty one is OK. */
  onLine(handler: (line: string) => void): void;
  close(): void;
}

const REFRESH_MS = 250;
const CLEAR_LINE = '\r\x1b[2K';

/**
 * The status line is drawn on real terminals only. The announcements name people and repeat chat, so they never go to
 * the journal (privacy C7, C10): there the log lines, which hold neither, take their place.
 */
export function createTerminal(out: NodeJS.WriteStream = process.stdout): Terminal {
  const live = out.isTTY === true;
  const isJournal = process.env['JOURNAL_STREAM'] !== undefined && !live;
  let shown = '';
  let drawnMs = Number.NEGATIVE_INFINITY;

  function print(line: string): void {
    out.write(live ? `${CLEAR_LINE}${line}\n${shown}` : `${line}\n`);
  }

  return {
    show(before, now) {
      if (isJournal) return;
      for (const line of announcements(before, now)) print(line);
      if (!live || performance.now() - drawnMs < REFRESH_MS) return;
      drawnMs = performance.now();
      const line = statusLine(now);
      if (line === shown) return;
      shown = line;
      out.write(`${CLEAR_LINE}${line}`);
    },
    log(line) {
      if (isJournal) print(line);
    },
    onLine(handler) {
      createInterface({ input: process.stdin }).on('line', handler);
    },
    close() {
      if (live) out.write('\n');
    },
  };
}
