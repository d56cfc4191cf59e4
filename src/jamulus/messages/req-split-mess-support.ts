/**
 * 34 REQ_SPLIT_MESS_SUPPORT. Server to client: can you join split messages? Answered with SPLIT_MESS_SUPPORTED
 * (messages.md §2.1).
 */
import { emptyMessage } from './codec.ts';

export interface ReqSplitMessSupport {
  readonly type: 'REQ_SPLIT_MESS_SUPPORT';
}

export const reqSplitMessSupport = emptyMessage(34, 'REQ_SPLIT_MESS_SUPPORT');
