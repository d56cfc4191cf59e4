/** 1003 CLM_SERVER_FULL. Server to client: no free channel; sent for every audio datagram (messages.md §5). */
import { emptyMessage } from './codec.ts';

export interface ClmServerFull {
  readonly type: 'CLM_SERVER_FULL';
}

export const clmServerFull = emptyMessage(1003, 'CLM_SERVER_FULL');
