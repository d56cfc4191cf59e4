/**
 * 1008 CLM_SEND_EMPTY_MESSAGE. Directory to server: send CLM_EMPTY_MESSAGE to this client, to open the path for it
 * (sessions.md §10.2).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ClmSendEmptyMessage {
  readonly type: 'CLM_SEND_EMPTY_MESSAGE';
  /** Dotted quad. */
  readonly address: string;
  readonly port: number;
}

export const clmSendEmptyMessage: MessageCodec<ClmSendEmptyMessage> = {
  type: 'CLM_SEND_EMPTY_MESSAGE',
  id: 1008,
  encode: (message) => new BodyWriter().ipv4(message.address).u16(message.port).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const address = reader.ipv4();
    const port = reader.u16();
    return reader.complete() ? { type: 'CLM_SEND_EMPTY_MESSAGE', address, port } : undefined;
  },
};
