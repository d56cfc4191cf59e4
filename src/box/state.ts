/** The state of the box: plain, immutable, JSON-serialisable data. Every screen is a view of it. */
import type { OperatingSystem, RecorderState } from '../jamulus/enumerations.ts';
import { DEFAULT_JITTER_BLOCKS } from '../jamulus/limits.ts';
import type { AudioQuality, ChannelMix, ListedClient, Profile } from '../jamulus/session-types.ts';
import type { BlockFactor, FrameSamples } from '../jamulus/stream-format.ts';
import type { CardProblem, LinkProblem } from './problems.ts';
import type { Retry } from './retry.ts';
import type { SoundSettings } from './sound-settings.ts';

/** A server as the musician chose it. */
export interface ServerTarget {
  /** As parseServerAddress takes it. */
  readonly address: string;
  /** What screens call it. */
  readonly label: string;
}

/** What goes over the wire, but for the channels, which follow from the sound's mode. */
export interface TransportChoice {
  readonly quality: AudioQuality;
  readonly frameSamples: FrameSamples;
  /** Always 1 with 64-sample frames. */
  readonly blockFactor: BlockFactor;
}

/** The three words for both ends' buffers. */
export const JITTER_WORDS = ['fast', 'normal', 'safe'] as const;

/** The words are explained at jitterSettings (transport.ts). Fixed sizes are in blocks, 1…20. */
export type JitterChoice =
  | { readonly kind: (typeof JITTER_WORDS)[number] }
  | { readonly kind: 'fixed'; readonly clientBlocks: number; readonly serverBlocks: number };

/** Answers given in advance, for boxes that play unattended. */
export interface ConsentSettings {
  readonly acceptRecording: boolean;
  readonly acceptLicence: boolean;
}

/** A musician on the server; the text is cleaned for display (plain-text.ts). */
export type Person = ListedClient & {
  /** Meter step 0…9. */
  readonly level: number;
};

export const MAX_REMEMBERED_MIXES = 250;

/** Mixes the player has set, to be used again when the musician comes back. */
export interface RememberedMixes {
  readonly own: ChannelMix | null;
  /** At most MAX_REMEMBERED_MIXES, most recently set first, one a name. */
  readonly others: readonly { readonly name: string; readonly mix: ChannelMix }[];
}

interface ChatLine {
  /** Counts from 1 within a visit. */
  readonly number: number;
  readonly atMs: number;
  readonly text: string;
}

/** Recording: what the server says, and the notice that stands. */
export interface RecorderView {
  readonly state: RecorderState | 'unknown';
  /** One second has passed since joining without a word about recording. */
  readonly waitOver: boolean;
  /** 'join': recording when we came; 'started', 'stopped': while we played. */
  readonly notice: 'join' | 'started' | 'stopped' | null;
}

/** What is known of one visit to a server. Made anew at every connect and dropped at its end (privacy C5, C7). */
export interface Visit {
  readonly recorder: RecorderView;
  readonly licence: 'none' | 'required' | 'accepted';
  /** Ascending channel IDs. */
  readonly people: readonly Person[];
  /** The last 10, oldest first. */
  readonly chat: readonly ChatLine[];
  readonly welcome: string | null;
  /** Null until the first reply. */
  readonly pingMs: number | null;
  /** The server's jitter buffer for us, blocks. */
  readonly serverJitterBlocks: number;
  readonly server: { readonly version: string; readonly os: OperatingSystem } | null;
  readonly rawOffered: boolean;
  /** Readings of the engine's miss counter, a second or more apart, of the last minute; oldest first. */
  readonly missReadings: readonly { readonly atMs: number; readonly misses: number }[];
  readonly missesLastMinute: number;
  /** The engine's count of audio packets and when it last grew; `stopped`: 2.5 s ago or more. Null before a report. */
  readonly audio: { readonly received: number; readonly atMs: number; readonly stopped: boolean } | null;
}

