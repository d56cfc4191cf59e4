/**
 * 24 CONN_CLIENTS_LIST. Server to client: who is connected; empty at the start of every connection (messages.md §4.2).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import { type ClientInfo, readClientInfos, writeClientInfos } from './client-info.ts';
import type { MessageCodec } from './codec.ts';

export interface ConnClientsList {
  readonly type: 'CONN_CLIENTS_LIST';
  /** Ascending channel IDs; the session checks it. */
  readonly clients: readonly ClientInfo[];
}

export const connClientsList: MessageCodec<ConnClientsList> = {
  type: 'CONN_CLIENTS_LIST',
  id: 24,
  encode: (message) => writeClientInfos(new BodyWriter(), message.clients).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const clients = readClientInfos(reader);
    return reader.complete() ? { type: 'CONN_CLIENTS_LIST', clients } : undefined;
  },
};
