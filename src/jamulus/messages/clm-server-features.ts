/** 1019 CLM_SERVER_FEATURES. Server to anyone who asked, since 4.0.0: what it can do (messages.md §5.3). */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

/**
 * Bits of the mask; 11 to 13 are reserved.
 * @public
 */
export const FEATURE = {
  fastUpdate: 1 << 0,
  multithreading: 1 << 1,
  recorderInitialised: 1 << 2,
  recordingEnabled: 1 << 3,
  delayPanning: 1 << 4,
  ipv6: 1 << 5,
  rawAudio: 1 << 6,
  disconnectsOnQuit: 1 << 7,
  welcomeMessage: 1 << 8,
  logging: 1 << 9,
  licenceRequired: 1 << 10,
} as const;

export interface ClmServerFeatures {
  readonly type: 'CLM_SERVER_FEATURES';
  /** Sum of FEATURE bits. */
  readonly features: number;
}

export const clmServerFeatures: MessageCodec<ClmServerFeatures> = {
  type: 'CLM_SERVER_FEATURES',
  id: 1019,
  encode: (message) => new BodyWriter().u32(message.features).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const features = reader.u32();
    return reader.complete() ? { type: 'CLM_SERVER_FEATURES', features } : undefined;
  },
};
