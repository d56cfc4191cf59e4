/** 16 REQ_CONN_CLIENTS_LIST. Client to server: send me CONN_CLIENTS_LIST (messages.md §4). */
import { emptyMessage } from './codec.ts';

export interface ReqConnClientsList {
  readonly type: 'REQ_CONN_CLIENTS_LIST';
}

export const reqConnClientsList = emptyMessage(16, 'REQ_CONN_CLIENTS_LIST');
