/** Updates: reads root's report every now and then, and hands on what the box asks of root. */
import { readFileSync } from 'node:fs';
import type { UpdateRequest } from '../box/effects.ts';
import type { UpdateReport } from '../box/state.ts';
import { parseReport, REPORT_FILE } from '../update/report.ts';
import type { Runners, Store } from './store.ts';

/** What root takes a second or more for anyway. */
const POLL_MS = 2000;

export interface UpdatesOptions {
  readonly store: Pick<Store, 'state' | 'dispatch'>;
  /** The content of the report; null = this machine has no update agent. */
  readonly read: () => string | null;
  /** False: nobody is there to be asked. */
  readonly ask: (request: UpdateRequest) => boolean;
}

export interface Updates {
  readonly effects: Pick<Runners, 'askRoot'>;
  /** Reads the report for the first time, and from then on every now and then. */
  start(): void;
  close(): void;
}

export function runUpdates({ store, read, ask }: UpdatesOptions): Updates {
  let text: string | null = null;

  function poll(): void {
    const now = read();
    if (now === text) return;
    text = now;
    store.dispatch({ type: 'updateReported', report: reportOf(now) });
  }

  let polls: NodeJS.Timeout | undefined;
  return {
    effects: {
      askRoot({ request }) {
        if (!ask(request)) store.dispatch({ type: 'updateRefused' });
      },
    },
    start() {
      poll();
      polls = setInterval(poll, POLL_MS);
    },
    close: () => clearInterval(polls),
  };
}

/** A report that is none is from another version's agent: better none than a wrong one. */
export function reportOf(text: string | null): UpdateReport | null {
  return text === null ? null : (parseReport(text) ?? null);
}

/** The content of root's report; null = there is none. */
export function readReport(): string | null {
  try {
    return readFileSync(REPORT_FILE, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
