/**
 * 1018 CLM_RED_SERVER_LIST. Directory to client: the same list without places, small enough to arrive unfragmented
 * (messages.md §5.2).
 */
import { MAX_SERVER_NAME_UNITS } from '../text.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ReducedServer {
  /** Dotted quad; 0.0.0.0 (with port 0) in the first entry: where the list came from. */
  readonly address: string;
  readonly port: number;
  readonly name: string;
}

export interface ClmRedServerList {
  readonly type: 'CLM_RED_SERVER_LIST';
  readonly servers: readonly ReducedServer[];
}

export const clmRedServerList: MessageCodec<ClmRedServerList> = {
  type: 'CLM_RED_SERVER_LIST',
  id: 1018,
  encode: (message) => {
    const writer = new BodyWriter();
    for (const server of message.servers) {
      writer.ipv4(server.address).u16(server.port).str8(server.name, MAX_SERVER_NAME_UNITS);
    }
    return writer.bytes();
  },
  decode: (body) => {
    const reader = new BodyReader(body);
    const servers: ReducedServer[] = [];
    while (reader.remaining() > 0 && !reader.failed) {
      servers.push({ address: reader.ipv4(), port: reader.u16(), name: reader.str8(MAX_SERVER_NAME_UNITS) });
    }
    return reader.failed ? undefined : { type: 'CLM_RED_SERVER_LIST', servers };
  },
};
