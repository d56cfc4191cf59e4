/** 1016 CLM_REGISTER_SERVER_RESP. Directory to server: what became of the registration (messages.md §3.4). */
import { type RegistrationResult, registrationResult, registrationResultToWire } from '../enumerations.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ClmRegisterServerResp {
  readonly type: 'CLM_REGISTER_SERVER_RESP';
  readonly result: RegistrationResult;
}

export const clmRegisterServerResp: MessageCodec<ClmRegisterServerResp> = {
  type: 'CLM_REGISTER_SERVER_RESP',
  id: 1016,
  encode: (message) => new BodyWriter().u8(registrationResultToWire(message.result)).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const result = registrationResult(reader.u8());
    return reader.complete() && result !== undefined ? { type: 'CLM_REGISTER_SERVER_RESP', result } : undefined;
  },
};
