/**
 * 1002 CLM_PING_MS_WITHNUMCLIENTS. As CLM_PING_MS for server lists: the reply says how many clients are connected
 * (messages.md §5).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ClmPingMsWithnumclients {
  readonly type: 'CLM_PING_MS_WITHNUMCLIENTS';
  /** Milliseconds of any origin, modulo 2³². */
  readonly timeMs: number;
  /** 0 in the request. */
  readonly clients: number;
}

export const clmPingMsWithnumclients: MessageCodec<ClmPingMsWithnumclients> = {
  type: 'CLM_PING_MS_WITHNUMCLIENTS',
  id: 1002,
  encode: (message) => new BodyWriter().u32(message.timeMs).u8(message.clients).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const timeMs = reader.u32();
    const clients = reader.u8();
    return reader.complete() ? { type: 'CLM_PING_MS_WITHNUMCLIENTS', timeMs, clients } : undefined;
  },
};
