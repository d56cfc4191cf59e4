/** 32 CLIENT_ID. Server to client, first of all messages: your channel (sessions.md §5). */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ClientId {
  readonly type: 'CLIENT_ID';
  readonly channelId: number;
}

export const clientId: MessageCodec<ClientId> = {
  type: 'CLIENT_ID',
  id: 32,
  encode: (message) => new BodyWriter().u8(message.channelId).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const channelId = reader.u8();
    return reader.complete() ? { type: 'CLIENT_ID', channelId } : undefined;
  },
};
