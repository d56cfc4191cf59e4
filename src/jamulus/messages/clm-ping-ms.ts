/** 1001 CLM_PING_MS. Client to server, which sends it back unchanged: round-trip time (jitter-buffer.md §4). */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ClmPingMs {
  readonly type: 'CLM_PING_MS';
  /** Milliseconds of any origin, modulo 2³². */
  readonly timeMs: number;
}

export const clmPingMs: MessageCodec<ClmPingMs> = {
  type: 'CLM_PING_MS',
  id: 1001,
  encode: (message) => new BodyWriter().u32(message.timeMs).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const timeMs = reader.u32();
    return reader.complete() ? { type: 'CLM_PING_MS', timeMs } : undefined;
  },
};
