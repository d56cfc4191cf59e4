/** Everything that can happen to the box, as plain data. The clock enters only here, as `atMs` (any origin). */

import type { ChannelMix, Profile, SessionEvent } from '../jamulus/session-types.ts';
import type { Habits } from './choices.ts';
import type { CardProblem } from './problems.ts';
import type { ServerTarget } from './server-target.ts';
import type { OpenGroup, ServerSearchEvent } from './servers/state.ts';
import type { SoundSettings } from './sound-settings.ts';
import type {
  Access,
  AfterEnd,
  BoxSettings,
  CardReport,
  Forgotten,
  HostedRoom,
  JitterChoice,
  SideMeter,
  SystemReading,
  TransportChoice,
  UpdateReport,
} from './state.ts';

export type TimerId = 'recorder' | 'reconnect' | 'leave' | 'idle' | 'search' | 'update';

/** Why a name gave no address: there is none, or nobody could be asked. */
type ResolveFailure = 'not-found' | 'no-network';
/** Why a session could not start or go on: the kernel takes no datagram for the server. */
type SessionFailure = 'no-network';

/** A resolved server. */
export interface Endpoint {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
}

/** What people do with link and sound. */
type PlayEvent =
  /** The program has started; with a server: connect to it, and go on trying as after a lost connection. */
  | { readonly type: 'started'; readonly server?: ServerTarget }
  /** With a server: go there. Without: go to the last one, or stop trying; nothing while connected. */
  | { readonly type: 'connectPressed'; readonly server?: ServerTarget }
  | { readonly type: 'leavePressed' }
  | { readonly type: 'mutePressed' }
  /** OK or LEAVE on the recording notice. */
  | { readonly type: 'noticeAnswered'; readonly ok: boolean }
  | { readonly type: 'licenceAnswered'; readonly ok: boolean }
  | { readonly type: 'chatSent'; readonly text: string }
  | { readonly type: 'clipPressed' }
  | { readonly type: 'setProfile'; readonly profile: Profile }
  | { readonly type: 'setSound'; readonly change: Partial<SoundSettings> }
  | { readonly type: 'setTransport'; readonly change: Partial<TransportChoice> }
  | { readonly type: 'setJitter'; readonly jitter: JitterChoice }
  | { readonly type: 'setMix'; readonly channelId: number; readonly change: Partial<ChannelMix> }
  /** The orderly end of the program, and perhaps of the machine. */
  | { readonly type: 'quit'; readonly code: number; readonly afterEnd?: AfterEnd };

/** What people ask of the box around link and sound. */
type HouseEvent =
  /** Somebody has used the controls. */
  | { readonly type: 'touched' }
  /** Somebody looks at a list of servers; null = no more. */
  | { readonly type: 'listServers'; readonly open: OpenGroup | null }
  | { readonly type: 'setFavourite'; readonly address: string; readonly on: boolean }
  | { readonly type: 'stillPlaying' }
  | { readonly type: 'setHabits'; readonly change: Partial<Habits> }
  /** Key of the card; null = the box chooses. */
  | { readonly type: 'chooseCard'; readonly key: string | null }
  | { readonly type: 'startUpdate' }
  | { readonly type: 'setUpdateCheck'; readonly on: boolean }
  /** Somebody has read that the old version is back. */
  | { readonly type: 'updateSeen' }
  | { readonly type: 'newPairingCode' }
  | { readonly type: 'forgetPhones' }
  /** The recorder of the own room; 'new' = into a new folder from here on. */
  | { readonly type: 'record'; readonly what: 'start' | 'stop' | 'new' }
  | { readonly type: 'firstStartStep'; readonly done: 'play' | 'connect' }
  | { readonly type: 'forget'; readonly what: Forgotten };

/** What the parts around the box have seen. */
type SeenEvent =
  | { readonly type: 'systemRead'; readonly reading: SystemReading }
  | { readonly type: 'serversFound'; readonly found: ServerSearchEvent }
  /** Root's report; null = there is none. */
  | { readonly type: 'updateReported'; readonly report: UpdateReport | null }
  /** Nobody is there to be asked. */
  | { readonly type: 'updateRefused' }
  | { readonly type: 'accessChanged'; readonly access: Access }
  | { readonly type: 'roomReported'; readonly room: HostedRoom }
  | { readonly type: 'cardsReported'; readonly report: CardReport }
  /** The store has forgotten, and would start the box with these settings now. */
  | { readonly type: 'forgotten'; readonly what: Forgotten; readonly settings: BoxSettings }
  /** After the end: everything is written. */
  | { readonly type: 'saved' };

type NetworkEvent =
  | { readonly type: 'resolved'; readonly attemptId: number; readonly endpoint: Endpoint }
  | { readonly type: 'resolveFailed'; readonly attemptId: number; readonly kind: ResolveFailure }
  /** The session could not be opened, or its socket has died. No session event follows. */
  | { readonly type: 'sessionFailed'; readonly kind: SessionFailure }
  | { readonly type: 'session'; readonly event: SessionEvent };

type EngineEvent =
  | {
      readonly type: 'deviceRunning';
      readonly description: string;
      readonly periodFrames: number;
      /** Input + output buffers of the card; 0 = not known. */
      readonly latencyFrames: number;
      /** Channels of the card: 0 = it has no such direction, null = a file or generator stands there. */
      readonly inputs: number | null;
      readonly outputs: number | null;
    }
  | {
      readonly type: 'deviceMissing';
      readonly problem: CardProblem;
      readonly why: string;
      readonly retrying: boolean;
    }
  /** Whether the kernel granted real-time priority, and what exactly in one line. */
  | { readonly type: 'realtimeGrant'; readonly granted: boolean; readonly text: string }
  | { readonly type: 'meters'; readonly input: SideMeter; readonly output: SideMeter }
  /** Counters since the engine's start (they may wrap), and the present size of the own jitter buffer, blocks. */
  | {
      readonly type: 'engineCounters';
      readonly misses: number;
      readonly xruns: number;
      /** Audio packets from the server. */
      readonly audioReceived: number;
      readonly jitterBlocks: number;
    }
  | { readonly type: 'feedbackGuardTripped' };

type Timed<Event> = { readonly atMs: number } & Event;

/** What stands around link and sound: the machine, servers, updates, phones, cards, the own room, forgetting. */
export type AroundEvent = Timed<HouseEvent | SeenEvent>;

export type BoxEvent =
  | AroundEvent
  | Timed<PlayEvent | NetworkEvent | EngineEvent | { readonly type: 'timer'; readonly id: TimerId }>;

/** An event without its time, which the service puts in. */
export type UntimedEvent = BoxEvent extends infer Event
  ? Event extends BoxEvent
    ? Omit<Event, 'atMs'>
    : never
  : never;
