/**
 * 27 LICENCE_REQUIRED. Server to client: the musician must agree to a licence before they are heard (messages.md §3.4,
 * §4).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface LicenceRequired {
  readonly type: 'LICENCE_REQUIRED';
  /** False (type 0): nothing to agree to. */
  readonly required: boolean;
}

export const licenceRequired: MessageCodec<LicenceRequired> = {
  type: 'LICENCE_REQUIRED',
  id: 27,
  encode: (message) => new BodyWriter().u8(message.required ? 1 : 0).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const licenceType = reader.u8();
    return reader.complete() && licenceType <= 1
      ? { type: 'LICENCE_REQUIRED', required: licenceType === 1 }
      : undefined;
  },
};
