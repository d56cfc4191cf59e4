/**
 * What goes into and comes out of the client session (sessions.md §3, §4): settings, commands' values, outputs, events.
 * Channel IDs are always the server's, 0…149.
 */
import type { OperatingSystem, RecorderState, SkillLevel } from './enumerations.ts';
import type { BlockFactor, FrameSamples, StreamFormat } from './stream-format.ts';

/** What the others see of this musician (CHANNEL_INFOS). Text beyond the limit is cut at a grapheme boundary. */
export interface Profile {
  /** At most 16 UTF-16 units. */
  readonly name: string;
  /** At most 20 UTF-16 units. */
  readonly city: string;
  /** Qt 5 country number, 0 = none (countries.ts). */
  readonly countryCode: number;
  /** Instrument number, 0 = none (instruments.ts). */
  readonly instrument: number;
  readonly skill: SkillLevel;
}

/** From the narrowest line to the widest. */
export const AUDIO_QUALITIES = ['low', 'normal', 'high', 'max'] as const;
/** 'max' is uncompressed audio where the server offers it on this connection, otherwise the same as 'high'. */
export type AudioQuality = (typeof AUDIO_QUALITIES)[number];

export interface TransportSettings {
  readonly quality: AudioQuality;
  readonly channels: 1 | 2;
  readonly frameSamples: FrameSamples;
  readonly blockFactor: BlockFactor;
}

export interface JitterSettings {
  /** True: both ends choose their buffer size themselves, and the two sizes below are not used. */
  readonly auto: boolean;
  /** Own jitter buffer in blocks, 1…20. */
  readonly clientBlocks: number;
  /** The server's jitter buffer for us in blocks, 1…20. */
  readonly serverBlocks: number;
}

/** How one musician sounds in this client's own mix. */
export interface ChannelMix {
  /** Linear, 0…1; the fader law is in gain.ts. */
  readonly gain: number;
  /** 0 = left, 0.5 = centre, 1 = right. */
  readonly pan: number;
  readonly muted: boolean;
  readonly solo: boolean;
}

export interface ClientSessionSettings {
  readonly profile: Profile;
  readonly transport: TransportSettings;
  readonly jitter: JitterSettings;
  /**
   * The mix to start with for a musician who appears: what was remembered for the name, or a start level.
   * Undefined = full level, centre. Called with the non-empty name as the server gave it.
   */
  readonly rememberedMix: (name: string, isOwn: boolean) => ChannelMix | undefined;
}

/** A musician as the server lists them (messages.md §4.2), with what this session knows about the channel. */
export interface ListedClient {
  readonly channelId: number;
  /** Empty until the musician has introduced themselves. */
  readonly name: string;
  readonly city: string;
  readonly countryCode: number;
  readonly instrument: number;
  readonly skill: SkillLevel;
  /** True for this box itself. */
  readonly isOwn: boolean;
  readonly mix: ChannelMix;
  /** True when that musician has muted this box in their mix. */
  readonly hasMutedMe: boolean;
}

export interface ChannelLevel {
  readonly channelId: number;
  /** Meter step 0…9: 8 steps cover −50…0 dB, 9 is full scale (levels.ts). */
  readonly level: number;
}

export type SessionState = 'disconnected' | 'connecting' | 'connected' | 'leaving';

export type SessionEndReason = 'left' | 'server-said-goodbye' | 'timeout';

export type SessionEvent =
  /** The server has given us a channel. */
  | { readonly type: 'connected'; readonly channelId: number }
  /** The whole list, ascending channel IDs; empty at the start of every connection. */
  | { readonly type: 'clientList'; readonly clients: readonly ListedClient[] }
  /** About four times a second, in the order of the client list. */
  | { readonly type: 'levels'; readonly levels: readonly ChannelLevel[] }
  /** Untrusted HTML from the server, at most 1800 UTF-16 units. */
  | { readonly type: 'chat'; readonly html: string }
  /** The server's welcome text without its prefix: untrusted HTML. */
  | { readonly type: 'welcome'; readonly html: string }
  /** The musicians hear silence from us until acceptLicence(). */
  | { readonly type: 'licenceRequired' }
  /** 'unknown' at every connect and server restart, until the server says. */
  | { readonly type: 'recorderState'; readonly state: RecorderState | 'unknown' }
  | { readonly type: 'muteState'; readonly channelId: number; readonly muted: boolean }
  | { readonly type: 'serverVersion'; readonly version: string; readonly os: OperatingSystem }
  /** Size of the server's automatic jitter buffer for us, 1…20; 10 until told (jitter-buffer.md §3). */
  | { readonly type: 'serverJitterBlocks'; readonly blocks: number }
  /** Round-trip time in whole milliseconds. */
  | { readonly type: 'ping'; readonly ms: number }
  /** The server has no free channel; given once per connection attempt, the session keeps trying. */
  | { readonly type: 'serverFull' }
  | { readonly type: 'rawAudioOffered' }
  /** The server has started anew and taken us in again: all that was known of it is reset. */
  | { readonly type: 'serverRestarted' }
  /** Nothing at all from the server for 5 s after connect(); given once, the session keeps trying. */
  | { readonly type: 'noAnswer' }
  /** The session is over; connect() starts a new one. */
  | { readonly type: 'ended'; readonly reason: SessionEndReason };

