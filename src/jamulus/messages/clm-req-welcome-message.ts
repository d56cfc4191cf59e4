/** 1022 CLM_REQ_WELCOME_MESSAGE. Anyone to a server, since 4.0.0: send me CLM_WELCOME_MESSAGE (messages.md §5). */
import { emptyMessage } from './codec.ts';

export interface ClmReqWelcomeMessage {
  readonly type: 'CLM_REQ_WELCOME_MESSAGE';
}

export const clmReqWelcomeMessage = emptyMessage(1022, 'CLM_REQ_WELCOME_MESSAGE');
