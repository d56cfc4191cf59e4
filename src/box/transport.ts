/** What the session is told about audio format, jitter buffers and profile, made of what the player has chosen. */
import { DEFAULT_JITTER_BLOCKS, MAX_JITTER_BLOCKS } from '../jamulus/limits.ts';
import type { JitterSettings, Profile, TransportSettings } from '../jamulus/session-types.ts';
import { cutText, MAX_CITY_UNITS, MAX_NAME_UNITS } from '../jamulus/text.ts';
import { callSession, type Step, unchanged } from './effects.ts';
import type { BoxEvent } from './events.ts';
import { type BoxState, hasSession, type JitterChoice, type TransportChoice } from './state.ts';

const SAFE_SAMPLES = DEFAULT_JITTER_BLOCKS * 128;

export function transportSettings(state: BoxState): TransportSettings {
  return { ...state.transport, channels: state.sound.mode === 'mono' ? 1 : 2 };
}

/**
 * The three words for both ends' buffers (jitter-buffer.md §2, §3):
 * Fast: two datagrams, the smallest size that the automatic ever chooses; drops when the network wavers.
 * Normal: both ends find their sizes themselves.
 * Safe: 26.7 ms, the protocol's default of 10 blocks at 128 samples, whatever the frame; the delay grows, drops are rare.
 */
export function jitterSettings(choice: JitterChoice, transport: TransportChoice): JitterSettings {
  switch (choice.kind) {
    case 'fast':
      return fixed(2 * transport.blockFactor);
    case 'normal':
      return { ...fixed(DEFAULT_JITTER_BLOCKS), auto: true };
    case 'safe':
      return fixed(SAFE_SAMPLES / transport.frameSamples);
    case 'fixed':
      return {
        auto: false,
        clientBlocks: saneBlocks(choice.clientBlocks),
        serverBlocks: saneBlocks(choice.serverBlocks),
      };
  }
}

function fixed(blocks: number): JitterSettings {
  return { auto: false, clientBlocks: blocks, serverBlocks: blocks };
}

function saneBlocks(blocks: number): number {
  return Math.min(MAX_JITTER_BLOCKS, Math.max(1, Math.round(blocks) || 1));
}

type TransportEvent = Extract<BoxEvent, { type: 'setProfile' | 'setTransport' | 'setJitter' }>;

/** Takes effect at once, also while connected (privacy C2). */
export function reduceTransport(state: BoxState, event: TransportEvent): Step {
  switch (event.type) {
    case 'setProfile': {
      const profile = saneProfile(event.profile);
      return {
        state: { ...state, profile },
        effects: hasSession(state) ? [callSession({ method: 'setProfile', profile })] : [],
      };
    }
    case 'setTransport': {
      const wanted = { ...state.transport, ...event.change };
      const transport: TransportChoice = wanted.frameSamples === 64 ? { ...wanted, blockFactor: 1 } : wanted;
      const next = { ...state, transport };
      if (!hasSession(state)) return unchanged(next);
      const jitter = jitterSettings(state.jitter, transport);
      return {
        state: next,
        effects: [
          callSession({ method: 'setTransport', transport: transportSettings(next) }),
          callSession({ method: 'setJitter', jitter }),
        ],
      };
    }
    case 'setJitter': {
      const jitter = jitterSettings(event.jitter, state.transport);
      const effects = hasSession(state) ? [callSession({ method: 'setJitter', jitter })] : [];
      return { state: { ...state, jitter: event.jitter }, effects };
    }
  }
}

function saneProfile(profile: Profile): Profile {
  return { ...profile, name: cutText(profile.name, MAX_NAME_UNITS), city: cutText(profile.city, MAX_CITY_UNITS) };
}
