/** What a server tells a directory about itself (messages.md §5.1). */
import { parseIpv4 } from '../ipv4.ts';
import { MAX_ADDRESS_UNITS, MAX_CITY_UNITS, MAX_SERVER_NAME_UNITS } from '../text.ts';
import type { BodyReader, BodyWriter } from '../wire.ts';

export interface ServerRegistration {
  /** The port the server listens on behind its address translation. */
  readonly internalPort: number;
  /** Dotted quad, or empty: the directory then stores 127.0.0.1. */
  readonly internalAddress: string;
  readonly countryCode: number;
  readonly maxClients: number;
  /** Has been registered for at least 48 h. */
  readonly permanent: boolean;
  readonly name: string;
  readonly city: string;
}

/** Undefined if the internal address is neither empty nor a dotted quad; the reader may have failed otherwise. */
export function readServerRegistration(reader: BodyReader): ServerRegistration | undefined {
  const internalPort = reader.u16();
  const countryCode = reader.u16();
  const maxClients = reader.u8();
  const permanent = reader.u8() !== 0;
  const name = reader.str16(MAX_SERVER_NAME_UNITS);
  const internalAddress = reader.str16(MAX_ADDRESS_UNITS);
  const city = reader.str16(MAX_CITY_UNITS);
  if (internalAddress !== '' && parseIpv4(internalAddress) === undefined) return undefined;
  return { internalPort, internalAddress, countryCode, maxClients, permanent, name, city };
}

export function writeServerRegistration(writer: BodyWriter, registration: ServerRegistration): BodyWriter {
  return writer
    .u16(registration.internalPort)
    .u16(registration.countryCode)
    .u8(registration.maxClients)
    .u8(registration.permanent ? 1 : 0)
    .str16(registration.name, MAX_SERVER_NAME_UNITS)
    .str16(registration.internalAddress, MAX_ADDRESS_UNITS)
    .str16(registration.city, MAX_CITY_UNITS);
}
