/**
 * 1021 CLM_WELCOME_MESSAGE. Server to anyone who asked, since 4.0.0: the welcome text without its prefix, or nothing
 * (messages.md §5).
 */
import { MAX_CHAT_UNITS, MAX_SENT_CHAT_UNITS } from '../text.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

export interface ClmWelcomeMessage {
  readonly type: 'CLM_WELCOME_MESSAGE';
  readonly text: string;
}

export const clmWelcomeMessage: MessageCodec<ClmWelcomeMessage> = {
  type: 'CLM_WELCOME_MESSAGE',
  id: 1021,
  encode: (message) => new BodyWriter().str16(message.text, MAX_SENT_CHAT_UNITS).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const text = reader.str16(MAX_CHAT_UNITS);
    return reader.complete() ? { type: 'CLM_WELCOME_MESSAGE', text } : undefined;
  },
};
