/** 1017 CLM_REGISTER_SERVER_EX. Server to directory: list me (messages.md §5.1). */
import { MAX_VERSION_UNITS } from '../text.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';
import { readServerRegistration, type ServerRegistration, writeServerRegistration } from './server-registration.ts';

export interface ClmRegisterServerEx {
  readonly type: 'CLM_REGISTER_SERVER_EX';
  readonly registration: ServerRegistration;
  /** Number of enumerations.ts. */
  readonly os: number;
  /** At most 50 UTF-16 units; 30 for receivers before 3.12.0. */
  readonly version: string;
}

export const clmRegisterServerEx: MessageCodec<ClmRegisterServerEx> = {
  type: 'CLM_REGISTER_SERVER_EX',
  id: 1017,
  encode: (message) =>
    writeServerRegistration(new BodyWriter(), message.registration)
      .u8(message.os)
      .str16(message.version, MAX_VERSION_UNITS)
      .bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const registration = readServerRegistration(reader);
    const os = reader.u8();
    const version = reader.str16(MAX_VERSION_UNITS);
    return reader.complete() && registration !== undefined
      ? { type: 'CLM_REGISTER_SERVER_EX', registration, os, version }
      : undefined;
  },
};
