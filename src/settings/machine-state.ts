/**
 * What the box remembers from one start to the next, and how it forgets (privacy C10: of other people nothing but
 * favourites, recent servers and the levels that the player has set).
 *
 * Version 1 may get further keys, with v.optional: an older program leaves out what it doesn't know, so that the way back
 * after an update keeps the rest. Only a change of meaning makes a version 2, which an older program does not read at all.
 */

import * as v from 'valibot';
import { MAX_CARD_KEY_UNITS, NO_CHOICES } from '../box/choices.ts';
import { cleanText } from '../box/plain-text.ts';
import { jitterSchema, keptSound } from '../box/schemas.ts';
import { MAX_FAVOURITES, MAX_RECENT } from '../box/servers/favourites.ts';
import { MAX_REMEMBERED_MIXES } from '../box/state.ts';
import { SKILL_LEVELS } from '../jamulus/enumerations.ts';
import { INSTRUMENTS } from '../jamulus/instruments.ts';
import { MAX_SERVER_ADDRESS_UNITS, parseServerAddress } from '../jamulus/server-address.ts';
import { AUDIO_QUALITIES } from '../jamulus/session-types.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../jamulus/text.ts';
import { DEFAULTS } from './defaults.ts';
import { MAX_IDLE_MINUTES } from './installer-schema.ts';

export const MAX_PHONES = 20;
/** Where there is no name the label is the address. */
const MAX_LABEL_UNITS = MAX_SERVER_ADDRESS_UNITS;

function numberIn(min: number, max: number) {
  return v.pipe(v.number(), v.minValue(min), v.maxValue(max));
}

function wholeIn(min: number, max: number) {
  return v.pipe(numberIn(min, max), v.integer());
}

function line(maxUnits: number) {
  return v.pipe(
    v.string(),
    v.maxLength(maxUnits),
    v.transform((text) => cleanText(text, maxUnits)),
  );
}

const address = v.pipe(
  v.string(),
  v.maxLength(MAX_SERVER_ADDRESS_UNITS),
  v.check((text) => parseServerAddress(text).ok),
);

const profile = v.object({
  name: line(MAX_NAME_UNITS),
  city: line(MAX_CITY_UNITS),
  countryCode: wholeIn(0, 65535),
  instrument: wholeIn(0, INSTRUMENTS.length - 1),
  skill: v.picklist(SKILL_LEVELS),
});

const label = line(MAX_LABEL_UNITS);

/** As Favourite of the box: a listed server is known by its name in its directory, for addresses change. */
const favourite = v.variant('kind', [
  v.object({ kind: v.literal('listed'), directory: address, name: label, lastAddress: address }),
  v.object({ kind: v.literal('address'), address, label }),
]);

const server = v.object({ address, label });

const mix = v.object({ gain: numberIn(0, 1), pan: numberIn(0, 1), muted: v.boolean(), solo: v.boolean() });

const mixes = v.object({
  own: v.nullable(mix),
  others: v.pipe(v.array(v.object({ name: line(MAX_NAME_UNITS), mix })), v.maxLength(MAX_REMEMBERED_MIXES)),
});

export const machineStateSchema = v.object({
  version: v.literal(1),
  profile,
  sound: v.object(keptSound),
  jitter: jitterSchema,
  quality: v.picklist(AUDIO_QUALITIES),
  favourites: v.pipe(v.array(favourite), v.maxLength(MAX_FAVOURITES)),
  /** Most recent first. */
  recent: v.pipe(v.array(server), v.maxLength(MAX_RECENT)),
  lastServer: v.nullable(server),
  /** As RememberedMixes of the box: most recently set first, one a name. */
  mixes,
  flags: v.object({
    /** The player has seen who sees what (privacy C1). */
    privacyShown: v.boolean(),
    firstStartDone: v.boolean(),
  }),
  /** As Choices. */
  choices: v.optional(
    v.object({
      startMuted: v.nullable(v.boolean()),
      idleMinutes: v.nullable(wholeIn(0, MAX_IDLE_MINUTES)),
      soundCard: v.optional(v.nullable(line(MAX_CARD_KEY_UNITS)), null),
      locked: v.boolean(),
    }),
    NO_CHOICES,
  ),
  /** Phones that the page knows by a cookie (web/access/phone-access.ts): of each only the SHA-256. Oldest first. */
  phones: v.optional(
    v.pipe(
      v.array(
        v.object({ hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)), role: v.picklist(['player', 'installer']) }),
      ),
      v.maxLength(MAX_PHONES),
    ),
    [],
  ),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

export type MachineState = DeepReadonly<v.InferOutput<typeof machineStateSchema>>;

/** @param name neutral (privacy C1), such as "Box-7F3A" */
export function freshState(name: string): MachineState {
  return {
    version: 1,
    profile: { name, ...DEFAULTS.profile },
    sound: DEFAULTS.sound,
    jitter: DEFAULTS.jitter,
    quality: DEFAULTS.quality,
    favourites: [],
    recent: [],
    lastServer: null,
    mixes: DEFAULTS.mixes,
    flags: { privacyShown: false, firstStartDone: false },
    choices: NO_CHOICES,
    phones: [],
  };
}

/** "Forget people and servers". Own profile, sound and the own fader stay. "Everything" is freshState. */
export function forgetPeopleAndServers(state: MachineState): MachineState {
  return { ...state, favourites: [], recent: [], lastServer: null, mixes: { ...state.mixes, others: [] } };
}
