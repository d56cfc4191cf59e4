/** The panel's words, in English, beside those that all faces of the box share (box/texts.ts). */

import type { AnyProblem, Problem, SystemProblem } from '../../box/problems.ts';
import { SYSTEM_PROBLEM_TEXTS } from '../../box/screen-texts.ts';
import type { ServerList } from '../../box/servers/choice.ts';
import type { ServerGroup } from '../../box/servers/state.ts';
import { PROBLEM_TEXTS, type ProblemText } from '../../box/texts.ts';

/** What to do, where the words for all faces are too many for this one, or need a keyboard. */
const SHORT_TODOS: Readonly<Partial<Record<Problem, string>>> = {
  'bad-address': 'Choose a server.',
  'no-answer': 'Try another server.',
  'server-full': 'Try another server.',
  'no-sound-card': 'Plug the card in.',
  'card-rate': 'Use another card.',
  'usb-card-needed': 'This board needs one: plug it in.',
  'two-clocks': 'Choose one for both.',
  'sound-failed': 'Menu, Status: why.',
};

export function problemText(problem: AnyProblem): ProblemText {
  if (problem in SYSTEM_PROBLEM_TEXTS) return SYSTEM_PROBLEM_TEXTS[problem as SystemProblem];
  const shared = PROBLEM_TEXTS[problem as Problem];
  return { ...shared, todo: SHORT_TODOS[problem as Problem] ?? shared.todo };
}

/** Titles of the screens that are opened by hand, as the menu names them; at most 19 characters. */
export const TITLES = {
  menu: 'Menu',
  servers: 'Servers',
  'server-list': 'Servers',
  people: 'Who is here',
  person: 'This person',
  meters: 'Meters',
  status: 'Status',
  hear: 'What I hear',
  send: 'What I send',
  profile: 'My profile',
  name: 'My name',
  city: 'My city',
  instrument: 'My instrument',
  country: 'My country',
  skill: 'My skill',
  'sound-card': 'Sound card',
  delay: 'Delay',
  chat: 'Chat',
  phone: 'Use your phone',
  network: 'Network',
  room: 'My room',
  wifi: 'Wi-Fi',
  privacy: 'Who sees what',
  update: 'Update',
  reset: 'Forget and reset',
} as const;

export const NOT_SAID = 'not said';
export const NOBODY_HEARS = 'Nobody hears you';

/** Small words of answers and hints. */
export const ANSWERS = {
  ok: 'OK',
  leave: 'LEAVE',
  change: 'Change',
  yes: 'Yes',
  no: 'No',
  stay: 'Yes',
} as const;

export const HINTS = {
  connectedAlready: 'Hold CONNECT to leave',
  nothingToLeave: 'Not connected',
  menuLocked: 'The menu is locked',
  stopped: 'Stopped',
  chooseFirst: 'Choose OK or Change',
  leaving: 'Leaving',
  updating: 'Not while updating',
  kept: 'Kept:',
  removed: 'Gone:',
} as const;

/** The same screens for a knob and for buttons: what they are called. */
export const CONTROLS = {
  knob: { servers: 'Turn: servers', menu: 'Push: menu', wheel: 'Turn, then push', hold: 'Hold the knob.' },
  buttons: { servers: 'Up, Down: servers', menu: 'OK: menu', wheel: 'Up, Down, then OK', hold: 'Hold OK.' },
} as const;

export const FIRST_START = {
  network: { title: 'Plug in network', body: 'Use a cable from the box to your router.' },
  play: { title: 'Play something' },
  connect: {
    title: 'Press CONNECT',
    body: 'It shows where you can play.',
    phone: 'Or use your phone: the menu shows how.',
  },
  words: { quiet: 'too quiet', good: 'good', loud: 'too loud' },
} as const;

export const CONNECTING = {
  to: 'Connecting to',
  leaving: 'Leaving',
  stop: 'Press CONNECT to stop',
  waiting: 'Still trying.',
} as const;

export const PLAYING = { unit: 'ms delay', measuring: 'wait', silent: 'Wait, or hold CONNECT to leave.' } as const;

export const METER_TEXTS = { input: 'In', output: 'Out', clip: 'CLIP' } as const;

