/** 1006 CLM_SERVER_LIST. Directory to client: the full list, the directory itself first (messages.md §5.2). */
import { MAX_ADDRESS_UNITS, MAX_CITY_UNITS, MAX_SERVER_NAME_UNITS } from '../text.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ListedServer {
  /** Dotted quad; 0.0.0.0 (with port 0) in the first entry: where the list came from. */
  readonly address: string;
  readonly port: number;
  readonly countryCode: number;
  readonly maxClients: number;
  readonly permanent: boolean;
  readonly name: string;
  readonly city: string;
}

export interface ClmServerList {
  readonly type: 'CLM_SERVER_LIST';
  readonly servers: readonly ListedServer[];
}

export const clmServerList: MessageCodec<ClmServerList> = {
  type: 'CLM_SERVER_LIST',
  id: 1006,
  encode: (message) => {
    const writer = new BodyWriter();
    for (const server of message.servers) {
      writer.ipv4(server.address).u16(server.port).u16(server.countryCode);
      writer.u8(server.maxClients).u8(server.permanent ? 1 : 0);
      writer.str16(server.name, MAX_SERVER_NAME_UNITS).str16('', 0).str16(server.city, MAX_CITY_UNITS);
    }
    return writer.bytes();
  },
  decode: (body) => {
    const reader = new BodyReader(body);
    const servers: ListedServer[] = [];
    while (reader.remaining() > 0 && !reader.failed) {
      const address = reader.ipv4();
      const port = reader.u16();
      const countryCode = reader.u16();
      const maxClients = reader.u8();
      const permanent = reader.u8() !== 0;
      const name = reader.str16(MAX_SERVER_NAME_UNITS);
      reader.str16(MAX_ADDRESS_UNITS); // always empty
      const city = reader.str16(MAX_CITY_UNITS);
      servers.push({ address, port, countryCode, maxClients, permanent, name, city });
    }
    return reader.failed ? undefined : { type: 'CLM_SERVER_LIST', servers };
  },
};