export const NEW_VISIT: Visit = {
  recorder: { state: 'unknown', waitOver: false, notice: null },
  licence: 'none',
  people: [],
  chat: [],
  welcome: null,
  pingMs: null,
  serverJitterBlocks: DEFAULT_JITTER_BLOCKS,
  server: null,
  rawOffered: false,
  missReadings: [],
  missesLastMinute: 0,
  audio: null,
};

export type Link =
  | { readonly kind: 'idle' }
  /** `retry`: after a lost connection; null when a person has asked. */
  | { readonly kind: 'resolving'; readonly retry: Retry | null }
  | {
      readonly kind: 'connecting';
      readonly retry: Retry | null;
      /** Nothing from the server for 5 s. */
      readonly noAnswer: boolean;
      readonly serverFull: boolean;
    }
  | { readonly kind: 'connected'; readonly sinceMs: number; readonly retry: Retry | null }
  /** Between two attempts to come back. */
  | { readonly kind: 'waiting'; readonly retry: Retry; readonly untilMs: number }
  | { readonly kind: 'leaving'; readonly next: AfterLeaving };

/** What follows when the session has said goodbye. */
export type AfterLeaving =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connect'; readonly server: ServerTarget }
  | { readonly kind: 'retry'; readonly retry: Retry; readonly problem: LinkProblem };

/** 'off' = heard; otherwise why nobody hears this box. */
export const MUTE_STATES = ['off', 'pressed', 'start', 'feedback'] as const;

export interface SoundState extends SoundSettings {
  readonly mute: (typeof MUTE_STATES)[number];
}

/** Left, right. */
export type Stereo = readonly [number, number];

/** Peaks 0…1, above when clipped; `hold` is the peak held. */
export interface SideMeter {
  readonly level: Stereo;
  readonly hold: Stereo;
  readonly clipped: readonly [boolean, boolean];
}

/** What plays and captures. */
export type DeviceState =
  | { readonly kind: 'starting' }
  | {
      readonly kind: 'running';
      readonly description: string;
      readonly periodFrames: number;
      /** 0 = not known. */
      readonly latencyFrames: number;
      /** Channels of the sound card: 0 = it has no such direction, null = a file or generator stands there. */
      readonly inputs: number | null;
      readonly outputs: number | null;
    }
  | { readonly kind: 'missing'; readonly problem: CardProblem; readonly why: string; readonly retrying: boolean };

export interface EngineState {
  readonly device: DeviceState;
  /** What the kernel granted, and its own words; null until it has answered. */
  readonly realtime: { readonly granted: boolean; readonly text: string } | null;
  readonly input: SideMeter;
  readonly output: SideMeter;
  /** Since the engine's start. */
  readonly xruns: number;
  /** Own jitter buffer; 0 until the engine has said. */
  readonly jitterBlocks: number;
}

export interface BoxState {
  readonly life: { readonly kind: 'running' | 'ended' } | { readonly kind: 'quitting'; readonly code: number };
  readonly link: Link;
  /** The server of the present or last connection. */
  readonly server: ServerTarget | null;
  /** Number of the last attempt to connect. */
  readonly attemptId: number;
  /** Why the link is not what was asked for; null while all is well. */
  readonly problem: LinkProblem | null;
  /** The profile that the player has last been shown before a join (privacy C1). */
  readonly shownProfile: Profile | null;
  readonly profile: Profile;
  readonly transport: TransportChoice;
  readonly jitter: JitterChoice;
  readonly consent: ConsentSettings;
  readonly sound: SoundState;
  readonly mixes: RememberedMixes;
  readonly visit: Visit;
  readonly engine: EngineState;
}

export function withVisit(state: BoxState, change: Partial<Visit>): BoxState {
  return { ...state, visit: { ...state.visit, ...change } };
}

/** True while there is a session that takes calls. */
export function hasSession(state: BoxState): boolean {
  return state.link.kind === 'connecting' || state.link.kind === 'connected';
}
