/** Words that panel and phone page share, in English, beside those that the terminal has, too (texts.ts). */

import type { DelayWord } from '../jamulus/delay.ts';
import type { SkillLevel } from '../jamulus/enumerations.ts';
import type { SystemProblem } from './problems.ts';
import type { ProblemText } from './texts.ts';

export const DELAY_CHOICES = {
  chosen: '✓',
  fast: { text: 'Fast', second: 'may crackle' },
  normal: { text: 'Normal', second: 'for most networks' },
  safe: { text: 'Safe', second: 'for poor networks' },
} as const;

export const DELAY_WORDS: Readonly<Record<DelayWord, string>> = {
  good: 'good',
  usable: 'usable',
  'too slow': 'too slow',
};

export const NETWORK = {
  cable: 'Cable',
  pluggedIn: 'plugged in',
  noCable: 'not plugged in',
  address: 'Address',
  noAddress: 'none from the router',
  hostName: 'Name of this box',
  ownAddress: 'Own public address',
  ways: { route: 'without a packet', off: 'not looked up' },
  otherBox: 'Another box here',
} as const;

export const PRIVACY_PAGES: readonly { readonly title: string; readonly body: string }[] = [
  { title: 'Your profile', body: 'Everyone on a server sees it. Of a public server others too, in its list.' },
  { title: 'You choose', body: 'Every field may be empty. You may change it at any time.' },
  { title: 'Your address', body: 'Whoever runs the server sees the internet address of this box and may keep it.' },
  { title: 'Public list', body: 'Opening it shows the address of this box to every server in it.' },
  { title: 'Not secret', body: 'Nothing is encrypted: others on the way can listen.' },
  {
    title: 'Recording',
    body: 'You are always told. Whoever runs the server keeps one file per player; this box only as a room.',
  },
  { title: 'Chat', body: 'It is gone when you leave. This box writes it nowhere.' },
  { title: 'No reports', body: 'This box tells its makers nothing. It looks for updates only if you want.' },
  { title: 'Other people', body: 'Only favourites and the levels you set are kept. "Forget and reset" wipes them.' },
];

/** Short enough to be large. The sentence about who keeps the files is the one of all faces. */
export const RECORDING_TITLES = {
  join: 'THIS SERVER IS RECORDING',
  started: 'RECORDING HAS STARTED',
  stopped: 'Recording stopped',
} as const;

export const RESET = {
  'people-and-servers': { text: 'People and servers', second: 'levels, favourites' },
  phones: { text: 'Phones', second: 'need a new code' },
  everything: { text: 'Everything', second: 'like new' },
  holdTitle: 'Hold for 4 s',
  holdBody: 'Letting go stops it. A short push goes back.',
  ask: 'Really forget?',
} as const;

export const SKILLS: Readonly<Record<SkillLevel, string>> = {
  'not-set': 'not said',
  beginner: 'Beginner',
  intermediate: 'Intermediate',
  expert: 'Expert',
};

export const SOUND_CARD = {
  automatic: { text: 'Automatic', second: 'the box chooses' },
  /** A HAT has no name that people know. */
  hat: 'HAT',
  inUse: 'in use',
  directions: { both: 'in and out', input: 'input only', output: 'output only' },
  away: { text: 'The chosen one', second: 'not plugged in' },
} as const;

export const UPDATE_RUNNING = {
  installing: { title: 'Updating', body: 'You can pull the plug: then the old version goes on.' },
  restarting: { title: 'Trying the update', body: 'If something is wrong, the old version comes back by itself.' },
} as const;

export const WHO_SEES = {
  title: 'Others will see:',
  records: 'THIS SERVER SAYS THAT IT RECORDS.',
  keepsLog: 'This server keeps a log.',
  others:
    'Everyone on the server sees this; of a public server others too, in its list. Whoever runs it sees the internet address of this box. Nothing is encrypted.',
} as const;

export const WIFI = {
  off: { text: 'Cable only', second: 'the best sound' },
  on: { text: 'Use Wi-Fi anyway', second: 'sound will drop out' },
  'set-up': { text: 'Set up by phone', second: 'open for 10 minutes' },
} as const;

export const SYSTEM_PROBLEM_TEXTS: Readonly<Record<SystemProblem, ProblemText>> = {
  'no-cable': { code: 'N1', text: 'No network cable.', todo: 'Plug in the cable to the router.' },
  'no-address': { code: 'N2', text: 'No address from the router.', todo: 'Restart the router.' },
  'no-internet': { code: 'N3', text: 'No internet.', todo: 'Restart the router. Boxes in this room still work.' },
  'list-blocked': { code: 'N4', text: 'Server list blocked by the router.', todo: 'Use a favourite.' },
  'too-hot': { code: 'H1', text: 'Too hot, slowing down.', todo: 'Give it some air.' },
  'weak-power': { code: 'P1', text: 'Weak power supply.', todo: 'Use its own supply.' },
  'settings-restored': { code: 'S1', text: 'The last settings were lost.', todo: 'Check your profile.' },
  'settings-mistakes': { code: 'S2', text: 'The settings file has mistakes.', todo: 'Correct box.toml.' },
};
