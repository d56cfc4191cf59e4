/**
 * The sound settings, one entry each: kind, range, default, key in box.toml, and what panel and page call it in English.
 * Types, checks, schemas and the words of these faces follow from here.
 */

/** Two of a card's channels for left and right, from 1 on; the same one twice = mono. */
export type ChannelPair = readonly [number, number];

/** What is sent, and what comes back. */
export const CHANNEL_MODES = ['mono', 'mono-in-stereo-out', 'stereo'] as const;

/** Of a sound card; what comes after them can't be chosen. */
export const MAX_CARD_CHANNELS = 32;

/** Position of a fader. */
const FADER = { kind: 'fader', min: 0, max: 100 } as const;
/** 0 left, 0.5 middle, 1 right. */
const PAN = { kind: 'pan', min: 0, max: 1 } as const;

export type SoundSetting = (
  | { readonly kind: 'switch'; readonly default: boolean }
  | { readonly kind: 'whole' | 'decimal' | 'fader' | 'pan'; readonly min: number; readonly max: number }
  | { readonly kind: 'word'; readonly words: readonly string[]; readonly default: string }
  | { readonly kind: 'channels'; readonly default: ChannelPair }
) & {
  readonly default: unknown;
  /** Key in the section [sound] of box.toml, as in installer-schema.ts; without it the file has no say. */
  readonly toml?: string;
  /** In English, where panel and page call it the same. */
  readonly name?: string;
  readonly help?: string;
};

export const SOUND_SETTINGS = {
  /** Where the card does not have these channels, its first two. */
  inputChannels: { kind: 'channels', default: [1, 2], toml: 'inputChannels' },
  outputChannels: { kind: 'channels', default: [1, 2], toml: 'outputChannels' },
  inputGainDb: { kind: 'decimal', min: -60, max: 24, default: 0, toml: 'inputGainDb' },
  /** A factor. */
  boost: { kind: 'whole', min: 1, max: 10, default: 1, toml: 'boost', name: 'Boost', help: 'for quiet sources' },
  mode: { kind: 'word', words: CHANNEL_MODES, default: 'stereo', toml: 'channels', name: 'Channels' },
  inputPan: { ...PAN, default: 0.5 },
  /** Direct sound. */
  monitorOn: { kind: 'switch', default: false, toml: 'directSound', name: 'Direct sound' },
  monitorLevel: { ...FADER, default: 100 },
  monitorPan: { ...PAN, default: 0.5 },
  masterLevel: { ...FADER, default: 100, toml: 'headphones', name: 'Headphones' },
  /** feedback-guard.ts */
  feedbackGuard: {
    kind: 'switch',
    default: true,
    toml: 'feedbackGuard',
    name: 'Feedback guard',
    help: 'mutes when it howls',
  },
} as const satisfies Readonly<Record<string, SoundSetting>>;

type Table = typeof SOUND_SETTINGS;
export type SoundKey = keyof Table;

type ValueOf<S> = S extends { kind: 'switch' }
  ? boolean
  : S extends { kind: 'word'; words: readonly (infer W)[] }
    ? W
    : S extends { kind: 'channels' }
      ? ChannelPair
      : number;

export type SoundSettings = { readonly [K in SoundKey]: ValueOf<Table[K]> };

/** What the keys of box.toml say, as its section [sound] has them. */
export type TomlSound = {
  readonly [K in SoundKey as Table[K] extends { toml: infer T extends string } ? T : never]:
    | SoundSettings[K]
    | undefined;
};

export const SOUND_KEYS = Object.keys(SOUND_SETTINGS) as readonly SoundKey[];

/** A value for each setting; `of` gives the one that the type says. */
export function eachSound<T extends { readonly [K in SoundKey]: unknown }>(
  of: (setting: SoundSetting, key: SoundKey) => unknown,
): T {
  return Object.fromEntries(SOUND_KEYS.map((key) => [key, of(SOUND_SETTINGS[key], key)])) as T;
}

export const DEFAULT_SOUND = eachSound<SoundSettings>((setting) => setting.default);

type Named = { readonly [K in SoundKey as Table[K] extends { name: string } ? K : never]: WordsOf<Table[K]> };
type WordsOf<S> = { readonly [W in 'name' | 'help' as S extends { readonly [w in W]: string } ? W : never]: string };

/** English words of the settings that have them here. */
export const SOUND_WORDS = Object.fromEntries(
  SOUND_KEYS.flatMap((key) => {
    const { name, help }: SoundSetting = SOUND_SETTINGS[key];
    return name === undefined ? [] : [[key, help === undefined ? { name } : { name, help }]];
  }),
) as Named;

/** Values within their ranges; what is no such value stays as it was. */
export function saneSound(wanted: SoundSettings, before: SoundSettings): SoundSettings {
  return eachSound((setting, key) => sane(setting, wanted[key]) ?? before[key]);
}

function sane(setting: SoundSetting, wanted: SoundSettings[SoundKey]): unknown {
  switch (setting.kind) {
    case 'switch':
      return typeof wanted === 'boolean' ? wanted : undefined;
    case 'word':
      return setting.words.find((word) => word === wanted);
    case 'channels':
      return typeof wanted === 'object' && wanted.every(isCardChannel) ? wanted : undefined;
    default: {
      if (typeof wanted !== 'number' || !Number.isFinite(wanted)) return undefined;
      const limited = Math.min(setting.max, Math.max(setting.min, wanted));
      return setting.kind === 'whole' ? Math.round(limited) : limited;
    }
  }
}

function isCardChannel(channel: number): boolean {
  return Number.isInteger(channel) && channel >= 1 && channel <= MAX_CARD_CHANNELS;
}
