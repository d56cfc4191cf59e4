/**
 * Updates as the box sees them: root's report (src/update/report.ts), and what is asked of root. What has just been asked
 * for counts at once, until the report changes: root takes a second or more.
 */
import { readFileSync } from 'node:fs';
import type { RootRequest } from '../linux/requests.ts';
import { parseReport, type UpdateReport } from '../update/report.ts';

/** Then the request has been lost, or refused. */
const ANSWER_MS = 60_000;

export interface UpdatePorts {
  /** The content of the report; null = this machine has no update agent. */
  readonly read: () => string | null;
  readonly ask: (request: RootRequest) => boolean;
  /** The installer has named a server that can be asked for updates. */
  readonly canCheck: boolean;
  /** The installer's choice, which counts at every start; undefined = whoever uses the box switches it. */
  readonly check: boolean | undefined;
}

export interface Updates {
  readonly canCheck: boolean;
  /** Null: this machine is not updated from here. */
  report(): UpdateReport | null;
  /** Reads again. */
  poll(): void;
  install(): void;
  setCheck(on: boolean): void;
  seen(): void;
  /** The card is being written, or the box is about to restart: nobody may begin to play. */
  isBusy(): boolean;
}

export const NO_UPDATES: Updates = {
  canCheck: false,
  report: () => null,
  poll: () => undefined,
  install: () => undefined,
  setCheck: () => undefined,
  seen: () => undefined,
  isBusy: () => false,
};

export function createUpdates({ read, ask, canCheck, check }: UpdatePorts): Updates {
  let text: string | null = null;
  let wished = check;
  let told: UpdateReport | null = null;
  let expected: { readonly report: UpdateReport; readonly untilMs: number } | null = null;

  function expect(request: RootRequest, change: Partial<UpdateReport>): void {
    const now = report();
    if (now === null || !ask(request)) return;
    expected = { report: { ...now, ...change }, untilMs: performance.now() + ANSWER_MS };
  }

  function report(): UpdateReport | null {
    return expected?.report ?? told;
  }

  function setCheck(on: boolean): void {
    expect(on ? 'update-check-on' : 'update-check-off', { check: on });
  }

  function poll(): void {
    const now = read();
    if (now !== text) {
      text = now;
      // A report that is none is from another version's agent: better none than a wrong one.
      told = now === null ? null : (parseReport(now) ?? null);
      expected = null;
      if (told !== null && wished !== undefined && wished !== told.check) setCheck(wished);
      if (told !== null) wished = undefined;
    }
    if (expected !== null && performance.now() >= expected.untilMs) expected = null;
  }

  poll();

  return {
    canCheck,
    report,
    poll,
    setCheck,
    install() {
      const update = report()?.update;
      if (update?.kind !== 'available') return;
      expect('update-install', { update: { kind: 'installing', version: update.version, progress: 0 } });
    },
    seen() {
      if (report()?.update.kind === 'undone') expect('update-seen', { update: { kind: 'none' } });
    },
    isBusy() {
      const kind = report()?.update.kind;
      return kind === 'installing' || kind === 'restarting';
    },
  };
}

export function readReport(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null;
    throw error;
  }
}
