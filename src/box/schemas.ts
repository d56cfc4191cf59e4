/** Checks of the values that people may choose, as JSON has them: in the machine state, from the phone page and from RPC. */
import * as v from 'valibot';
import { SKILL_LEVELS } from '../jamulus/enumerations.ts';
import { MAX_JITTER_BLOCKS } from '../jamulus/limits.ts';
import { GENRES } from '../jamulus/public-directories.ts';
import { MAX_SERVER_ADDRESS_UNITS } from '../jamulus/server-address.ts';
import { AUDIO_QUALITIES } from '../jamulus/session-types.ts';
import {
  type ChannelPair,
  eachSound,
  MAX_CARD_CHANNELS,
  type SoundKey,
  type SoundSetting,
  type SoundSettings,
} from './sound-settings.ts';
import { JITTER_WORDS } from './state.ts';

type Schema<T> = v.GenericSchema<T>;

export type SoundEntries = { readonly [K in SoundKey]: Schema<SoundSettings[K]> };

export const skillSchema = v.picklist(SKILL_LEVELS);
export const qualitySchema = v.picklist(AUDIO_QUALITIES);

export const openGroupSchema = v.object({
  group: v.picklist(['favourites', 'room', 'recent', 'public']),
  genre: v.exactOptional(v.picklist([...GENRES, 'custom'])),
  directory: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_SERVER_ADDRESS_UNITS))),
});

const channel = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_CARD_CHANNELS));

const ABOUT: Readonly<Record<SoundSetting['kind'], string>> = {
  switch: '',
  whole: '',
  decimal: '',
  word: '',
  fader: 'position of a fader, -35 dB to 0 dB',
  pan: '0 left, 0.5 middle, 1 right',
  channels: "left and right of the card's channels, from 1 on; where it has fewer, its first two count",
};

export const soundEntries = eachSound<SoundEntries>((setting) => {
  const about = [setting.name ?? '', ABOUT[setting.kind]].filter((text) => text !== '').join(': ');
  return about === '' ? schemaOf(setting) : v.pipe(schemaOf(setting), v.description(about));
});

function schemaOf(setting: SoundSetting): Schema<unknown> {
  switch (setting.kind) {
    case 'switch':
      return v.boolean();
    case 'word':
      return v.picklist(setting.words);
    case 'channels':
      return v.strictTuple([channel, channel]) satisfies v.GenericSchema<unknown, ChannelPair>;
    default: {
      const inRange = v.pipe(v.number(), v.minValue(setting.min), v.maxValue(setting.max));
      return setting.kind === 'whole' ? v.pipe(inRange, v.integer()) : inRange;
    }
  }
}

/** As a file keeps them: one that is younger than the file has its default. */
export const keptSound = eachSound<{ readonly [K in SoundKey]: v.OptionalSchema<SoundEntries[K], SoundSettings[K]> }>(
  (setting, key) => v.optional(soundEntries[key] as Schema<unknown>, setting.default),
);

/** As a change names them: those that are to change. */
export const changedSound = eachSound<{ readonly [K in SoundKey]: v.ExactOptionalSchema<SoundEntries[K], undefined> }>(
  (_, key) => v.exactOptional(soundEntries[key]),
);

const blocks = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_JITTER_BLOCKS));

export const jitterSchema = v.variant('kind', [
  v.object({ kind: v.picklist(JITTER_WORDS) }),
  v.object({ kind: v.literal('fixed'), clientBlocks: blocks, serverBlocks: blocks }),
]);
