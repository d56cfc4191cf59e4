/** What the page asks for, as the same events that buttons make; or why not. Pure. */
import { cleanText } from '../box/plain-text.ts';
import { MAX_SERVER_LABEL_UNITS } from '../box/servers/rows.ts';
import type { BoxState } from '../box/state.ts';
import { countryCodeOfIso } from '../jamulus/countries.ts';
import { faderToGain } from '../jamulus/gain.ts';
import type { ChannelMix } from '../jamulus/session-types.ts';
import type { PanelExtras } from '../panel/extras.ts';
import { profileSeen } from '../panel/joining.ts';
import type { PanelEvent } from '../panel/screen.ts';
import type { PhoneRole } from './access/door.ts';
import type { ActionError, PageAction } from './api/page-action.ts';

export interface Situation {
  readonly box: BoxState;
  readonly extras: PanelExtras;
  readonly role: PhoneRole;
  readonly canRestart: boolean;
}

export type Performed = { readonly events: readonly PanelEvent[] } | { readonly error: ActionError };

const NOT_NOW: Performed = { error: 'not-now' };
const NOTHING: Performed = { events: [] };

/** What everybody may do whom a locked box knows: as on its panel (panel/navigation.ts). */
const NEVER_LOCKED: readonly PageAction['type'][] = [
  'leave',
  'mute',
  'notice',
  'licence',
  'chat',
  'resetClip',
  'mix',
  'stillPlaying',
  'updateSeen',
  'shutDown',
];
const UNLOCKED_SOUND: readonly string[] = ['monitorOn', 'monitorLevel', 'monitorPan', 'masterLevel'];

export function perform(action: PageAction, situation: Situation): Performed {
  const { box, extras, role, canRestart } = situation;
  if (extras.menuLocked && role !== 'installer' && isLocked(action)) return { error: 'locked' };
  switch (action.type) {
    case 'connect':
      return connect(action, situation);
    case 'leave':
      return one({ type: 'leavePressed' });
    case 'mute':
      return (box.sound.mute !== 'off') === action.on ? NOTHING : one({ type: 'mutePressed' });
    case 'notice':
      return box.visit.recorder.notice === null ? NOT_NOW : one({ type: 'noticeAnswered', ok: action.ok });
    case 'licence':
      return box.visit.licence === 'required' ? one({ type: 'licenceAnswered', ok: action.ok }) : NOT_NOW;
    case 'chat':
      return box.link.kind === 'connected' ? one({ type: 'chatSent', text: action.text }) : NOT_NOW;
    case 'resetClip':
      return one({ type: 'clipPressed' });
    case 'profile': {
      const { type: _, country, ...change } = action;
      const countryCode = country === undefined ? box.profile.countryCode : countryCodeOfIso(country);
      return one({ type: 'setProfile', profile: { ...box.profile, ...change, countryCode } });
    }
    case 'sound': {
      const { type: _, ...change } = action;
      return one({ type: 'setSound', change });
    }
    case 'startMuted':
      return one({ type: 'setHabits', change: { startMuted: action.on } });
    case 'soundCard':
      return soundCard(action.key, extras);
    case 'quality':
      return one({ type: 'setTransport', change: { quality: action.quality } });
    case 'jitter':
      return one({ type: 'setJitter', jitter: action.jitter });
    case 'mix':
      return mix(action, box);
    case 'listServers': {
      const { open } = action;
      const isKnown = open === null || extras.serverLists.some((list) => isSameGroup(list.open, open));
      return isKnown ? one({ type: 'listServers', open }) : NOT_NOW;
    }
    case 'favourite': {
      if (extras.absent.includes('favourite')) return NOT_NOW;
      const isNow = extras.servers.some(({ address, favourite }) => favourite && address === action.address);
      return isNow === action.on ? NOTHING : one({ type: 'toggleFavourite', address: action.address });
    }
    case 'stillPlaying':
      return one({ type: 'stillPlaying' });
    case 'idleMinutes':
      return one({ type: 'setHabits', change: { idleMinutes: action.minutes } });
    case 'firstStart':
      return extras.firstStart === action.done ? one({ type: 'firstStartStep', done: action.done }) : NOTHING;
    case 'startUpdate':
      return extras.update.kind === 'available' && box.link.kind === 'idle' ? one({ type: 'startUpdate' }) : NOT_NOW;
    case 'updateCheck':
      return extras.updateCheck === null ? NOT_NOW : one({ type: 'setUpdateCheck', on: action.on });
    case 'updateSeen':
      return one({ type: 'updateSeen' });
    case 'restart':
      return canRestart ? one({ type: 'restart' }) : NOT_NOW;
    case 'shutDown':
      return one({ type: 'shutDown' });
    case 'record':
      return extras.room === null ? NOT_NOW : one({ type: 'record', what: action.what });
    case 'forgetPhones':
      return one({ type: 'reset', what: 'phones' });
    case 'reset':
      return one({ type: 'reset', what: action.what });
  }
}

function one(event: PanelEvent): Performed {
  return { events: [event] };
}

function isLocked(action: PageAction): boolean {
  if (action.type === 'connect') return action.address !== undefined;
  if (action.type === 'sound')
    return Object.keys(action).some((key) => key !== 'type' && !UNLOCKED_SOUND.includes(key));
  return !NEVER_LOCKED.includes(action.type);
}

/** CONNECT on the panel also stops: here that is `leave`, so that asking twice is asking once. */
function connect(action: Extract<PageAction, { type: 'connect' }>, { box, extras }: Situation): Performed {
  const { link } = box;
  if (extras.power !== 'on' || extras.update.kind === 'installing' || extras.update.kind === 'restarting')
    return NOT_NOW;
  const address = action.address ?? box.server?.address;
  if (address === undefined) return NOT_NOW;
  const isThere = link.kind !== 'idle' && link.kind !== 'leaving' && address === box.server?.address;
  if (isThere) return NOTHING;
  const row = extras.servers.find((server) => server.address === address);
  const mustSee = !profileSeen(box) || row?.records === true || row?.keepsLog === true;
  if (mustSee && action.shown !== true) return { error: 'show-who-sees-what' };
  const known = action.address === undefined ? box.server?.label : row?.name;
  const label = cleanText(action.label ?? '', MAX_SERVER_LABEL_UNITS) || known || address;
  return one({ type: 'connectPressed', server: { address, label } });
}

function soundCard(key: string | null, { soundCards }: PanelExtras): Performed {
  if (soundCards === null) return NOT_NOW;
  if (soundCards.chosen === key) return NOTHING;
  const isThere = key === null || soundCards.cards.some((card) => card.key === key);
  return isThere ? one({ type: 'chooseCard', key }) : NOT_NOW;
}

function mix(action: Extract<PageAction, { type: 'mix' }>, { visit }: BoxState): Performed {
  const { channelId, fader, pan, muted, solo } = action;
  if (!visit.people.some((person) => person.channelId === channelId)) return NOT_NOW;
  const change: Partial<ChannelMix> = {
    ...(fader === undefined ? {} : { gain: faderToGain(fader) }),
    ...(pan === undefined ? {} : { pan }),
    ...(muted === undefined ? {} : { muted }),
    ...(solo === undefined ? {} : { solo }),
  };
  return one({ type: 'setMix', channelId, change });
}

interface Group {
  readonly group: string;
  readonly genre?: string;
  readonly directory?: string;
}

function isSameGroup(a: Group, b: Group): boolean {
  return a.group === b.group && a.genre === b.genre && a.directory === b.directory;
}
