/** 1014 CLM_REQ_CONN_CLIENTS_LIST. Client to server, without a connection: who is playing? (messages.md §5). */
import { emptyMessage } from './codec.ts';

export interface ClmReqConnClientsList {
  readonly type: 'CLM_REQ_CONN_CLIENTS_LIST';
}

export const clmReqConnClientsList = emptyMessage(1014, 'CLM_REQ_CONN_CLIENTS_LIST');
