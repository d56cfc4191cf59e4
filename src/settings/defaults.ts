/** What counts where neither the command line nor box.toml nor anybody on the box has said anything. */
import { NO_MIXES } from '../box/initial-state.ts';
import type { PeriodFrames } from '../box/periods.ts';
import { DEFAULT_SOUND } from '../box/sound-settings.ts';
import type { ConsentSettings, JitterChoice } from '../box/state.ts';
import type { AudioQuality, Profile } from '../jamulus/session-types.ts';
import type { BlockFactor } from '../jamulus/stream-format.ts';

/** The name alone is made anew for each box. */
const profile: Omit<Profile, 'name'> = { city: '', countryCode: 0, instrument: 0, skill: 'not-set' };
const jitter: JitterChoice = { kind: 'normal' };
const quality: AudioQuality = 'high';
const blockFactor: BlockFactor = 1;
const consent: ConsentSettings = { acceptRecording: false, acceptLicence: false };
const periodFrames: PeriodFrames = 64;

export const DEFAULTS = {
  profile,
  quality,
  jitter,
  blockFactor,
  consent,
  sound: DEFAULT_SOUND,
  mixes: NO_MIXES,
  startMuted: false,
  /** Time without a press after which the box asks "Still playing?". */
  idleMinutes: 120,
  autoConnect: false,
  /** ALSA names. */
  input: 'default',
  output: 'default',
  periodFrames,
  /** As many as the card needs. */
  periods: null,
  /** Traffic class byte: DSCP 32. */
  trafficClass: 128,
  /** SCHED_FIFO priority of the audio thread. */
  priority: 80,
  /** Own address that JSON-RPC listens on. */
  rpcBind: '127.0.0.1',
} as const;
