/** 1004 CLM_REGISTER_SERVER. Server to directory, until 3.5.8: list me; counts as no version (messages.md §5.1). */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';
import { readServerRegistration, type ServerRegistration, writeServerRegistration } from './server-registration.ts';

export interface ClmRegisterServer {
  readonly type: 'CLM_REGISTER_SERVER';
  readonly registration: ServerRegistration;
}

export const clmRegisterServer: MessageCodec<ClmRegisterServer> = {
  type: 'CLM_REGISTER_SERVER',
  id: 1004,
  encode: (message) => writeServerRegistration(new BodyWriter(), message.registration).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const registration = readServerRegistration(reader);
    return reader.complete() && registration !== undefined ? { type: 'CLM_REGISTER_SERVER', registration } : undefined;
  },
};
