/**
 * What the page gets: `PageState`, by server-sent events: GET /api/events, event `state` with a `StateEvent`. With
 * `?parts=meters,servers,history` (any of them) also the events `meters` (meters.ts), `servers`, `history`.
 * Texts of others (names, chat, welcome) are cleaned
 * plain text, never markup; words for people are the page's own matter (texts by id). Times `…Ms` are of the box's own
 * clock, which each event brings along as `nowMs`: a phone's clock may differ.
 */

import * as v from 'valibot';
import { PROBLEMS, SYSTEM_PROBLEMS } from '../../../box/problems.ts';
import { jitterSchema, openGroupSchema, qualitySchema, skillSchema, soundEntries } from '../../../box/schemas.ts';
import { JITTER_WORDS, MUTE_STATES } from '../../../box/state.ts';
import { RECORDER_STATES } from '../../../jamulus/enumerations.ts';
import { MAX_JITTER_BLOCKS } from '../../../jamulus/limits.ts';
import { GENRES } from '../../../jamulus/public-directories.ts';

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const pan = v.pipe(v.number(), v.minValue(0), v.maxValue(1), v.description('0 left, 0.5 middle, 1 right'));
const fader = v.pipe(v.number(), v.minValue(0), v.maxValue(100), v.description('position of a fader, -35 dB to 0 dB'));
const iso = v.pipe(text, v.description('ISO 3166 code of two letters, empty when not said'));
const instrument = v.pipe(count, v.description('number of the protocol, 0 = none'));
const server = v.object({ address: text, label: text });
const blocks = v.pipe(count, v.description(`blocks of the jitter buffer, 1 to ${MAX_JITTER_BLOCKS}`));

const link = v.object({
  kind: v.picklist(['idle', 'resolving', 'connecting', 'connected', 'waiting', 'leaving']),
  server: v.pipe(v.nullable(server), v.description('of the present or last connection: where CONNECT goes')),
  sinceMs: v.pipe(v.nullable(v.number()), v.description('when connected')),
  attempt: v.pipe(count, v.description('"Trying again (3)" while waiting or connecting again; 0 = the first time')),
  nextTryMs: v.pipe(v.nullable(v.number()), v.description('while waiting')),
  serverFull: v.boolean(),
  noAnswer: v.pipe(v.boolean(), v.description('nothing for 5 s, still trying')),
  silent: v.pipe(v.boolean(), v.description('connected, and no sound arrives')),
  version: v.pipe(v.nullable(text), v.description('of the server')),
});

/** Levels come as meters (meters.ts), four times a second. */
const person = v.object({
  channelId: count,
  name: text,
  city: text,
  country: iso,
  instrument,
  skill: skillSchema,
  isOwn: v.boolean(),
  hasMutedMe: v.boolean(),
  mix: v.object({ fader, pan, muted: v.boolean(), solo: v.boolean() }),
});

const delay = v.object({
  ms: v.pipe(v.nullable(count), v.description('the whole delay as Jamulus reckons it; null = not known')),
  word: v.nullable(v.picklist(['good', 'usable', 'too slow'])),
  tooLong: v.pipe(v.boolean(), v.description('show ">500" in place of ms and pingMs')),
  pingMs: v.nullable(count),
  clientBlocks: blocks,
  serverBlocks: blocks,
  dropsLastMinute: count,
  xruns: v.pipe(count, v.description("drop-outs of the sound card since the box's start")),
});

