/** What goes into and comes out of the room's session (sessions.md §5…§7): settings, outputs, events, views. */
import type { RecorderState } from '../../jamulus/enumerations.ts';
import type { ClientInfo } from '../../jamulus/messages/client-info.ts';
import type { Message } from '../../jamulus/messages/message.ts';
import type { FrameSamples, StreamFormat } from '../../jamulus/stream-format.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import type { RoomOrder } from '../room-ports.ts';

/** What is announced and in force at present. */
export interface RoomSettings {
  /** 1…150; values outside become the nearest of these. */
  readonly maxChannels: number;
  /** Samples of a server frame; 64 is told as "fast update". */
  readonly frameSamples: FrameSamples;
  readonly multithreading: boolean;
  readonly delayPanning: boolean;
  readonly ipv6: boolean;
  /** Uncompressed audio is offered and taken (audio.md §3). */
  readonly rawAudio: boolean;
  /** Clients hear when the room closes (option -d). */
  readonly goodbyeOnClose: boolean;
  /** A file or console gets names or addresses of players: then they are told (privacy.md S1). */
  readonly logging: boolean;
  /** Musicians must agree to a licence before they are heard (licence.ts). */
  readonly licenceRequired: boolean;
  /** HTML, shown as it is; cut to 1600 UTF-16 units; empty = none. */
  readonly welcome: string;
  readonly recorder: RecorderState;
}

export interface RoomSessionSettings extends RoomSettings {
  /** Recording begins with setRecorder(), so that the notice comes before. */
  readonly recorder: Exclude<RecorderState, 'recording'>;
}

export type LeaveReason = 'left' | 'timeout' | 'room-closed';

/** For host and panel. Nothing of it is to be written down (privacy.md S1, S2). */
export type RoomEvent =
  /** A client has answered: somebody is there. */
  | { readonly type: 'joined'; readonly channelId: number }
  /** For the first time, or again with other values. */
  | { readonly type: 'named'; readonly channelId: number; readonly info: ClientInfo }
  | { readonly type: 'left'; readonly channelId: number; readonly reason: LeaveReason }
  /** Somebody has said something; what, is nobody's business but the clients'. */
  | { readonly type: 'chatRelayed'; readonly channelId: number }
  /** Somebody found no free channel; at most once a second. */
  | { readonly type: 'full' };

/** What the caller must do, in this order. */
export type RoomOutput =
  | { readonly type: 'send'; readonly peer: PeerAddress; readonly datagram: Uint8Array }
  | { readonly type: 'order'; readonly order: RoomOrder }
  /** A message for the directory or the registration (sessions.md §10), from anybody. */
  | { readonly type: 'directory'; readonly peer: PeerAddress; readonly message: DirectoryMessage }
  | { readonly type: 'event'; readonly event: RoomEvent };

export type DirectoryMessage = Extract<
  Message,
  {
    type:
      | 'CLM_REGISTER_SERVER'
      | 'CLM_REGISTER_SERVER_EX'
      | 'CLM_UNREGISTER_SERVER'
      | 'CLM_REGISTER_SERVER_RESP'
      | 'CLM_REQ_SERVER_LIST'
      | 'CLM_SEND_EMPTY_MESSAGE';
  }
>;

/** One channel as host, recorder and panel see it. */
export interface RoomChannel {
  readonly channelId: number;
  readonly generation: number;
  /** For the recorder's file names and for nothing else that anybody sees (privacy.md S5). */
  readonly peer: PeerAddress;
  /** False until it has answered: perhaps nobody is there. Such a channel is in no list. */
  readonly present: boolean;
  /** CHANNEL_INFOS has come; until then the info is empty. */
  readonly identified: boolean;
  readonly info: ClientInfo;
  readonly format: StreamFormat | null;
  /** Size of its jitter buffer at the server in blocks, and whether it is automatic. */
  readonly jitterAuto: boolean;
  /** The licence has been sent, and has or has not been acknowledged; 'none' if there is none. */
  readonly licence: 'none' | 'sent' | 'shown';
  /** Messages that wait for acknowledgement. */
  readonly queuedFrames: number;
}

/** What was refused or repeated since the session object was made. */
export interface RoomSessionCounters {
  /** Messages with an unknown or obsolete ID. */
  readonly unknown: number;
  /** Messages whose body broke a rule of messages.md, and formats that the room does not take. */
  readonly rejected: number;
  /** Well-formed messages that made no sense now. */
  readonly ignored: number;
  /** Messages, requests and chat beyond their rate: not acted upon. */
  readonly limited: number;
  /** Datagrams that wanted a channel when there was none. */
  readonly full: number;
  /** Channels given to another because nobody had ever answered there. */
  readonly displaced: number;
  readonly duplicates: number;
  readonly retransmissions: number;
  readonly queueOverflows: number;
}

/**
 * The server's end of all connections. `nowMs` is a millisecond clock of any origin that does not run backwards;
 * `secondsOfDay` the local time, 0…86399, for the stamp of a chat line. Each method returns what the caller must do now.
 */
export interface RoomSession {
  /** A message of a channel's peer: RoomReport 'message'. Of a channel that is no more: nothing happens. */
  receive(
    channelId: number,
    generation: number,
    datagram: Uint8Array,
    nowMs: number,
    secondsOfDay: number,
  ): readonly RoomOutput[];
  /** RoomReport 'unknownPeer': a request, or a first datagram to join. `peer` is kept. */
  unknownPeer(peer: PeerAddress, datagram: Uint8Array, nowMs: number, secondsOfDay: number): readonly RoomOutput[];
  channelEnded(channelId: number, generation: number, nowMs: number): readonly RoomOutput[];
  /** Meter steps by channel ID, whenever RoomThreadPort.levelsDue() has changed. */
  levels(levels: ArrayLike<number>): readonly RoomOutput[];
  /** Buffer sizes by channel ID, a few times a second: changes are told to clients in automatic mode. */
  jitterBlocks(blocks: ArrayLike<number>, nowMs: number): readonly RoomOutput[];
  /** Call when nextTickMs() is reached; calling more often is harmless. */
  tick(nowMs: number): readonly RoomOutput[];
  /** The time at which tick() has something to do; Infinity = never. */
  nextTickMs(): number;
  /** For those who join from now on. */
  setWelcome(html: string): void;
  /** True: those who are in are asked too, and not heard until then. */
  setLicenceRequired(required: boolean, nowMs: number): readonly RoomOutput[];
  /** The notice goes out before the order to record, and after the order to stop. */
  setRecorder(state: RecorderState, nowMs: number): readonly RoomOutput[];
  /** 1…150, clamped. Nobody who is in has to leave. */
  setMaxChannels(maxChannels: number): void;
  /** Ends all channels; the session can be used on. */
  close(nowMs: number): readonly RoomOutput[];
  /** Ascending channel IDs. */
  channels(): readonly RoomChannel[];
  /** Clients that are present: what pings and registrations tell. */
  clientCount(): number;
  counters(): RoomSessionCounters;
}
