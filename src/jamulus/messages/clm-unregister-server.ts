/** 1005 CLM_UNREGISTER_SERVER. Server to directory: remove the entry with my address (messages.md §5). */
import { emptyMessage } from './codec.ts';

export interface ClmUnregisterServer {
  readonly type: 'CLM_UNREGISTER_SERVER';
}

export const clmUnregisterServer = emptyMessage(1005, 'CLM_UNREGISTER_SERVER');