const sound = v.object({
  mute: v.pipe(v.picklist(MUTE_STATES), v.description('off = heard, else why not')),
  startMuted: v.pipe(v.boolean(), v.description('at the next start of the box nobody hears it')),
  microphoneClosed: v.pipe(v.boolean(), v.description('nothing is sent yet: recorder state or licence is waited for')),
  ...soundEntries,
  quality: qualitySchema,
  jitter: jitterSchema,
  words: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(JITTER_WORDS),
        auto: v.boolean(),
        clientBlocks: blocks,
        serverBlocks: blocks,
        ms: v.pipe(v.nullable(count), v.description('whole delay with these sizes; null when not known or automatic')),
      }),
    ),
    v.description('the three words for the jitter buffers and the numbers behind them'),
  ),
  blockMs: v.pipe(v.number(), v.description('length of one block of the jitter buffers')),
  card: v.object({
    kind: v.picklist(['starting', 'running', 'missing']),
    description: v.pipe(text, v.description('of the sound card, or why there is none')),
    problem: v.pipe(v.nullable(v.picklist(PROBLEMS)), v.description('why it is missing')),
    periodFrames: v.nullable(count),
    inputs: v.pipe(v.nullable(count), v.description('channels of the card; 0 = it has no input, null = no card')),
    outputs: v.nullable(count),
    latencyMs: v.pipe(v.nullable(v.number()), v.description('in and out together')),
    realtime: v.pipe(v.nullable(v.boolean()), v.description('the kernel keeps the sound first')),
    /** What other periods would give at the same network: installers set the period in box.toml. */
    periods: v.array(v.object({ periodFrames: count, delayMs: v.nullable(count) })),
  }),
  cards: v.pipe(
    v.nullable(
      v.object({
        list: v.array(
          v.object({
            key: v.pipe(text, v.description('for the action `soundCard`')),
            name: text,
            kind: v.picklist(['hat', 'usb', 'other', 'headphones']),
            hasInput: v.boolean(),
            hasOutput: v.boolean(),
          }),
        ),
        chosen: v.pipe(v.nullable(text), v.description('key of the chosen one, which may be away; null = automatic')),
        taken: v.pipe(v.nullable(text), v.description('key of the one in use')),
      }),
    ),
    v.description('the sound cards that are there; null = the command line names what plays'),
  ),
});

const profile = v.object({ name: text, city: text, country: iso, instrument, skill: skillSchema });

const recorder = v.object({
  state: v.pipe(
    v.picklist(['unknown', ...RECORDER_STATES]),
    v.description('as the server says; only "recording" means that it records'),
  ),
  notice: v.pipe(v.nullable(v.picklist(['join', 'started', 'stopped'])), v.description('stands until answered')),
});

/** Null fields: not known (yet). */
export const serverRowSchema = v.object({
  address: text,
  name: text,
  city: text,
  country: iso,
  genres: v.array(v.picklist([...GENRES, 'custom'])),
  lists: v.pipe(v.array(text), v.description('id of every list it stands in')),
  favourite: v.boolean(),
  reachable: v.nullable(v.boolean()),
  pingMs: v.nullable(count),
  players: v.nullable(count),
  maxPlayers: v.nullable(count),
  full: v.boolean(),
  people: v.array(v.object({ name: text, instrument })),
  records: v.nullable(v.picklist(['now', 'possible', 'no'])),
  keepsLog: v.nullable(v.boolean()),
  licence: v.nullable(v.boolean()),
  version: v.nullable(text),
});

/** Event `servers`, for watchers of the part: at most one a second. */
export const pageServersSchema = v.object({
  fixed: v.pipe(v.boolean(), v.description('there is this one server and no other')),
  lists: v.pipe(
    v.array(
      v.object({
        id: text,
        title: v.pipe(text, v.description('English; the page has its own for the known ids')),
        open: openGroupSchema,
        count,
        status: v.picklist(['asking', 'listed', 'silent']),
      }),
    ),
    v.description('in the order of the menu'),
  ),
  rows: v.pipe(v.array(serverRowSchema), v.description('favourites first, then by ping; at most 1000')),
});

const update = v.variant('kind', [
  v.object({ kind: v.picklist(['none', 'restarting']) }),
  v.object({ kind: v.picklist(['available', 'undone', 'old-bootloader']), version: text }),
  v.object({ kind: v.literal('installing'), version: text, progress: v.number() }),
]);

