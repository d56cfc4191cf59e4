/** What the shell must do, as plain data, in the order given. */

import type { ServerAddress } from '../jamulus/server-address.ts';
import type { JitterSettings, Profile, TransportSettings } from '../jamulus/session-types.ts';
import type { Endpoint, TimerId } from './events.ts';
import type { Asking } from './servers/state.ts';
import type { SoundControls } from './sound-controls.ts';
import type { SoundSettings } from './sound-settings.ts';
import type { BoxState, Forgotten } from './state.ts';

/** Left and right of the sound card, from 1 on. */
export type CardChannels = Pick<SoundSettings, 'inputChannels' | 'outputChannels'>;

/** A method of ClientSession with its arguments but the time. */
export type SessionCall =
  | { readonly method: 'leave' }
  | { readonly method: 'acceptLicence' }
  | { readonly method: 'setProfile'; readonly profile: Profile }
  | { readonly method: 'setTransport'; readonly transport: TransportSettings }
  | { readonly method: 'setJitter'; readonly jitter: JitterSettings }
  | { readonly method: 'setGain'; readonly channelId: number; readonly gain: number }
  | { readonly method: 'setPan'; readonly channelId: number; readonly pan: number }
  | { readonly method: 'setMuted'; readonly channelId: number; readonly muted: boolean }
  | { readonly method: 'setSolo'; readonly channelId: number; readonly solo: boolean }
  | { readonly method: 'sendChat'; readonly text: string };

/** What root is asked for about updates (linux/requests.ts). */
export type UpdateRequest = 'update-install' | 'update-check-on' | 'update-check-off' | 'update-seen';

export type BoxEffect =
  /** Answer with 'resolved' or 'resolveFailed' of the same attempt; answers to older attempts are ignored. */
  | { readonly type: 'resolve'; readonly attemptId: number; readonly address: ServerAddress }
  /** Make a session (its rememberedMix is people.ts's, on the present state) and connect it. */
  | {
      readonly type: 'openSession';
      readonly endpoint: Endpoint;
      readonly profile: Profile;
      readonly transport: TransportSettings;
      readonly jitter: JitterSettings;
    }
  | { readonly type: 'session'; readonly call: SessionCall }
  /** The session object's events no longer matter. */
  | { readonly type: 'closeSession' }
  | { readonly type: 'sound'; readonly sound: SoundControls }
  /** The sound card's; it is opened anew with them. */
  | { readonly type: 'channels'; readonly channels: CardChannels }
  /** The guard of the audio engine: watches anew for its first seconds, or no more. */
  | { readonly type: 'feedbackGuard'; readonly watch: boolean }
  | { readonly type: 'resetClip' }
  /** Ask these and nobody else. */
  | { readonly type: 'search'; readonly asking: Asking }
  /** Ask the directories for new lists, and probe again. */
  | { readonly type: 'refreshSearch' }
  /** Nothing more is sent. */
  | { readonly type: 'closeSearch' }
  /** There is a network, or none any more: what waits for one goes on. */
  | { readonly type: 'networkUp'; readonly up: boolean }
  /** Answer with 'updateRefused' where nobody is there to be asked. */
  | { readonly type: 'askRoot'; readonly request: UpdateRequest }
  /** Key of the card; null = the box chooses. */
  | { readonly type: 'chooseCard'; readonly key: string | null }
  /** Look which sound cards there are: another one may be there to go on with. */
  | { readonly type: 'lookAtCards' }
  | { readonly type: 'newPairingCode' }
  | { readonly type: 'forgetPhones' }
  /** The recorder of the own room; 'new' = into a new folder from here on. */
  | { readonly type: 'record'; readonly what: 'start' | 'stop' | 'new' }
  /** The store forgets; answer with 'forgotten', then write what is left over everything older. */
  | { readonly type: 'forget'; readonly what: Forgotten }
  /** Replaces a running timer of the same name. */
  | { readonly type: 'timer'; readonly id: TimerId; readonly atMs: number }
  | { readonly type: 'cancelTimer'; readonly id: TimerId }
  /** For the journal. Never holds names, addresses or chat (privacy C7, C10). */
  | { readonly type: 'log'; readonly line: string }
  | { readonly type: 'exit'; readonly code: number };

export interface Step {
  readonly state: BoxState;
  readonly effects: readonly BoxEffect[];
}

export function unchanged(state: BoxState): Step {
  return { state, effects: [] };
}

export function callSession(call: SessionCall): BoxEffect {
  return { type: 'session', call };
}

export function log(line: string): BoxEffect {
  return { type: 'log', line };
}
