/** 35 SPLIT_MESS_SUPPORTED. Client to server: you may split your messages (messages.md §2.1). */
import { emptyMessage } from './codec.ts';

export interface SplitMessSupported {
  readonly type: 'SPLIT_MESS_SUPPORTED';
}

export const splitMessSupported = emptyMessage(35, 'SPLIT_MESS_SUPPORTED');
