/** 1020 CLM_REQ_SERVER_FEATURES. Anyone to a server, since 4.0.0: send me CLM_SERVER_FEATURES (messages.md §5). */
import { emptyMessage } from './codec.ts';

export interface ClmReqServerFeatures {
  readonly type: 'CLM_REQ_SERVER_FEATURES';
}

export const clmReqServerFeatures = emptyMessage(1020, 'CLM_REQ_SERVER_FEATURES');
