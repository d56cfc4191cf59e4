/** The state of the box at start, made of settings or the command line. */
import type { Profile } from '../jamulus/session-types.ts';
import { ENGINE_AT_START } from './engine.ts';
import { initialSound } from './sound.ts';
import type { SoundSettings } from './sound-settings.ts';
import {
  type BoxState,
  type ConsentSettings,
  type JitterChoice,
  NEW_VISIT,
  type RememberedMixes,
  type ServerTarget,
  type TransportChoice,
} from './state.ts';

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

export const NO_MIXES: RememberedMixes = { own: null, others: [] };

export function initialState(settings: BoxSettings): BoxState {
  const { server, profile, transport, jitter, consent, mixes } = settings;
  return {
    life: { kind: 'running' },
    link: { kind: 'idle' },
    server,
    attemptId: 0,
    problem: null,
    shownProfile: null,
    profile,
    transport,
    jitter,
    consent,
    sound: initialSound(settings.sound, settings.startMuted),
    mixes,
    visit: NEW_VISIT,
    engine: ENGINE_AT_START,
  };
}
