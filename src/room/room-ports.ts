/**
 * What the room's two threads say to each other: orders of the session (main thread, session/) to the room thread
 * (engine/), and the room thread's reports and status. Types only; how they cross the shared memory is the engine's.
 *
 * Channel IDs are 0…149 and are used again: the lowest free one is taken. A `generation` tells one user of an ID from
 * the next, so that what was under way when a channel closed is not taken for its successor's.
 */
import type { StreamFormat } from '../jamulus/stream-format.ts';
import type { PeerAddress } from '../linux/udp-socket.ts';

/** Bytes of a coded frame that the room takes (audio.md §2); real ones are 12…512. The session refuses the rest. */
export const MIN_ROOM_FRAME_BYTES = 9;
export const MAX_ROOM_FRAME_BYTES = 1024;

/**
 * Whether a channel is heard by others and recorded.
 * - 'yes': as usual.
 * - 'no': neither; its audio still keeps the channel alive, feeds the jitter buffer and the own level stays 0.
 * - 'once-silent': as 'no' until, after this order, a right-sized datagram has come whose first frame is digital silence
 *   (silenceFrame() of jamulus/transport.ts; raw: zeros); then as 'yes', without a further order. See licence.ts.
 */
export type Mixing = 'yes' | 'no' | 'once-silent';

/** In the order given; the room thread has executed all of them by its next tick but one. */
export type RoomOrder =
  /**
   * A new user of a channel: time-out 30 s, no transport, not identified, mixing 'yes', jitter buffer automatic with 10
   * blocks, fade and level 0, gains 1 and pans 0.5 in the channel's row and column. The ID is closed before.
   */
  | {
      readonly type: 'openChannel';
      readonly channelId: number;
      /** 0…65535, another one for each opening of the same ID. */
      readonly generation: number;
      readonly peer: PeerAddress;
    }
  /** Datagrams of the peer are those of an unknown one from here on. Harmless for a channel that has ended itself. */
  | { readonly type: 'closeChannel'; readonly channelId: number }
  /**
   * What the client sends and wants to get; null = nothing yet. Frame size 9…1024 bytes. May come again at any time, also
   * unchanged (then nothing happens).
   */
  | { readonly type: 'setTransport'; readonly channelId: number; readonly format: StreamFormat | null }
  /** CHANNEL_INFOS has come: from now on audio is sent and the fade counts (audio.md §5.3, §5.4). */
  | { readonly type: 'setIdentified'; readonly channelId: number }
  /** Linear gain 0…2 of `source` in the mix of `listener`. */
  | { readonly type: 'setGain'; readonly listener: number; readonly source: number; readonly gain: number }
  /** Pan 0 = left … 1 = right of `source` in the mix of `listener`. */
  | { readonly type: 'setPan'; readonly listener: number; readonly source: number; readonly pan: number }
  /** Jitter buffer at the server; `blocks` (1…20) counts when `auto` is false. */
  | { readonly type: 'setJitter'; readonly channelId: number; readonly auto: boolean; readonly blocks: number }
  | { readonly type: 'setMixing'; readonly channelId: number; readonly mixing: Mixing }
  /** The tap for the recorder. */
  | { readonly type: 'setRecording'; readonly on: boolean };

/** In the order in which things happened, across all types. */
export type RoomReport =
  /** A datagram, message or not, of a peer without channel; only a few a tick get here, the rest is counted. */
  | { readonly type: 'unknownPeer'; readonly peer: PeerAddress; readonly datagram: Uint8Array }
  /** A message (frame.ts isMessage) of the channel's peer. */
  | {
      readonly type: 'message';
      readonly channelId: number;
      readonly generation: number;
      readonly datagram: Uint8Array;
    }
  /**
   * The time-out has run down (sessions.md §2). The thread treats the peer as unknown from here on. Must not get lost: it is
   * repeated about once a second until closeChannel comes.
   */
  | { readonly type: 'channelEnded'; readonly channelId: number; readonly generation: number };

/** Counters since the thread was started; 32 bits wide, they wrap. */
export interface RoomCounters {
  readonly ticks: number;
  /** Ticks that began more than one tick late. */
  readonly ticksMissed: number;
  /** Reports that found no room. */
  readonly reportsDropped: number;
  /** Datagrams of unknown peers, and those of them that were not reported. */
  readonly unknownDatagrams: number;
  readonly unknownDropped: number;
  readonly audioReceived: number;
  readonly audioSent: number;
  readonly sendFailures: number;
}

/** The main thread's end of the room thread. Nothing of it waits or throws. */
export interface RoomThreadPort {
  order(order: RoomOrder): void;
  /** The oldest report that has not been fetched; undefined when there is none. */
  nextReport(): RoomReport | undefined;
  /** Changes each time that a level list is due: every 101 ticks of 128 samples, every 201 of 64 (sessions.md §5). */
  levelsDue(): number;
  /** Meter step 0…9 (levels.ts) by channel ID, as of the last change of levelsDue(). */
  levels(): ArrayLike<number>;
  /** Present size of the jitter buffer in blocks, 1…20, by channel ID; 0 = no channel. */
  jitterBlocks(): ArrayLike<number>;
  counters(): RoomCounters;
}
