/**
 * What the page may ask for: POST /api/actions with one `PageAction` as JSON. Answer 200 `{"ok":true}`, or 4xx with
 * `{"error": ActionError}`.
 */
import * as v from 'valibot';
import { MAX_SERVER_LABEL_UNITS } from '../../box/servers/rows.ts';
import { countryCodeOfIso } from '../../jamulus/countries.ts';
import { INSTRUMENTS } from '../../jamulus/instruments.ts';
import { MAX_CHANNELS } from '../../jamulus/limits.ts';
import { MAX_SERVER_ADDRESS_UNITS, parseServerAddress } from '../../jamulus/server-address.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS, MAX_SENT_CHAT_UNITS } from '../../jamulus/text.ts';
import { IDLE_MINUTES, MAX_CARD_KEY_UNITS } from '../../settings/choices.ts';
import { PIN } from '../../settings/installer-schema.ts';
import { changedSound, jitterSchema } from '../../settings/sound-schema.ts';
import { openGroupSchema, qualitySchema, skillSchema } from './page-state.ts';

const on = v.boolean();
const ok = v.boolean();
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const fader = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const address = v.pipe(
  v.string(),
  v.maxLength(MAX_SERVER_ADDRESS_UNITS),
  v.check((typed) => parseServerAddress(typed).ok, 'HOST, HOST:PORT or [IPv6]:PORT'),
);

function action<T extends string, E extends v.ObjectEntries>(type: T, entries: E) {
  return v.strictObject({ type: v.literal(type), ...entries });
}

export const pageActionSchema = v.variant('type', [
  /**
   * Without an address: to the last server. `shown`: whoever pressed has just seen the profile and who sees it (privacy
   * C1); needed unless `privacy.shown`, and for a server that records or keeps a log.
   */
  action('connect', {
    address: v.exactOptional(address),
    label: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_SERVER_LABEL_UNITS))),
    shown: v.exactOptional(v.boolean()),
  }),
  /** Leaves, or stops trying. */
  action('leave', {}),
  action('mute', { on }),
  /** OK or LEAVE on the recording notice. */
  action('notice', { ok }),
  action('licence', { ok }),
  action('chat', { text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_SENT_CHAT_UNITS)) }),
  action('resetClip', {}),
  action('profile', {
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
  action('sound', changedSound),
  /** At the next start of the box, and every later one. Mutes or unmutes nothing now. */
  action('startMuted', { on }),
  /** `key` of the list in the state; null = the box chooses. Applied at once, and remembered. */
  action('soundCard', { key: v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_CARD_KEY_UNITS))) }),
  action('quality', { quality: qualitySchema }),
  action('jitter', { jitter: jitterSchema }),
  action('mix', {
    channelId: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_CHANNELS - 1)),
    fader: v.exactOptional(fader),
    pan: v.exactOptional(fraction),
    muted: v.exactOptional(v.boolean()),
    solo: v.exactOptional(v.boolean()),
  }),
  /** Somebody looks at a list of servers: repeat it each 30 s while they do; null = no more. */
  action('listServers', { open: v.nullable(openGroupSchema) }),
  action('favourite', { address, on }),
  action('stillPlaying', {}),
  /** "Still playing?" after so long without a press; 0 = never. From now on. */
  action('idleMinutes', { minutes: v.picklist(IDLE_MINUTES) }),
  /** First start: the musician has played something, or has seen CONNECT. */
  action('firstStart', { done: v.picklist(['play', 'connect']) }),
  action('startUpdate', {}),
  action('updateCheck', { on }),
  action('updateSeen', {}),
  action('restart', {}),
  action('shutDown', {}),
  /** The recorder of the own room; 'new' = into a new folder from here on. */
  action('record', { what: v.picklist(['start', 'stop', 'new']) }),
  action('forgetPhones', {}),
  action('reset', { what: v.picklist(['people-and-servers', 'everything']) }),
]);

export type PageAction = v.InferOutput<typeof pageActionSchema>;

export const ACTION_ERRORS = [
  /** Body is no such action. */
  'invalid',
  /** 401: not paired. */
  'not-paired',
  /** 403: the menu is locked, the PIN is needed. */
  'locked',
  /** 409: show who sees what first, then ask again with `shown`. */
  'show-who-sees-what',
  /** 409: nothing happens now: an update is running, no such musician, list or sound card, not on this machine. */
  'not-now',
  /** 429 */
  'too-many',
] as const;
export type ActionError = (typeof ACTION_ERRORS)[number];

/** POST /api/pair: the code on the OLED, or the installer's PIN. */
export const pairRequestSchema = v.union([
  v.strictObject({ code: v.pipe(v.string(), v.regex(/^\d{6}$/)) }),
  v.strictObject({ pin: v.pipe(v.string(), v.regex(PIN)) }),
]);

export type PairRequest = v.InferOutput<typeof pairRequestSchema>;

/** 200, 401, 409 (no code is shown now), 429 (wait so long). */
export type PairAnswer =
  | { readonly role: 'player' | 'installer' }
  | { readonly error: 'wrong' | 'no-code' | 'invalid' }
  | { readonly error: 'pause'; readonly waitMs: number };
