/** The state of the box: plain, immutable, JSON-serialisable data. Every screen is a view of it. */

import type { OperatingSystem, RecorderState, RegistrationResult } from '../jamulus/enumerations.ts';
import { DEFAULT_JITTER_BLOCKS } from '../jamulus/limits.ts';
import type { AudioQuality, ChannelMix, ListedClient, Profile } from '../jamulus/session-types.ts';
import type { BlockFactor, FrameSamples } from '../jamulus/stream-format.ts';
import type { Choices, Habits } from './choices.ts';
import type { CardProblem, LinkProblem } from './problems.ts';
import type { Retry } from './retry.ts';
import type { ServerTarget } from './server-target.ts';
import type { Search, ServersState } from './servers/state.ts';
import type { SoundSettings } from './sound-settings.ts';

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

/** What the files and the machine have settled before the start: it stays as it is while the box runs. */
export interface Setup {
  /** The box's own name in the network, such as "jambox-7f3a". */
  readonly hostName: string;
  readonly menuLocked: boolean;
  /** Which controls this box has; the screens are the same. */
  readonly controls: 'knob' | 'buttons';
  /** No other server can be chosen; null = any can. */
  readonly fixedServer: ServerTarget | null;
  /** What is wrong in the installer's file, a sentence each. */
  readonly mistakes: readonly string[];
  /** How the own public address is found (privacy C8): by a route look-up, which sends no packet, or not. */
  readonly ownAddress: 'route' | 'off';
  /** False on a desk with a practice room: what needs no network is not kept waiting for one. */
  readonly needsNetwork: boolean;
  /** As box.toml proposes them. */
  readonly habits: Habits;
  /** The machine is the box's own: it can be restarted and switched off from here. */
  readonly ownsMachine: boolean;
}

/** How the machine is doing. What it does not say is null. */
export interface SystemReading {
  /** A cable is plugged in, or a radio network joined. */
  readonly carrier: boolean;
  /** The machine's own, of the local network; null = none that the router has given. */
  readonly address: string | null;
  readonly defaultRoute: boolean | null;
  /** Of the processor, whole degrees Celsius. */
  readonly temperatureC: number | null;
  /** Of all cores since the last reading, 0…100; null at the first. */
  readonly cpuPercent: number | null;
  /** The supply was too weak within the last two seconds. */
  readonly underVoltage: boolean | null;
}

export interface System extends SystemReading {
  /** The store had to fall back to an older generation, or to nothing. */
  readonly settingsRestored: boolean;
  readonly wifi: 'off' | 'on' | 'set-up';
}

/** What the new owner is led through: everything after the network is pressed. */
export type FirstStart = 'network' | 'play' | 'connect' | 'done';

/** "Still playing?" */
export interface Idle {
  /** The last touch, or the begin of the connection if that was later. */
  readonly sinceMs: number;
  /** The question stands until then; null = not asked. */
  readonly questionUntilMs: number | null;
}

export type UpdateState =
  | { readonly kind: 'none' }
  | { readonly kind: 'available'; readonly version: string }
  /** `progress` 0…1. */
  | { readonly kind: 'installing'; readonly version: string; readonly progress: number }
  | { readonly kind: 'restarting' }
  | { readonly kind: 'undone'; readonly version: string }
  /** There is one, but the boot program of this board could not try it (src/linux/board.ts). */
  | { readonly kind: 'old-bootloader'; readonly version: string };

/** What root's update agent says (src/update/report.ts). */
export interface UpdateReport {
  readonly update: UpdateState;
  /** The owner's server is asked for updates (privacy C9). */
  readonly check: boolean;
}

export interface Update {
  /** Null: this machine is not updated from here. */
  readonly report: UpdateReport | null;
  /** What has been asked for, shown until the report changes or the 'update' timer fires: root takes a second or more. */
  readonly expected: UpdateReport | null;
  /** The installer has named a server that can be asked for updates. */
  readonly canCheck: boolean;
  /** The installer's choice, until root knows it; null = whoever uses the box switches it. */
  readonly wantedCheck: boolean | null;
  /** Where to go as soon as the update lets it. */
  readonly startServer: ServerTarget | null;
}

