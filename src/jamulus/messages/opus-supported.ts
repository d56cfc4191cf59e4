/**
 * 26 OPUS_SUPPORTED. Server to client: answer to transport properties with an unusable codec (messages.md §4, §4.1).
 */
import { emptyMessage } from './codec.ts';

export interface OpusSupported {
  readonly type: 'OPUS_SUPPORTED';
}

export const opusSupported = emptyMessage(26, 'OPUS_SUPPORTED');
