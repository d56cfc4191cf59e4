/**
 * What an installer can set in box.toml: every key with its range and what counts when it is not there. A key written
 * `autoConnect` here is `auto-connect` in the file. The example file explains them.
 */

import * as v from 'valibot';
import { CARD_PERIODS, PERIODS } from '../box/periods.ts';
import { cleanText } from '../box/plain-text.ts';
import {
  type ChannelPair,
  MAX_CARD_CHANNELS,
  SOUND_KEYS,
  SOUND_SETTINGS,
  type SoundSetting,
  type SoundSettings,
  type TomlSound,
} from '../box/sound-settings.ts';
import { JITTER_WORDS } from '../box/state.ts';
import { countryCodeOfIso } from '../jamulus/countries.ts';
import { SKILLS } from '../jamulus/enumerations.ts';
import { INSTRUMENTS } from '../jamulus/instruments.ts';
import { parseIpv4 } from '../jamulus/ipv4.ts';
import { MAX_CHANNELS } from '../jamulus/limits.ts';
import { DEFAULT_PORT, MAX_SERVER_ADDRESS_UNITS, parseServerAddress } from '../jamulus/server-address.ts';
import { AUDIO_QUALITIES } from '../jamulus/session-types.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS, MAX_SENT_CHAT_UNITS, MAX_SERVER_NAME_UNITS } from '../jamulus/text.ts';
import { DEFAULTS } from './defaults.ts';

export interface Key<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  /** Completes "KEY must be ...". */
  readonly allowed: string;
  readonly otherwise: T;
}

/** Longest time of `idleMinutes`. */
export const MAX_IDLE_MINUTES = 24 * 60;
const MAX_LABEL_UNITS = 20;
const MAX_DIRECTORIES = 12;
const MAX_WHITE_LIST = 500;

/** A key that nobody but the installer sets, or only proposes where it says so. */
function key<T>([schema, allowed]: Values<T>, otherwise: T): Key<T> {
  return { schema, allowed, otherwise };
}

/** A key that people can set on the box, too: without it their choice counts, with it the file at every start. */
function start<T>([schema, allowed]: Values<T>): Key<T | undefined> {
  return { schema, allowed, otherwise: undefined };
}

type Values<T> = readonly [v.GenericSchema<unknown, T>, string];

function values<T>(schema: v.GenericSchema<unknown, T>, allowed: string): Values<T> {
  return [schema, allowed];
}

function oneOf<const T extends string | number>(...options: readonly T[]): Values<T> {
  const shown = options.map((option) => JSON.stringify(option));
  return values(v.picklist(options), `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`);
}

function whole(min: number, max: number): Values<number> {
  const schema = v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
  return values(schema, `a whole number from ${min} to ${max}`);
}

function decimal(min: number, max: number): Values<number> {
  return values(v.pipe(v.number(), v.minValue(min), v.maxValue(max)), `a number from ${min} to ${max}`);
}

function text(maxUnits: number): Values<string> {
  const schema = v.pipe(
    v.string(),
    v.maxLength(maxUnits),
    v.transform((typed) => cleanText(typed, maxUnits)),
  );
  return values(schema, `a text of at most ${maxUnits} characters`);
}

/** As typed, line breaks too. */
function longText(maxUnits: number): Values<string> {
  return values(v.pipe(v.string(), v.maxLength(maxUnits)), `a text of at most ${maxUnits} characters`);
}

const yesNo = values(v.boolean(), 'true or false');

const addressSchema = v.pipe(
  v.string(),
  v.maxLength(MAX_SERVER_ADDRESS_UNITS),
  v.check((typed) => parseServerAddress(typed).ok),
);
const address = values(addressSchema, 'an address like "jam.example.org" or "192.0.2.7:22124"');
const addresses = values(
  v.pipe(v.array(addressSchema), v.maxLength(MAX_DIRECTORIES)),
  `a list of at most ${MAX_DIRECTORIES} addresses like ["jam.example.org:22124"]`,
);

const country = values(
  v.pipe(
    v.string(),
    v.transform((typed) => typed.toUpperCase()),
    v.regex(/^[A-Z]{2}$/),
    v.transform(countryCodeOfIso),
    v.minValue(1),
  ),
  'two letters like "DE" or "NZ"',
);

const instrument = values(
  v.pipe(
    v.string(),
    v.transform((typed) => INSTRUMENTS.findIndex((name) => name.toLowerCase() === typed.trim().toLowerCase())),
    v.minValue(0),
  ),
  'the name of an instrument like "Bass Guitar"',
);