/** A paired phone. */
export interface PhoneKey {
  /** SHA-256 of its cookie, 64 hexadecimal digits. */
  readonly hash: string;
  readonly role: PhoneRole;
}

/** An installer changes what is locked, too. */
export type PhoneRole = 'player' | 'installer';

/** The phone page: where it is, and who gets in. */
export interface Access {
  /** Short enough for a QR code of 32 bytes; '' = there is no page yet. */
  readonly pageAddress: string;
  /** Pairs one phone; null = none is valid now. */
  readonly pairingCode: string | null;
  /** Host names of other boxes in this room. */
  readonly otherBoxes: readonly string[];
  /** Oldest first. */
  readonly phones: readonly PhoneKey[];
}

/** The room that this box hosts, as its screens show it. Nobody's name is in it (privacy S1). */
export interface HostedRoom {
  /** 'practice': two players of the box's own, and nobody else can come. */
  readonly kind: 'practice' | 'room';
  readonly name: string;
  readonly players: number;
  readonly maxPlayers: number;
  readonly recorder: RecorderState;
  /** The last thing the recorder had to say that somebody should know, a sentence; '' = nothing. */
  readonly recorderNote: string;
  /** Where it stands with the directory; null = listed nowhere, and not trying. */
  readonly registration: 'not-registered' | 'bad-address' | 'requested' | 'failed' | RegistrationResult | null;
  /** Servers in the own list; null = the room is no directory. */
  readonly listedServers: number | null;
}

export interface Hosting {
  /** Where the box joins its own room. */
  readonly target: ServerTarget;
  readonly room: HostedRoom;
}

export interface CardRow {
  /** What it is known by after the next start. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'hat' | 'usb' | 'other' | 'headphones';
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
}

/** The sound cards that are there, and which one plays. */
export interface CardReport {
  readonly cards: readonly CardRow[];
  /** Key of the chosen card, which may not be there; null = the box chooses. */
  readonly chosen: string | null;
  /** Key of the card that is taken; null = none, or one that the settings name. */
  readonly taken: string | null;
}

/** What the files and the command line start the box with. */
export interface BoxSettings {
  readonly server: ServerTarget | null;
  readonly profile: Profile;
  readonly transport: TransportChoice;
  readonly jitter: JitterChoice;
  readonly consent: ConsentSettings;
  readonly sound: SoundSettings;
  readonly startMuted: boolean;
  readonly mixes: RememberedMixes;
}

/** What people can have forgotten. */
export type Forgotten = 'people-and-servers' | 'everything';

/** What follows on the end of the program. */
export type AfterEnd = 'nothing' | 'shut-down' | 'restart';

export type Life =
  | { readonly kind: 'running' }
  | { readonly kind: 'quitting'; readonly code: number; readonly afterEnd: AfterEnd }
  /** `saved`: everything is written. */
  | { readonly kind: 'ended'; readonly afterEnd: AfterEnd; readonly saved: boolean };

/** The one tree: whatever the box knows, decides and shows. */
export interface BoxState {
  readonly life: Life;
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
  readonly setup: Setup;
  readonly choices: Choices;
  readonly system: System;
  readonly firstStart: FirstStart;
  readonly idle: Idle;
  readonly servers: ServersState;
  readonly search: Search;
  /** Of the last visit to any server but the own room's; null = forgotten, or never. */
  readonly lastServer: ServerTarget | null;
  /** CONNECT goes here as soon as the visit to a forgotten server is over; null = nothing has been forgotten. */
  readonly afterForgetting: { readonly server: ServerTarget | null } | null;
  readonly update: Update;
  /** Null: this box has no phone page. */
  readonly access: Access | null;
  /** Null: this box hosts no room. */
  readonly hosting: Hosting | null;
  /** Null: the command line names what plays. */
  readonly cards: CardReport | null;
}

export function withVisit(state: BoxState, change: Partial<Visit>): BoxState {
  return { ...state, visit: { ...state.visit, ...change } };
}

/** True while there is a session that takes calls. */
export function hasSession(state: BoxState): boolean {
  return state.link.kind === 'connecting' || state.link.kind === 'connected';
}
