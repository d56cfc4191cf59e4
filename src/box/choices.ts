/**
 * What box.toml proposes and people choose on the box itself: two habits, and the sound card. Their choice wins. Where the menu is
 * locked it was made with the PIN, or before the lock, and then it does not count. Pure.
 */

export interface Habits {
  /** At the start of the box nobody hears it. */
  readonly startMuted: boolean;
  /** Time without a press after which the box asks "Still playing?"; 0 = never. */
  readonly idleMinutes: number;
}

/** What people have chosen; null = nothing. */
export interface Choices {
  readonly startMuted: boolean | null;
  readonly idleMinutes: number | null;
  /** Key of a sound card (linux/sound-cards/list-cards.ts). */
  readonly soundCard: string | null;
  /** The menu was locked then. */
  readonly locked: boolean;
}

/** Of a key of a sound card, in a file and from the page. */
export const MAX_CARD_KEY_UNITS = 200;

/** What the page offers for `idleMinutes`; box.toml may say anything else. */
export const IDLE_MINUTES = [30, 60, 120, 240, 0] as const;

export const NO_CHOICES: Choices = { startMuted: null, idleMinutes: null, soundCard: null, locked: false };

/** @param proposed by box.toml */
export function habitsOf(proposed: Habits, choices: Choices, locked: boolean): Habits {
  const { startMuted, idleMinutes } = counting(choices, locked);
  return { startMuted: startMuted ?? proposed.startMuted, idleMinutes: idleMinutes ?? proposed.idleMinutes };
}

/** @param locked the menu is locked now: only the PIN leads here */
export function choose(choices: Choices, change: Partial<Omit<Choices, 'locked'>>, locked: boolean): Choices {
  return { ...counting(choices, locked), ...change, locked };
}

/** Key of the sound card that was chosen; null = none. */
export function chosenCard(choices: Choices, locked: boolean): string | null {
  return counting(choices, locked).soundCard;
}

function counting(choices: Choices, locked: boolean): Choices {
  return locked && !choices.locked ? NO_CHOICES : choices;
}
