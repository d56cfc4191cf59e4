/**
 * 1015 CLM_CHANNEL_LEVEL_LIST. Server to client: one meter level a connected channel, two in a byte (messages.md
 * §3.7).
 */
import { MAX_CHANNELS } from '../limits.ts';
import type { MessageCodec } from './codec.ts';

/** As high nibble: the list has ended with the low one. */
const END_NIBBLE = 15;
const MAX_NIBBLE = 14;

export interface ClmChannelLevelList {
  readonly type: 'CLM_CHANNEL_LEVEL_LIST';
  /** 0…9 each by sense, 0…14 on sending, 0…15 as received, in ascending order of channel IDs. */
  readonly levels: readonly number[];
}

export const clmChannelLevelList: MessageCodec<ClmChannelLevelList> = {
  type: 'CLM_CHANNEL_LEVEL_LIST',
  id: 1015,
  encode: ({ levels }) => {
    const body = new Uint8Array(Math.ceil(levels.length / 2));
    levels.forEach((level, index) => {
      body[index >> 1] = (body[index >> 1] as number) | (Math.min(level, MAX_NIBBLE) << (index % 2 === 0 ? 0 : 4));
    });
    if (levels.length % 2 === 1) body[body.length - 1] = (body[body.length - 1] as number) | (END_NIBBLE << 4);
    return body;
  },
  decode: (body) => {
    if (2 * body.length > MAX_CHANNELS) return undefined;
    const levels: number[] = [];
    for (const byte of body) {
      levels.push(byte & 15);
      if (byte >> 4 === END_NIBBLE) break;
      levels.push(byte >> 4);
    }
    return { type: 'CLM_CHANNEL_LEVEL_LIST', levels };
  },
};
