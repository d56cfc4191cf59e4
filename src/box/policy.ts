/**
 * What the box does when it is asked: one answer for panel, page, RPC and terminal. A command becomes the events that the
 * reducer takes, or a reason why not. Pure.
 */
import { countryCodeOfIso } from '../jamulus/countries.ts';
import { faderToGain } from '../jamulus/gain.ts';
import type { ChannelMix } from '../jamulus/session-types.ts';
import type { Command } from './commands.ts';
import type { UntimedEvent } from './events.ts';
import { cleanText } from './plain-text.ts';
import { type ListedServer, saidOf, serverChoice } from './servers/choice.ts';
import { MAX_SERVER_LABEL_UNITS } from './servers/rows.ts';
import { isSameGroup } from './servers/state.ts';
import type { BoxState, PhoneRole } from './state.ts';
import { updateCheck, updateNow } from './views.ts';

/** Who asks: somebody at the box itself, a phone, or a program that has the owner's secret and so counts as an installer. */
export type Role = 'panel' | PhoneRole;

export type Refusal =
  /** The menu is locked, and nobody has given the PIN. */
  | 'locked'
  /** Show the profile and who sees it, then ask again with `shown` (privacy C1, C5). */
  | 'show-who-sees-what'
  /** Nothing happens now: an update is running, no such musician, list or sound card, not on this machine. */
  | 'not-now';

export type Decision = { readonly events: readonly UntimedEvent[] } | { readonly error: Refusal };

const NOT_NOW: Decision = { error: 'not-now' };
const NOTHING: Decision = { events: [] };

/** What everybody may do at a box whose menu is locked. */
const NEVER_LOCKED: readonly Command['type'][] = [
  'leave',
  'mute',
  'notice',
  'licence',
  'chat',
  'resetClip',
  'mix',
  'stillPlaying',
  'firstStart',
  'updateSeen',
  'shutDown',
];
const UNLOCKED_SOUND: readonly string[] = ['monitorOn', 'monitorLevel', 'monitorPan', 'masterLevel'];

/** The card is being written, or the box is about to restart: nobody may begin to play. */
export function isUpdating(state: BoxState): boolean {
  const { kind } = updateNow(state);
  return kind === 'installing' || kind === 'restarting';
}

/** There is one server, and no other can be chosen. */
export function isServerFixed({ setup }: Pick<BoxState, 'setup'>): boolean {
  return setup.fixedServer !== null;
}

/** The menu leads nowhere for whoever asks. */
export function isMenuLocked({ setup }: BoxState, role: Role): boolean {
  return setup.menuLocked && role !== 'installer';
}

/** The profile, as it is now, has been seen by whoever plays here, together with who else sees it (privacy C1). */
export function profileSeen({ shownProfile, profile }: Pick<BoxState, 'shownProfile' | 'profile'>): boolean {
  return (
    shownProfile !== null &&
    shownProfile.name === profile.name &&
    shownProfile.city === profile.city &&
    shownProfile.countryCode === profile.countryCode &&
    shownProfile.instrument === profile.instrument &&
    shownProfile.skill === profile.skill
  );
}

/** Before joining a server that says this of itself, the player sees who sees what (privacy C1, C5). */
export function mustShowFirst(state: BoxState, { records, keepsLog }: Pick<ListedServer, 'records' | 'keepsLog'>) {
  return !profileSeen(state) || records || keepsLog;
}

/** The events that the command is, none where all is as it asks; or why the box does not do it. */
export function may(state: BoxState, command: Command, role: Role): Decision {
  if (isMenuLocked(state, role) && isLocked(command)) return { error: 'locked' };
  switch (command.type) {
    case 'connect':
      return connect(state, command);
    case 'leave':
      return one({ type: 'leavePressed' });
    case 'mute':
      return (state.sound.mute !== 'off') === command.on ? NOTHING : one({ type: 'mutePressed' });
    case 'notice':
      return state.visit.recorder.notice === null ? NOT_NOW : one({ type: 'noticeAnswered', ok: command.ok });
    case 'licence':
      return state.visit.licence === 'required' ? one({ type: 'licenceAnswered', ok: command.ok }) : NOT_NOW;
    case 'chat':
      return state.link.kind === 'connected' ? one({ type: 'chatSent', text: command.text }) : NOT_NOW;
    case 'mix':
      return mix(state, command);
    case 'listServers':
    case 'favourite':
      return servers(state, command);
    case 'startUpdate':
    case 'updateCheck':
    case 'updateSeen':
      return update(state, command);
    case 'restart':
    case 'shutDown':
    case 'forgetPhones':
    case 'reset':
    case 'record':
    case 'firstStart':
    case 'stillPlaying':
    case 'newPairingCode':
    case 'wifi':
      return house(state, command);
    default:
      return sound(state, command);
  }
}

type Some<T extends Command['type']> = Extract<Command, { type: T }>;

function one(event: UntimedEvent): Decision {
  return { events: [event] };
}

function isLocked(command: Command): boolean {
  if (command.type === 'connect') return command.address !== undefined;
  if (command.type === 'sound')
    return Object.keys(command).some((key) => key !== 'type' && !UNLOCKED_SOUND.includes(key));
  return !NEVER_LOCKED.includes(command.type);
}

