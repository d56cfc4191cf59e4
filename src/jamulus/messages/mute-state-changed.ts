/**
 * 31 MUTE_STATE_CHANGED. Server to client: the musician on this channel now mutes you, or no longer (messages.md §4).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface MuteStateChanged {
  readonly type: 'MUTE_STATE_CHANGED';
  readonly channelId: number;
  readonly muted: boolean;
}

export const muteStateChanged: MessageCodec<MuteStateChanged> = {
  type: 'MUTE_STATE_CHANGED',
  id: 31,
  encode: (message) =>
    new BodyWriter()
      .u8(message.channelId)
      .u8(message.muted ? 1 : 0)
      .bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const channelId = reader.u8();
    const muted = reader.u8() !== 0;
    return reader.complete() ? { type: 'MUTE_STATE_CHANGED', channelId, muted } : undefined;
  },
};
