/** Why no sound card plays. The words for people stand in texts.ts. */

/** 'no-sound-card' alone means that there is none; all others are about a card that is there. */
export const CARD_FAULTS = [
  'no-sound-card',
  /** Another program has it. */
  'card-busy',
  /** It can't run at 48 kHz. */
  'card-rate',
  /** Its samples come in none of our formats. */
  'card-format',
  /** It lacks a channel that the settings name. */
  'card-channels',
  /** Its periods are too long or too short, or differ between input and output. */
  'card-period',
  /** Input and output are two cards, whose clocks drift apart. */
  'two-clocks',
  /** It refuses, or its clock stands still. */
  'card-failed',
] as const;
export type CardFault = (typeof CARD_FAULTS)[number];

export interface CardRefusal {
  readonly fault: CardFault;
  /** The same in detail, for support: one line. */
  readonly error: string;
}
