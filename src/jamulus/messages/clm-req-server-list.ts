/** 1007 CLM_REQ_SERVER_LIST. Client to directory: send me the server list (sessions.md §10.4). */
import { emptyMessage } from './codec.ts';

export interface ClmReqServerList {
  readonly type: 'CLM_REQ_SERVER_LIST';
}

export const clmReqServerList = emptyMessage(1007, 'CLM_REQ_SERVER_LIST');
