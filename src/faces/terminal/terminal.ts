/** The terminal as a view of the box: announcements scroll by, one status line stays below them, and lines go to the chat. */
import { createInterface } from 'node:readline';
import type { Store } from '../../app/store.ts';
import { announcements } from '../../box/announcements.ts';
import type { BoxState } from '../../box/state.ts';
import { statusLine } from '../../box/status-line.ts';
import { CHAT_NEEDS_SERVER } from '../../box/texts.ts';

export interface Terminal {
  /** The box is shown from now on, and takes lines that people type. */
  attach(store: Pick<Store, 'state' | 'command' | 'onStep'>): void;
  log(line: string): void;
  close(): void;
}

/** Interval between updates of the status line. */
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

  function show(before: BoxState, now: BoxState): void {
    if (isJournal) return;
    for (const line of announcements(before, now)) print(line);
    if (!live || performance.now() - drawnMs < REFRESH_MS) return;
    drawnMs = performance.now();
    const line = statusLine(now);
    if (line === shown) return;
    shown = line;
    out.write(`${CLEAR_LINE}${line}`);
  }

  return {
    attach(store) {
      store.onStep(show);
      createInterface({ input: process.stdin }).on('line', (line) => {
        if (!takeLine(line, store)) print(CHAT_NEEDS_SERVER);
      });
    },
    log(line) {
      if (isJournal) print(line);
    },
    close() {
      if (live) out.write('\n');
    },
  };
}

/** An empty line is OK to what is asked; anything else is chat. False: nobody is there to read it. */
function takeLine(line: string, { state, command }: Pick<Store, 'state' | 'command'>): boolean {
  const { visit } = state();
  if (line.trim() !== '') return command({ type: 'chat', text: line }, 'panel') === null;
  if (visit.licence === 'required') command({ type: 'licence', ok: true }, 'panel');
  else if (visit.recorder.notice !== null) command({ type: 'notice', ok: true }, 'panel');
  return true;
}
