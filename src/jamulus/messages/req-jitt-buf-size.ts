/**
 * 11 REQ_JITT_BUF_SIZE. Server to client: tell me the buffer size you want; answered with JITT_BUF_SIZE (messages.md
 * §4).
 */
import { emptyMessage } from './codec.ts';

export interface ReqJittBufSize {
  readonly type: 'REQ_JITT_BUF_SIZE';
}

export const reqJittBufSize = emptyMessage(11, 'REQ_JITT_BUF_SIZE');
