/** What can be wrong, for every screen to show in the same words (texts.ts). */
export const LINK_PROBLEMS = [
  'no-server',
  'bad-address',
  'unknown-server',
  'no-network',
  'no-answer',
  'server-full',
  'connection-lost',
] as const;
export type LinkProblem = (typeof LINK_PROBLEMS)[number];

/** Why no sound card plays. Only the first two mean that there is none. */
export const CARD_PROBLEMS = [
  'no-sound-card',
  /** On a board on which no HAT can play. */
  'usb-card-needed',
  /** Another program has it. */
  'card-busy',
  /** It was there, and was pulled out. */
  'card-gone',
  /** Its clock stands still. */
  'card-still',
  /** It has no 48 kHz. */
  'card-rate',
  /** No period that fits, or too small a buffer. */
  'card-period',
  /** No sample format that the box knows. */
  'card-format',
  /** Input and output are two cards, each with a clock of its own. */
  'two-clocks',
  /** Anything else; its sentence says what. */
  'sound-failed',
] as const;
export type CardProblem = (typeof CARD_PROBLEMS)[number];

/** The sound card plays, but has one direction only. */
export const ONE_WAY = ['listen-only', 'send-only'] as const;
export type OneWay = (typeof ONE_WAY)[number];

/** Of the machine, the network and the files. */
export const SYSTEM_PROBLEMS = [
  'no-cable',
  'no-address',
  'no-internet',
  'too-hot',
  'weak-power',
  'list-blocked',
  'settings-restored',
  'settings-mistakes',
] as const;
export type SystemProblem = (typeof SYSTEM_PROBLEMS)[number];

/** Of the link and the sound. */
export const PROBLEMS = [...LINK_PROBLEMS, ...CARD_PROBLEMS, ...ONE_WAY, 'feedback'] as const;
export type Problem = (typeof PROBLEMS)[number];

export type AnyProblem = Problem | SystemProblem;