export const PEOPLE = {
  nobody: 'Nobody here',
  nameless: '(no name yet)',
  you: 'you',
  muted: 'muted by you',
  solo: 'only this one',
  hasMutedYou: 'has muted you',
  gone: 'Has left',
  level: 'Level',
  pan: 'Side',
  muteThem: 'Mute',
  soloThem: 'Only this one',
} as const;

export const YES_NO = { yes: 'yes', no: 'no', on: 'on', off: 'off' } as const;

export const STATUS = { realtime: 'Real-time sound', expect: 'Expect drop-outs' } as const;

export const PAN_WORDS = { left: 'left', middle: 'middle', right: 'right' } as const;

export const HEAR = {
  me: 'Me in the mix',
  whenConnected: 'when connected',
  directWarning: 'makes you drag',
  directLevel: 'Direct level',
  outputs: 'Outputs',
  outputsOf: (channels: number) => `of ${channels}, others silent`,
} as const;

export const SEND = {
  gain: 'Gain',
  inputs: 'Inputs',
  inputsOf: (channels: number) => `of ${channels} on the card`,
  mute: 'Muted',
  heard: 'the others hear you',
  notHeard: 'nobody hears you',
  noInput: 'card has no input',
} as const;

export const SEND_MODES = {
  mono: 'mono',
  'mono-in-stereo-out': 'one in, two out',
  stereo: 'stereo',
} as const;

export const SERVERS = {
  unreachable: 'no answer',
  noPing: 'asking',
  full: 'full',
  records: 'RECORDS',
  here: 'here',
  /** What opening a list tells whom, before it is done (privacy C2, C3). */
  tells: {
    favourites: 'Those you keep. Asks no public list.',
    room: 'Found in this network.',
    recent: 'Where you have been. Asks no public list.',
    public: "All servers in it see this box's address.",
  },
  empty: {
    favourites: { title: 'No favourites yet', body: 'On a server, the menu can add it.' },
    room: { title: 'Nothing found in this room yet', body: 'Still looking.' },
    recent: { title: 'No servers yet', body: 'Where you play is kept here.' },
  },
  emptyPublic: {
    asking: { title: 'Asking', body: 'One moment.' },
    listed: { title: 'Nobody', body: 'There is no server in this list now.' },
    silent: { title: 'No answer', body: 'Try another list, or a favourite.' },
  },
} as const satisfies {
  readonly tells: Readonly<Record<ServerGroup, string>>;
  readonly emptyPublic: Readonly<Record<ServerList['status'], object>>;
  readonly [other: string]: unknown;
};

export const FAVOURITE = { add: 'Add to favourites', remove: 'Remove favourite' } as const;

export const WHEEL = { done: 'Done', delete: 'Delete', space: 'Space' } as const;

export const CHAT = { none: 'No chat yet', phone: 'Write on the phone page.', new: 'Chat' } as const;

export const WELCOME = 'Welcome';

export const ROOM = {
  /** Who can come. */
  open: { practice: 'only this box', room: 'open to others' },
  players: 'Players',
  start: 'Record',
  startHelp: 'all are told',
  stop: 'Stop recording',
  stopHelp: 'one file per player',
  fresh: 'New recording',
  freshHelp: 'in another folder',
  cannot: 'No recording here',
  cannotHelp: 'no usable folder',
  listing: 'Public list',
  listings: {
    'not-registered': 'not yet',
    'bad-address': 'not found',
    requested: 'asking',
    failed: 'no answer',
    registered: 'listed there',
    'list-full': 'the list is full',
    'version-too-old': 'wants a newer one',
    'requirements-not-met': 'not admitted',
  },
  listedHere: 'Servers listed here',
} as const;

export const PHONE = { code: 'Code', wait: '......', back: 'Hold: back' } as const;

export const UPDATE = {
  none: 'No update found',
  noneHelp: 'or try a USB stick',
  install: 'Install',
  minutes: 'takes some minutes',
  leaveFirst: 'leave server first',
  check: 'Ask once a day',
  checkSends: 'sends nothing else',
  oldBootloader: 'Boot program too old',
  oldBootloaderHelp: 'of the Raspberry Pi',
  renewBootloader: 'Raspberry Pi Imager',
  renewBootloaderHelp: 'write "Bootloader"',
} as const;

export const UPDATE_UNDONE = {
  title: 'Old version is back',
  body: (version: string) => `The new one, ${version}, did not work here.`,
} as const;

export const LICENCE = { title: 'Accept the licence?', body: 'Until then nobody hears you.' } as const;