/** What the caller must do, in this order. */
export type SessionOutput =
  /** Send this message datagram to the server. */
  | { readonly type: 'send'; readonly datagram: Uint8Array }
  /** Send and expect audio of this format from now on; null = stop sending. */
  | { readonly type: 'stream'; readonly format: StreamFormat | null }
  /** True: send silence instead of the input (the licence is not accepted yet); false: send the input again. */
  | { readonly type: 'silence'; readonly on: boolean }
  /** How the own jitter buffer is run; `blocks` counts when `auto` is false. */
  | { readonly type: 'jitter'; readonly auto: boolean; readonly blocks: number }
  | { readonly type: 'event'; readonly event: SessionEvent };

/** What was refused or repeated since the session object was made: for the status page and for tests. */
export interface SessionCounters {
  /** Datagrams given to receive() that are no messages. */
  readonly notMessages: number;
  /** Messages with an unknown or obsolete ID. */
  readonly unknown: number;
  /** Messages whose body broke a rule of messages.md. */
  readonly rejected: number;
  /** Well-formed messages that made no sense now: wrong state, channel, count or value. */
  readonly ignored: number;
  /** Frames received again and only acknowledged again. */
  readonly duplicates: number;
  /** Frames sent again after 400 ms without acknowledgement. */
  readonly retransmissions: number;
  /** Own messages not sent because the queue was full. */
  readonly queueOverflows: number;
}

/**
 * The client's end of one connection. Every `nowMs` is a millisecond clock of any origin that does not run backwards.
 * Each method returns what the caller must do now; an empty array often.
 */
export interface ClientSession {
  state(): SessionState;
  counters(): SessionCounters;
  /** The caller sends audio from here on. Ignored unless the state is 'disconnected'. */
  connect(nowMs: number): readonly SessionOutput[];
  /** A message datagram (frame.ts isMessage) that came from the server's own address and port. */
  receive(datagram: Uint8Array, nowMs: number): readonly SessionOutput[];
  /**
   * Datagrams that are no messages came from the server: call it for the first one after each 'stream' output that
   * starts the stream, then about once a second while they keep coming, also after the session has ended.
   */
  audioArrived(nowMs: number): readonly SessionOutput[];
  /** Call when nextTickMs() is reached; calling more often is harmless. */
  tick(nowMs: number): readonly SessionOutput[];
  /** The time at which tick() has something to do; Infinity = never. */
  nextTickMs(): number;
  /** Stops the stream at once, says goodbye 100, 200 and 300 ms later, then 'ended'. */
  leave(nowMs: number): readonly SessionOutput[];
  setProfile(profile: Profile, nowMs: number): readonly SessionOutput[];
  setTransport(transport: TransportSettings, nowMs: number): readonly SessionOutput[];
  setJitter(jitter: JitterSettings, nowMs: number): readonly SessionOutput[];
  /** Linear gain, 0…1, clamped. Ignored for a channel that is not in the list, as the next three. */
  setGain(channelId: number, gain: number, nowMs: number): readonly SessionOutput[];
  /** 0 = left, 0.5 = centre, 1 = right, clamped. */
  setPan(channelId: number, pan: number, nowMs: number): readonly SessionOutput[];
  setMuted(channelId: number, muted: boolean, nowMs: number): readonly SessionOutput[];
  setSolo(channelId: number, solo: boolean, nowMs: number): readonly SessionOutput[];
  /** Plain text, cut to 1600 UTF-16 units; empty text is not sent. Comes back as a 'chat' event. */
  sendChat(text: string, nowMs: number): readonly SessionOutput[];
  acceptLicence(nowMs: number): readonly SessionOutput[];
}