const [skillWord, skillsAllowed] = oneOf('none', ...SKILLS);
const skill = values(
  v.pipe(
    skillWord,
    v.transform((word) => (word === 'none' ? 'not-set' : word)),
  ),
  skillsAllowed,
);

/** Where the latest version is named: src/update/latest.ts. */
const httpsAddress = values(
  v.pipe(
    v.string(),
    v.maxLength(300),
    v.check((typed) => URL.canParse(typed) && new URL(typed).protocol === 'https:'),
  ),
  'an address like "https://updates.example.org/latest.json"',
);

/** The name of an ALSA device; null = "none". */
const soundCard = values(
  v.pipe(
    v.string(),
    v.regex(/^[\w:,=.\-[\]]{1,80}$/),
    v.transform((name) => (name === 'none' ? null : name)),
  ),
  'the name of a sound card like "default" or "hw:CARD=jambox", or "none"',
);

const cardChannel = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_CARD_CHANNELS));
/** One channel alone is left and right. */
const channelPair = values<ChannelPair>(
  v.union([
    v.strictTuple([cardChannel, cardChannel]),
    v.pipe(
      v.strictTuple([cardChannel]),
      v.transform(([channel]): [number, number] => [channel, channel]),
    ),
  ]),
  `one or two numbers from 1 to ${MAX_CARD_CHANNELS} like [1, 2]`,
);

type SoundKeys = { readonly [K in keyof TomlSound]: Key<TomlSound[K]> };

/** The sound settings that the file can set: box/sound-settings.ts. */
function soundKeys(): SoundKeys {
  const settings: readonly SoundSetting[] = SOUND_KEYS.map((key) => SOUND_SETTINGS[key]);
  const entries = settings.flatMap((setting) =>
    setting.toml === undefined ? [] : [[setting.toml, soundKey(setting)]],
  );
  return Object.fromEntries(entries);
}

function soundKey(setting: SoundSetting): Key<unknown> {
  switch (setting.kind) {
    case 'switch':
      return start(yesNo);
    case 'word':
      return start(oneOf(...setting.words));
    case 'channels':
      return start(channelPair);
    case 'whole':
      return start(whole(setting.min, setting.max));
    default:
      return start(decimal(setting.min, setting.max));
  }
}

type SaidSound = { readonly [K in keyof SoundSettings]?: SoundSettings[K] | undefined };

/** What the file says about the sound settings, under their own names. */
export function soundOf({ sound }: InstallerSettings): SaidSound {
  const said: Readonly<Record<string, unknown>> = sound;
  const settings: readonly (readonly [string, SoundSetting])[] = SOUND_KEYS.map((key) => [key, SOUND_SETTINGS[key]]);
  return Object.fromEntries(settings.flatMap(([key, { toml }]) => (toml === undefined ? [] : [[key, said[toml]]])));
}

/** null = "none". */
const folder = values<string | null>(
  v.pipe(
    v.string(),
    v.maxLength(300),
    v.regex(/^(none|\/.*)$/),
    v.transform((path) => (path === 'none' ? null : path)),
  ),
  'a folder like "/data/recordings", or "none"',
);

const ipv4 = v.pipe(
  v.string(),
  v.check((typed) => parseIpv4(typed) !== undefined),
);
const ipv4List = values(v.pipe(v.array(ipv4), v.maxLength(MAX_WHITE_LIST)), 'a list of addresses like ["192.0.2.7"]');
const routeHost = values<string | null>(
  v.union([
    ipv4,
    v.pipe(
      v.literal('none'),
      v.transform(() => null),
    ),
  ]),
  'an address like "1.1.1.1", or "none"',
);

const versionText = values(v.pipe(v.string(), v.regex(/^\d{1,4}(\.\d{1,4}){0,2}$/)), 'a version like "3.8.0"');

/** Quoted, since a number would lose its zeros. */
export const PIN = /^\d{6,12}$/;
const pin = values<string | null>(v.pipe(v.string(), v.regex(PIN)), '6 to 12 digits in quotes like "402913"');

