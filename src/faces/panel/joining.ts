/** What happens between the request to join a server and the first packet (privacy C1). */
import type { Command } from '../../box/commands.ts';
import { mustShowFirst } from '../../box/policy.ts';
import type { ServerTarget } from '../../box/server-target.ts';
import type { BoxState } from '../../box/state.ts';
import type { Outcome, PanelView } from './screen.ts';
import type { Joining, JoinRequest } from './state.ts';

/** How long a server is named before CONNECT goes there. */
export const NAMED_MS = 3000;

/** The command for CONNECT. Whoever presses has been shown who sees what. The last server needs no address: a locked menu lets it. */
export function connectTo(box: BoxState, { address, label }: ServerTarget): Command {
  if (address === box.server?.address) return { type: 'connect', shown: true };
  return { type: 'connect', address, label, shown: true };
}

/** Shows who sees what if that is new or the server records; otherwise goes, or names the server first. */
export function join({ box, panel, nowMs }: PanelView, request: JoinRequest): Outcome {
  const { server, records, keepsLog, nameFirst } = request;
  const begin = (step: NonNullable<Joining>['step']): Outcome => ({
    panel: { ...panel, joining: { step, server, records, keepsLog, sinceMs: nowMs } },
    commands: [],
  });
  if (mustShowFirst(box, request)) return begin('who-sees-what');
  if (nameFirst) return begin('named');
  return { panel: { ...panel, stack: [], joining: null }, commands: [connectTo(box, server)] };
}
