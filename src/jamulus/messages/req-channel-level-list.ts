/**
 * 28 REQ_CHANNEL_LEVEL_LIST. Client to server: send level lists; only servers 3.4.6…3.5.12 need it (messages.md §4).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ReqChannelLevelList {
  readonly type: 'REQ_CHANNEL_LEVEL_LIST';
  readonly wanted: boolean;
}

export const reqChannelLevelList: MessageCodec<ReqChannelLevelList> = {
  type: 'REQ_CHANNEL_LEVEL_LIST',
  id: 28,
  encode: (message) => new BodyWriter().u8(message.wanted ? 1 : 0).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const wanted = reader.u8() !== 0;
    return reader.complete() ? { type: 'REQ_CHANNEL_LEVEL_LIST', wanted } : undefined;
  },
};
