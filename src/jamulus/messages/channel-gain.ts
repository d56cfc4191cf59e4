/** 13 CHANNEL_GAIN. Client to server: how loud this channel is in my mix (messages.md §4, §3.5). */
import { gainToWire, wireToGain } from '../gain.ts';
import { MAX_CHANNELS } from '../limits.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ChannelGain {
  readonly type: 'CHANNEL_GAIN';
  readonly channelId: number;
  /** Linear; 1 = unchanged, 0 = muted. */
  readonly gain: number;
}

export const channelGain: MessageCodec<ChannelGain> = {
  type: 'CHANNEL_GAIN',
  id: 13,
  encode: (message) => new BodyWriter().u8(message.channelId).u16(gainToWire(message.gain)).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const channelId = reader.u8();
    const gain = wireToGain(reader.u16());
    return reader.complete() && channelId < MAX_CHANNELS ? { type: 'CHANNEL_GAIN', channelId, gain } : undefined;
  },
};
