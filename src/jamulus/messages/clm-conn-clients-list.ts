/** 1013 CLM_CONN_CLIENTS_LIST. Server to anyone who asked: who is connected (messages.md §5, §4.2). */
import { BodyReader, BodyWriter } from '../wire.ts';
import { type ClientInfo, readClientInfos, writeClientInfos } from './client-info.ts';
import type { MessageCodec } from './codec.ts';

export interface ClmConnClientsList {
  readonly type: 'CLM_CONN_CLIENTS_LIST';
  /** Ascending channel IDs; the session checks it. */
  readonly clients: readonly ClientInfo[];
}

export const clmConnClientsList: MessageCodec<ClmConnClientsList> = {
  type: 'CLM_CONN_CLIENTS_LIST',
  id: 1013,
  encode: (message) => writeClientInfos(new BodyWriter(), message.clients).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const clients = readClientInfos(reader);
    return reader.complete() ? { type: 'CLM_CONN_CLIENTS_LIST', clients } : undefined;
  },
};
