/** One musician in a list of connected clients (messages.md §4.2). */
import { type SkillLevel, skillLevel, skillLevelToWire } from '../enumerations.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../text.ts';
import type { BodyReader, BodyWriter } from '../wire.ts';

export interface ClientInfo {
  readonly channelId: number;
  readonly countryCode: number;
  readonly instrument: number;
  readonly skill: SkillLevel;
  readonly name: string;
  readonly city: string;
}

/** Reads entries to the end of the body; the reader has failed if one does not fit. */
export function readClientInfos(reader: BodyReader): ClientInfo[] {
  const clients: ClientInfo[] = [];
  while (reader.remaining() > 0 && !reader.failed) {
    const channelId = reader.u8();
    const countryCode = reader.u16();
    const instrument = reader.u32();
    const skill = skillLevel(reader.u8());
    reader.u32(); // once an IP address, today zero
    const name = reader.str16(MAX_NAME_UNITS);
    const city = reader.str16(MAX_CITY_UNITS);
    clients.push({ channelId, countryCode, instrument, skill, name, city });
  }
  return clients;
}

export function writeClientInfos(writer: BodyWriter, clients: readonly ClientInfo[]): BodyWriter {
  for (const client of clients) {
    writer
      .u8(client.channelId)
      .u16(client.countryCode)
      .u32(client.instrument)
      .u8(skillLevelToWire(client.skill))
      .u32(0);
    writer.str16(client.name, MAX_NAME_UNITS).str16(client.city, MAX_CITY_UNITS);
  }
  return writer;
}