const box = v.object({
  hostName: text,
  version: v.pipe(text, v.description("of the box's program")),
  life: v.pipe(v.picklist(['running', 'stopping', 'off']), v.description('off = "You can unplug now"')),
  firstStart: v.picklist(['network', 'play', 'connect', 'done']),
  menuLocked: v.pipe(v.boolean(), v.description('without the PIN only CONNECT, MUTE and volumes')),
  absent: v.pipe(
    v.array(v.picklist(['phone', 'wifi', 'update', 'favourite', 'restart', 'room'])),
    v.description('what this box cannot do: leave it out'),
  ),
  mistakes: v.pipe(v.array(text), v.description('in box.toml, a sentence each')),
  temperatureC: v.nullable(v.number()),
  cpuPercent: v.nullable(v.number()),
  stillPlayingUntilMs: v.pipe(v.nullable(v.number()), v.description('the question stands until then')),
  idleMinutes: v.pipe(count, v.description('"Still playing?" after so long without a press; 0 = never')),
  update,
  updateCheck: v.pipe(v.nullable(v.boolean()), v.description('null = there is nobody to ask')),
  phones: v.pipe(count, v.description('that have been let in')),
});

const network = v.object({
  carrier: v.boolean(),
  address: v.nullable(text),
  wifi: v.picklist(['off', 'on', 'set-up']),
  ownAddress: v.pipe(v.picklist(['route', 'off']), v.description('how the public address is found')),
  pageAddress: text,
  otherBoxes: v.pipe(v.array(text), v.description('host names of other boxes in this room')),
});

/** The room's own matters; null = this box is no room now. */
const room = v.nullable(
  v.object({
    name: text,
    players: count,
    recording: v.boolean(),
    /** Where GET /api/recordings has something to give. */
    recordings: v.boolean(),
  }),
);

/** Whole at first, then only the keys that have changed. */
export const pageStateSchema = v.object({
  box,
  link,
  people: v.array(person),
  delay,
  sound,
  profile,
  privacy: v.object({
    shown: v.pipe(v.boolean(), v.description('the profile as it is now has been seen by whoever plays: C1')),
  }),
  recorder,
  licence: v.picklist(['none', 'required', 'accepted']),
  welcome: v.nullable(text),
  chat: v.pipe(
    v.array(v.object({ number: count, atMs: v.number(), text })),
    v.description('the last 10; number counts within a visit'),
  ),
  problems: v.pipe(v.array(v.picklist([...PROBLEMS, ...SYSTEM_PROBLEMS])), v.description('the most pressing first')),
  network,
  room,
});

/** Event `history`, for watchers of the part: all of the last 10 minutes at first, then the newest each second. */
export const pageHistorySchema = v.object({
  first: v.pipe(v.boolean(), v.description('true = replaces what was, false = is added to it')),
  samples: v.pipe(
    v.array(v.tuple([v.number(), v.nullable(v.number()), v.nullable(v.number()), v.number()])),
    v.description('[atMs, pingMs, delayMs, drops in this second], oldest first; null = not connected'),
  ),
});

/** GET /api/me: who asks, before and after pairing. `watcher`: may read the status (a setting), `nobody`: nothing. */
export const meSchema = v.object({
  api: v.literal(1),
  role: v.picklist(['nobody', 'watcher', 'player', 'installer']),
  hostName: text,
  hasPin: v.pipe(v.boolean(), v.description('an installer has set one: a pin lets in, too')),
  menuLocked: v.boolean(),
});

export type PageState = v.InferOutput<typeof pageStateSchema>;
export type PagePerson = PageState['people'][number];
export type PageServers = v.InferOutput<typeof pageServersSchema>;
export type PageServerRow = v.InferOutput<typeof serverRowSchema>;
export type PageHistory = v.InferOutput<typeof pageHistorySchema>;
export type HistorySample = PageHistory['samples'][number];
export type Me = v.InferOutput<typeof meSchema>;

/** Data of the event `state`. */
export interface StateEvent {
  readonly nowMs: number;
  /** All keys at first; then those that have changed, each whole. */
  readonly set: Partial<PageState>;
}
