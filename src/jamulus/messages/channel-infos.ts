/** 25 CHANNEL_INFOS. Client to server: what the others see of me (messages.md §4). */
import { type SkillLevel, skillLevel, skillLevelToWire } from '../enumerations.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../text.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ChannelInfos {
  readonly type: 'CHANNEL_INFOS';
  readonly countryCode: number;
  readonly instrument: number;
  readonly skill: SkillLevel;
  readonly name: string;
  readonly city: string;
}

export const channelInfos: MessageCodec<ChannelInfos> = {
  type: 'CHANNEL_INFOS',
  id: 25,
  encode: (message) =>
    new BodyWriter()
      .u16(message.countryCode)
      .u32(message.instrument)
      .u8(skillLevelToWire(message.skill))
      .str16(message.name, MAX_NAME_UNITS)
      .str16(message.city, MAX_CITY_UNITS)
      .bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const countryCode = reader.u16();
    const instrument = reader.u32();
    const skill = skillLevel(reader.u8());
    const name = reader.str16(MAX_NAME_UNITS);
    const city = reader.str16(MAX_CITY_UNITS);
    return reader.complete() ? { type: 'CHANNEL_INFOS', countryCode, instrument, skill, name, city } : undefined;
  },
};
