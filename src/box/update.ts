/** Updates as the box sees them: root's report, and what is asked of root. Pure. */

import { type Step, type UpdateRequest, unchanged } from './effects.ts';
import { connect } from './link.ts';
import { isUpdating } from './policy.ts';
import type { BoxState, Update, UpdateReport } from './state.ts';
import { updateNow, updateReport } from './views.ts';

/** Then the request has been lost, or refused. */
const ANSWER_MS = 60_000;

export const NO_UPDATES: Update = {
  report: null,
  expected: null,
  canCheck: false,
  wantedCheck: null,
  startServer: null,
};

/** Root's report has changed; null = there is none. */
export function updateReported(state: BoxState, report: UpdateReport | null, atMs: number): Step {
  const { wantedCheck } = state.update;
  const next: BoxState = { ...state, update: { ...state.update, report, expected: null } };
  if (report === null) return afterUpdate(next, atMs);
  const known: BoxState = { ...next, update: { ...next.update, wantedCheck: null } };
  if (wantedCheck === null || wantedCheck === report.check) return afterUpdate(known, atMs);
  return setCheck(known, wantedCheck, atMs);
}

/** Nobody is there to be asked, or root's answer has not come in time. */
export function updateRefused(state: BoxState, atMs: number): Step {
  return afterUpdate({ ...state, update: { ...state.update, expected: null } }, atMs);
}

/** An update that was pressed while somebody plays does not happen. */
export function startUpdate(state: BoxState, atMs: number): Step {
  const { update } = updateReport(state) ?? {};
  if (state.link.kind !== 'idle' || update?.kind !== 'available') return unchanged(state);
  const installing = { kind: 'installing', version: update.version, progress: 0 } as const;
  return expect(state, 'update-install', { update: installing }, atMs);
}

export function setCheck(state: BoxState, on: boolean, atMs: number): Step {
  return expect(state, on ? 'update-check-on' : 'update-check-off', { check: on }, atMs);
}

/** Somebody has read that the old version is back. */
export function updateSeen(state: BoxState, atMs: number): Step {
  if (updateNow(state).kind !== 'undone') return unchanged(state);
  return expect(state, 'update-seen', { update: { kind: 'none' } }, atMs);
}

function expect(state: BoxState, request: UpdateRequest, change: Partial<UpdateReport>, atMs: number): Step {
  const now = updateReport(state);
  if (now === null) return unchanged(state);
  return {
    state: { ...state, update: { ...state.update, expected: { ...now, ...change } } },
    effects: [
      { type: 'askRoot', request },
      { type: 'timer', id: 'update', atMs: atMs + ANSWER_MS },
    ],
  };
}

/** A system that has just been installed may have to go back to the old one: it connects when that is settled. */
function afterUpdate(state: BoxState, atMs: number): Step {
  const { startServer } = state.update;
  if (startServer === null || isUpdating(state)) return unchanged(state);
  const next: BoxState = { ...state, update: { ...state.update, startServer: null } };
  if (next.link.kind !== 'idle') return unchanged(next);
  return connect(next, startServer, { attempt: 0, firstLostAtMs: atMs });
}
