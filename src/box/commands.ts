/**
 * What anybody may ask of the box: panel, page, RPC and terminal send the same commands. Asked twice is asked once. Page and
 * RPC send them as JSON, which `commandSchema` checks. policy.ts says whether the box does it.
 */
import * as v from 'valibot';
import { countryCodeOfIso } from '../jamulus/countries.ts';
import { INSTRUMENTS } from '../jamulus/instruments.ts';
import { MAX_CHANNELS } from '../jamulus/limits.ts';
import { MAX_SERVER_ADDRESS_UNITS, parseServerAddress } from '../jamulus/server-address.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS, MAX_SENT_CHAT_UNITS } from '../jamulus/text.ts';
import { IDLE_MINUTES, MAX_CARD_KEY_UNITS } from './choices.ts';
import { changedSound, jitterSchema, openGroupSchema, qualitySchema, skillSchema } from './schemas.ts';
import { MAX_SERVER_LABEL_UNITS } from './servers/rows.ts';

const on = v.boolean();
const ok = v.boolean();
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const fader = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const address = v.pipe(
  v.string(),
  v.maxLength(MAX_SERVER_ADDRESS_UNITS),
  v.check((typed) => parseServerAddress(typed).ok, 'HOST, HOST:PORT or [IPv6]:PORT'),
);

function command<T extends string, E extends v.ObjectEntries>(type: T, entries: E) {
  return v.strictObject({ type: v.literal(type), ...entries });
}

export const commandSchema = v.variant('type', [
  /**
   * Without an address: to the last server. `shown`: whoever pressed has just seen the profile and who sees it (privacy
   * C1); needed unless `privacy.shown`, and for a server that records or keeps a log.
   */
  command('connect', {
    address: v.exactOptional(address),
    label: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_SERVER_LABEL_UNITS))),
    shown: v.exactOptional(v.boolean()),
  }),
  /** Leaves, or stops trying. */
  command('leave', {}),
  command('mute', { on }),
  /** OK or LEAVE on the recording notice. */
  command('notice', { ok }),
  command('licence', { ok }),
  command('chat', { text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_SENT_CHAT_UNITS)) }),
  command('resetClip', {}),
  command('profile', {
    name: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_NAME_UNITS))),
    city: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_CITY_UNITS))),
    country: v.exactOptional(
      v.pipe(
        v.string(),
        v.regex(/^([A-Z]{2})?$/),
        v.check((iso) => iso === '' || countryCodeOfIso(iso) > 0, 'no such country'),
      ),
    ),
    instrument: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(INSTRUMENTS.length - 1))),
    skill: v.exactOptional(skillSchema),
  }),
  command('sound', changedSound),
  /** At the next start of the box, and every later one. Mutes or unmutes nothing now. */
  command('startMuted', { on }),
  /** `key` of the list in the state; null = the box chooses. Applied at once, and remembered. */
  command('soundCard', { key: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_CARD_KEY_UNITS))) }),
  command('quality', { quality: qualitySchema }),
  command('jitter', { jitter: jitterSchema }),
  command('mix', {
    channelId: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_CHANNELS - 1)),
    fader: v.exactOptional(fader),
    pan: v.exactOptional(fraction),
    muted: v.exactOptional(v.boolean()),
    solo: v.exactOptional(v.boolean()),
  }),
  /** Somebody looks at a list of servers: repeat it each 30 s while they do; null = no more. */
  command('listServers', { open: v.nullable(openGroupSchema) }),
  command('favourite', { address, on }),
  command('stillPlaying', {}),
  /** Time without a press after which the box asks "Still playing?"; 0 = never. From now on. */
  command('idleMinutes', { minutes: v.picklist(IDLE_MINUTES) }),
  /** First start: the musician has played something, or has seen CONNECT. */
  command('firstStart', { done: v.picklist(['play', 'connect']) }),
  command('startUpdate', {}),
  command('updateCheck', { on }),
  command('updateSeen', {}),
  command('restart', {}),
  command('shutDown', {}),
  /** The recorder of the own room; 'new' = into a new folder from here on. */
  command('record', { what: v.picklist(['start', 'stop', 'new']) }),
  command('forgetPhones', {}),
  command('reset', { what: v.picklist(['people-and-servers', 'everything']) }),
]);

/** A command that comes from outside, as JSON. */
export type RemoteCommand = v.InferOutput<typeof commandSchema>;

export type Command =
  | RemoteCommand
  /** The rest is asked at the box itself. */
  | { readonly type: 'newPairingCode' }
  | { readonly type: 'wifi'; readonly wifi: 'off' | 'on' | 'set-up' };