export const INSTALLER_KEYS = {
  server: {
    address: start(address),
    /** What screens call it. */
    name: start(text(MAX_LABEL_UNITS)),
    /** No other server can be chosen. */
    fixed: key(yesNo, false),
    autoConnect: key(yesNo, DEFAULTS.autoConnect),
  },
  directories: {
    /** The public ones of sessions.md §10.1. */
    public: key(yesNo, true),
    custom: key<readonly string[]>(addresses, []),
  },
  profile: {
    name: start(text(MAX_NAME_UNITS)),
    city: start(text(MAX_CITY_UNITS)),
    /** Country number. */
    country: start(country),
    /** Instrument number. */
    instrument: start(instrument),
    skill: start(skill),
  },
  menu: {
    /** Leaves CONNECT, MUTE and the volumes. */
    locked: key(yesNo, false),
    /** Time without a press after which the box asks "Still playing?"; 0 = never. What people choose on the page wins (choices.ts). */
    idleMinutes: key(whole(0, MAX_IDLE_MINUTES), DEFAULTS.idleMinutes),
  },
  unattended: {
    acceptRecording: key(yesNo, DEFAULTS.consent.acceptRecording),
    acceptLicence: key(yesNo, DEFAULTS.consent.acceptLicence),
  },
  sound: {
    input: key<string | null>(soundCard, DEFAULTS.input),
    output: key<string | null>(soundCard, DEFAULTS.output),
    periodFrames: key(oneOf(...PERIODS), DEFAULTS.periodFrames),
    /** Without it as many as the card needs. */
    periods: start(whole(CARD_PERIODS.min, CARD_PERIODS.max)),
    ...soundKeys(),
    /** What people choose on the page wins (choices.ts). */
    startMuted: key(yesNo, DEFAULTS.startMuted),
  },
  network: {
    jitter: start(oneOf(...JITTER_WORDS)),
    quality: start(oneOf(...AUDIO_QUALITIES)),
    /** 'off': not even offered in the menu. */
    wifi: key(oneOf('off', 'ask'), 'ask'),
    /** The host whose route shows the own address (privacy C8); null = "none". */
    routeHost: key<string | null>(routeHost, '1.1.1.1'),
  },
  update: {
    /** Without it there is nothing to ask, and the menu has no switch for it. */
    url: start(httpsAddress),
    check: start(yesNo),
  },
  room: {
    /** This box is a room that others can join. */
    enabled: key(yesNo, false),
    /** What others find it by; without it the name of the machine. */
    name: start(text(MAX_SERVER_NAME_UNITS)),
    city: key(text(MAX_CITY_UNITS), ''),
    country: start(country),
    port: key(whole(1, 65535), DEFAULT_PORT),
    maxPlayers: key(whole(1, MAX_CHANNELS), 10),
    /** Simple HTML. */
    welcome: key(longText(MAX_SENT_CHAT_UNITS), ''),
    licence: key(yesNo, false),
    /** Ticks of 64 samples. */
    fastUpdate: key(yesNo, false),
    delayPanning: key(yesNo, false),
    /** null = "none"; without it, a folder among the state files. */
    recordings: start(folder),
    /** Where the room is listed, if `listingConsent` is given. */
    directory: start(address),
    listingConsent: key(yesNo, false),
    beDirectory: key(yesNo, false),
    directoryMinVersion: key(versionText, ''),
    directoryWhiteList: key<readonly string[]>(ipv4List, []),
  },
  hardware: {
    /** Which sound card sits on the board. Read by the image's apply-hat, not by the program. */
    hat: key(
      values(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)), 'the name of a sound card as in hardware/README.md'),
      'auto',
    ),
  },
  page: {
    /** Of locked boxes: lets phones in without a code, and to what is locked. */
    pin: key<string | null>(pin, null),
    /** Whoever is in the network may look, without names, chat or addresses, and change nothing. */
    openStatus: key(yesNo, false),
    metrics: key(yesNo, false),
  },
  panel: {
    controls: key(oneOf('encoder', 'five-buttons'), 'encoder'),
    oled: key(oneOf('ssd1306', 'sh1106', 'none'), 'ssd1306'),
    /** N of /dev/i2c-N. */
    oledBus: key(whole(0, 31), 1),
    oledAddress: key(whole(0x08, 0x77), 0x3c),
    oledRotated: key(yesNo, false),
    /** Percent. */
    brightness: key(whole(1, 100), 100),
  },
} as const;

type Keys = typeof INSTALLER_KEYS;

export type InstallerSettings = {
  readonly [S in keyof Keys]: {
    readonly [K in keyof Keys[S]]: Keys[S][K] extends Key<infer T> ? T : never;
  };
};
