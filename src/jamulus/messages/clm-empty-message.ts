/**
 * 1009 CLM_EMPTY_MESSAGE. Anyone to anyone: nothing; keeps or opens a path through address translation (messages.md
 * §5).
 */
import { emptyMessage } from './codec.ts';

export interface ClmEmptyMessage {
  readonly type: 'CLM_EMPTY_MESSAGE';
}

export const clmEmptyMessage = emptyMessage(1009, 'CLM_EMPTY_MESSAGE');
