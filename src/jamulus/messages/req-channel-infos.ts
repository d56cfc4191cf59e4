/** 23 REQ_CHANNEL_INFOS. Server to client: introduce yourself with CHANNEL_INFOS (messages.md §4). */
import { emptyMessage } from './codec.ts';

export interface ReqChannelInfos {
  readonly type: 'REQ_CHANNEL_INFOS';
}

export const reqChannelInfos = emptyMessage(23, 'REQ_CHANNEL_INFOS');
