/** What can be wrong, for every screen to show in the same words (texts.ts). */
export type LinkProblem =
  | 'no-server'
  | 'bad-address'
  | 'unknown-server'
  | 'no-network'
  | 'no-answer'
  | 'server-full'
  | 'connection-lost';

/** Why no sound card plays. Only the first two mean that there is none. */
export type CardProblem =
  | 'no-sound-card'
  /** On a board on which no HAT can play. */
  | 'usb-card-needed'
  /** Another program has it. */
  | 'card-busy'
  /** It was there, and was pulled out. */
  | 'card-gone'
  /** Its clock stands still. */
  | 'card-still'
  /** It has no 48 kHz. */
  | 'card-rate'
  /** No period that fits, or too small a buffer. */
  | 'card-period'
  /** No sample format that the box knows. */
  | 'card-format'
  /** Input and output are two cards, each with a clock of its own. */
  | 'two-clocks'
  /** Anything else; its sentence says what. */
  | 'sound-failed';

/** The sound card plays, but has one direction only. */
export type OneWay = 'listen-only' | 'send-only';

export type Problem = LinkProblem | CardProblem | OneWay | 'feedback';
