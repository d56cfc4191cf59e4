/** Checks of the values that people may choose, for whatever comes from outside: JSON of the page, of RPC, of files. */
import * as v from 'valibot';
import { SKILL_LEVELS } from '../jamulus/enumerations.ts';
import { MAX_JITTER_BLOCKS } from '../jamulus/limits.ts';
import { GENRES } from '../jamulus/public-directories.ts';
import { AUDIO_QUALITIES } from '../jamulus/session-types.ts';
import { MAX_CARD_CHANNELS } from './sound.ts';
import { CHANNEL_MODES, JITTER_WORDS } from './state.ts';

export const skillSchema = v.picklist(SKILL_LEVELS);
export const modeSchema = v.picklist(CHANNEL_MODES);
export const qualitySchema = v.picklist(AUDIO_QUALITIES);

const channel = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_CARD_CHANNELS));
export const channelPair = v.pipe(
  v.tuple([channel, channel]),
  v.readonly(),
  v.description("left and right of the card's channels, from 1 on; where it has fewer, its first two count"),
);

const blocks = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_JITTER_BLOCKS));
export const jitterSchema = v.variant('kind', [
  v.object({ kind: v.picklist(JITTER_WORDS) }),
  v.object({ kind: v.literal('fixed'), clientBlocks: blocks, serverBlocks: blocks }),
]);

export const openGroupSchema = v.object({
  group: v.picklist(['favourites', 'room', 'recent', 'public']),
  genre: v.exactOptional(v.picklist([...GENRES, 'custom'])),
  directory: v.exactOptional(v.pipe(v.string(), v.maxLength(300))),
});
