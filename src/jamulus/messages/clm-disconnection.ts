/** 1010 CLM_DISCONNECTION. Both directions: goodbye (sessions.md §2, §3). */
import { emptyMessage } from './codec.ts';

export interface ClmDisconnection {
  readonly type: 'CLM_DISCONNECTION';
}

export const clmDisconnection = emptyMessage(1010, 'CLM_DISCONNECTION');
