/** What can be wrong, by the ids that the page has words for: of the machine, and of link and sound. */

export const systemProblems = [
  'no-cable',
  'no-address',
  'no-internet',
  'too-hot',
  'weak-power',
  'list-blocked',
  'settings-restored',
  'settings-mistakes',
] as const;

export const boxProblems = [
  'no-server',
  'bad-address',
  'unknown-server',
  'no-network',
  'no-answer',
  'server-full',
  'connection-lost',
  'no-sound-card',
  'usb-card-needed',
  'card-busy',
  'card-gone',
  'card-still',
  'card-rate',
  'card-period',
  'card-format',
  'two-clocks',
  'sound-failed',
  'listen-only',
  'send-only',
  'feedback',
] as const;
