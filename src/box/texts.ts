/** Every word for people, in English. Terminal, panel and page say the same. */

import { countryIso } from '../jamulus/countries.ts';
import { instrumentName } from '../jamulus/instruments.ts';
import type { Profile } from '../jamulus/session-types.ts';
import type { Problem } from './problems.ts';
import type { Person } from './state.ts';

export interface ProblemText {
  /** Short, for support over the telephone. */
  readonly code: string;
  readonly text: string;
  /** The one thing to do. */
  readonly todo: string;
}

export const PROBLEM_TEXTS: Readonly<Record<Problem, ProblemText>> = {
  'no-server': { code: 'L1', text: 'No server chosen.', todo: 'Choose a server.' },
  'bad-address': {
    code: 'L2',
    text: 'This is no server address.',
    todo: 'Write it as name, name:port or [IPv6]:port.',
  },
  'unknown-server': { code: 'L3', text: 'No server of this name.', todo: 'Check the name.' },
  'no-network': { code: 'L4', text: 'No network.', todo: 'Check the cable to the router.' },
  'no-answer': { code: 'L5', text: 'Server does not answer.', todo: 'Check the address, or choose another server.' },
  'server-full': { code: 'L6', text: 'Server is full.', todo: 'Wait for a free place, or choose another server.' },
  'connection-lost': { code: 'L7', text: 'Connection lost.', todo: 'Wait, or check the network cable.' },
  'no-sound-card': {
    code: 'A1',
    text: 'Sound card not found.',
    todo: 'Plug the sound card in; it is tried again by itself.',
  },
  'card-busy': {
    code: 'A3',
    text: 'Sound card is in use.',
    todo: 'Close the other program that uses it.',
  },
  'usb-card-needed': {
    code: 'U1',
    text: 'No USB sound card.',
    todo: 'This board plays through a USB sound card: plug one in.',
  },
  'card-gone': { code: 'A4', text: 'Sound card was pulled out.', todo: 'Plug it in again.' },
  'card-still': { code: 'A5', text: 'Sound card has stopped.', todo: 'Pull it out and plug it in again.' },
  'card-rate': {
    code: 'A6',
    text: 'Sound card has no 48 kHz.',
    todo: 'Set it to 48 kHz if it has a switch, or use another card.',
  },
  'card-period': {
    code: 'A7',
    text: 'Sound card has no short buffer.',
    todo: 'Use another card.',
  },
  'card-format': { code: 'A8', text: 'Sound card has no known format.', todo: 'Use another card.' },
  'two-clocks': {
    code: 'A9',
    text: 'Two cards have two clocks.',
    todo: 'Choose one card for both input and output.',
  },
  'sound-failed': {
    code: 'A0',
    text: 'Sound does not start.',
    todo: 'Use another card; the reason stands under Sound.',
  },
  'listen-only': {
    code: 'D1',
    text: 'Sound card has no input.',
    todo: 'You can listen; nothing is sent.',
  },
  'send-only': {
    code: 'D2',
    text: 'Sound card has no output.',
    todo: 'The others hear you; you hear nothing.',
  },
  feedback: { code: 'A2', text: 'Muted because of feedback.', todo: 'Use headphones, then unmute.' },
};

export const RECORDING_TEXTS = {
  join: 'THIS SERVER IS RECORDING. The operator keeps one file per player.',
  started: 'THIS SERVER HAS STARTED RECORDING. The operator keeps one file per player.',
  stopped: 'Recording stopped.',
} as const;

export const LICENCE_TEXT = 'This server has a licence. It must be accepted before the others hear you.';
/** Connected, and no sound has arrived for a while. */
export const NOTHING_ARRIVES = 'Nothing comes from the server.';
export const MUTED = 'MUTED';
export const RECORDING = 'REC';
const SOMEBODY = 'somebody';

/** What the keys of a terminal do where a screen has buttons. */
export const KEYS = {
  recordingJoin: 'Press Enter to play, ctrl-C to leave.',
  recordingStarted: 'You are heard. Press Enter to go on, ctrl-C to leave.',
  licence: 'Press Enter to accept, ctrl-C to leave.',
} as const;

export const CHAT_NEEDS_SERVER = 'Not sent: chat needs a connection to a server.';

export const LINK_TEXTS = {
  idle: 'not connected',
  resolving: 'looking up',
  connecting: 'connecting',
  connected: 'connected',
  leaving: 'leaving',
} as const;

export function connectingTo(label: string): string {
  return `Connecting to ${label}.`;
}

export function connectedTo(label: string): string {
  return `Connected to ${label}.`;
}

export function tryingAgain(problem: Problem | null, attempt: number): string {
  return `${problem === null ? '' : `${PROBLEM_TEXTS[problem].text} `}Trying again (${attempt})`;
}

export const GIVEN_UP = 'Not connected. It is not tried again.';

export function left(label: string): string {
  return `Left ${label}.`;
}

export function comes(person: Person): string {
  return `${personText(person)} is here.`;
}

export function goes(person: Person): string {
  return `${person.name} has gone.`;
}

export function hasMutedYou(person: Person, muted: boolean): string {
  return `${person.name === '' ? SOMEBODY : person.name} has ${muted ? 'muted you' : 'unmuted you'}.`;
}

/** Name, instrument, city, country as far as given. */
function personText({ name, instrument, city, countryCode }: Person): string {
  const details = [instrument === 0 ? '' : instrumentName(instrument), city, countryIso(countryCode) ?? ''];
  const given = details.filter((detail) => detail !== '').join(', ');
  return given === '' ? name : `${name} (${given})`;
}

/** Privacy C1, C3, C4, C6: what leaves the box, and who gets it; each line at most 100 columns. */
export function whoSeesWhat(profile: Profile): readonly string[] {
  const { name, instrument, city, countryCode, skill } = profile;
  const quoted = (text: string) => (text === '' ? 'empty' : `"${text}"`);
  return [
    'Before you join, this is what will be sent:',
    `  name ${quoted(name)}, instrument ${quoted(instrument === 0 ? '' : instrumentName(instrument))}, city ${quoted(city)},`,
    `  country ${quoted(countryIso(countryCode) ?? '')}, skill ${quoted(skill === 'not-set' ? '' : skill)}`,
    'Everybody on the server sees it; of a public server third parties too, through it and its directory.',
    'The operator of the server sees the IP address of this box while connected, and may log it.',
    'Only the operator can record, one file per player; you are told when a server says that it records.',
    'Nothing is encrypted.',
  ];
}
