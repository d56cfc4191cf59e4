/** 1012 CLM_REQ_VERSION_AND_OS. Client to server: send me CLM_VERSION_AND_OS (messages.md §5). */
import { emptyMessage } from './codec.ts';

export interface ClmReqVersionAndOs {
  readonly type: 'CLM_REQ_VERSION_AND_OS';
}

export const clmReqVersionAndOs = emptyMessage(1012, 'CLM_REQ_VERSION_AND_OS');
