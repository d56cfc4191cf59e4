/** 30 CHANNEL_PAN. Client to server: where this channel is in my mix (messages.md §4, §3.6). */
import { panToWire, wireToPan } from '../gain.ts';
import { MAX_CHANNELS } from '../limits.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ChannelPan {
  readonly type: 'CHANNEL_PAN';
  readonly channelId: number;
  /** 0 = left, 0.5 = centre, 1 = right. */
  readonly pan: number;
}

export const channelPan: MessageCodec<ChannelPan> = {
  type: 'CHANNEL_PAN',
  id: 30,
  encode: (message) => new BodyWriter().u8(message.channelId).u16(panToWire(message.pan)).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const channelId = reader.u8();
    const pan = wireToPan(reader.u16());
    return reader.complete() && channelId < MAX_CHANNELS ? { type: 'CHANNEL_PAN', channelId, pan } : undefined;
  },
};
