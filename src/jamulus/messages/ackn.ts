/**
 * 1 ACKN. Both directions: the frame with this ID, and with the counter of this frame, has arrived (messages.md §2).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface Ackn {
  readonly type: 'ACKN';
  readonly acknowledgedId: number;
}

export const ackn: MessageCodec<Ackn> = {
  type: 'ACKN',
  id: 1,
  encode: (message) => new BodyWriter().u16(message.acknowledgedId).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const acknowledgedId = reader.u16();
    return reader.complete() ? { type: 'ACKN', acknowledgedId } : undefined;
  },
};