/** CONNECT on the panel also stops: here that is `leave`, so that asking twice is asking once. */
function connect(state: BoxState, command: Some<'connect'>): Decision {
  const { link, life, server } = state;
  if (life.kind !== 'running' || isUpdating(state)) return NOT_NOW;
  const address = command.address ?? server?.address;
  if (address === undefined) return NOT_NOW;
  const isThere = link.kind !== 'idle' && link.kind !== 'leaving' && address === server?.address;
  if (isThere) return NOTHING;
  if (mustShowFirst(state, saidOf(state, address)) && command.shown !== true) return { error: 'show-who-sees-what' };
  const row = serverChoice(state).servers.find((one) => one.address === address);
  const known = command.address === undefined ? server?.label : row?.name;
  const label = cleanText(command.label ?? '', MAX_SERVER_LABEL_UNITS) || known || address;
  return one({ type: 'connectPressed', server: { address, label } });
}

function mix({ visit }: BoxState, { channelId, fader, pan, muted, solo }: Some<'mix'>): Decision {
  if (!visit.people.some((person) => person.channelId === channelId)) return NOT_NOW;
  const change: Partial<ChannelMix> = {
    ...(fader === undefined ? {} : { gain: faderToGain(fader) }),
    ...(pan === undefined ? {} : { pan }),
    ...(muted === undefined ? {} : { muted }),
    ...(solo === undefined ? {} : { solo }),
  };
  return one({ type: 'setMix', channelId, change });
}

function servers(state: BoxState, command: Some<'listServers' | 'favourite'>): Decision {
  if (command.type === 'favourite') {
    if (isServerFixed(state)) return NOT_NOW;
    return one({ type: 'setFavourite', address: command.address, on: command.on });
  }
  const { open } = command;
  const isKnown = open === null || serverChoice(state).lists.some((list) => isSameGroup(list.open, open));
  return isKnown ? one({ type: 'listServers', open }) : NOT_NOW;
}

function update(state: BoxState, command: Some<'startUpdate' | 'updateCheck' | 'updateSeen'>): Decision {
  switch (command.type) {
    case 'startUpdate':
      return updateNow(state).kind === 'available' && state.link.kind === 'idle' ? one(command) : NOT_NOW;
    case 'updateCheck':
      return updateCheck(state) === null ? NOT_NOW : one({ type: 'setUpdateCheck', on: command.on });
    case 'updateSeen':
      return one(command);
  }
}

type HouseCommand = Some<
  | 'restart'
  | 'shutDown'
  | 'forgetPhones'
  | 'reset'
  | 'record'
  | 'firstStart'
  | 'stillPlaying'
  | 'newPairingCode'
  | 'wifi'
>;

/** The box itself, its owner and its phones. */
function house(state: BoxState, command: HouseCommand): Decision {
  const { setup, life, access, hosting, firstStart } = state;
  switch (command.type) {
    case 'restart':
      return setup.ownsMachine && life.kind === 'running'
        ? one({ type: 'quit', code: 0, afterEnd: 'restart' })
        : NOT_NOW;
    case 'shutDown':
      return life.kind === 'running' ? one({ type: 'quit', code: 0, afterEnd: 'shut-down' }) : NOTHING;
    case 'stillPlaying':
    case 'forgetPhones':
      return one(command);
    case 'newPairingCode':
      return access === null ? NOT_NOW : one(command);
    case 'reset':
      return one({ type: 'forget', what: command.what });
    case 'record':
      return hosting === null ? NOT_NOW : one(command);
    case 'firstStart':
      return firstStart === command.done ? one({ type: 'firstStartStep', done: command.done }) : NOTHING;
    case 'wifi':
      // Not there yet (views.ts, absentPages).
      return NOT_NOW;
  }
}

type SoundCommand = Some<
  'resetClip' | 'profile' | 'sound' | 'startMuted' | 'idleMinutes' | 'soundCard' | 'quality' | 'jitter'
>;

/** What is sent and heard, and as whom. */
function sound({ profile, cards }: BoxState, command: SoundCommand): Decision {
  switch (command.type) {
    case 'resetClip':
      return one({ type: 'clipPressed' });
    case 'profile': {
      const { type: _, country, ...change } = command;
      const countryCode = country === undefined ? profile.countryCode : countryCodeOfIso(country);
      return one({ type: 'setProfile', profile: { ...profile, ...change, countryCode } });
    }
    case 'sound': {
      const { type: _, ...change } = command;
      return one({ type: 'setSound', change });
    }
    case 'startMuted':
      return one({ type: 'setHabits', change: { startMuted: command.on } });
    case 'idleMinutes':
      return one({ type: 'setHabits', change: { idleMinutes: command.minutes } });
    case 'soundCard': {
      const { key } = command;
      if (cards === null) return NOT_NOW;
      if (cards.chosen === key) return NOTHING;
      return key === null || cards.cards.some((card) => card.key === key) ? one({ type: 'chooseCard', key }) : NOT_NOW;
    }
    case 'quality':
      return one({ type: 'setTransport', change: { quality: command.quality } });
    case 'jitter':
      return one({ type: 'setJitter', jitter: command.jitter });
  }
}
