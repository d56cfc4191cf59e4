/** What happens between the wish to join a server and the first packet (privacy C1). */
import type { BoxState } from '../box/state.ts';
import type { Outcome, PanelView } from './screen.ts';
import type { Joining, Wish } from './state.ts';

/** How long a server is named before CONNECT goes there. */
export const NAMED_MS = 3000;

/** The profile, as it is now, has been seen by whoever plays here. */
export function profileSeen({ shownProfile, profile }: BoxState): boolean {
  return (
    shownProfile !== null &&
    shownProfile.name === profile.name &&
    shownProfile.city === profile.city &&
    shownProfile.countryCode === profile.countryCode &&
    shownProfile.instrument === profile.instrument &&
    shownProfile.skill === profile.skill
  );
}

/** Shows who sees what if that is new or the server records; otherwise goes, or names the server first. */
export function join({ box, panel, nowMs }: PanelView, wish: Wish): Outcome {
  const { server, records, keepsLog, nameFirst } = wish;
  const begin = (step: NonNullable<Joining>['step']): Outcome => ({
    panel: { ...panel, joining: { step, server, records, keepsLog, sinceMs: nowMs } },
    events: [],
  });
  if (!profileSeen(box) || records || keepsLog) return begin('who-sees-what');
  if (nameFirst) return begin('named');
  return { panel: { ...panel, stack: [], joining: null }, events: [{ type: 'connectPressed', server }] };
}
