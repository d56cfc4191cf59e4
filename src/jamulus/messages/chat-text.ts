/** 18 CHAT_TEXT. Client to server: plain text; server to client: HTML, its own or relayed (sessions.md §7). */
import { MAX_CHAT_UNITS } from '../text.ts';
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

/** Servers put this before their welcome text, and clients look for exactly this (sessions.md §7). */
export const WELCOME_PREFIX = '<b>Server Welcome Message:</b> ';

export interface ChatText {
  readonly type: 'CHAT_TEXT';
  readonly text: string;
}

export const chatText: MessageCodec<ChatText> = {
  type: 'CHAT_TEXT',
  id: 18,
  encode: (message) => new BodyWriter().str16(message.text, MAX_CHAT_UNITS).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const text = reader.str16(MAX_CHAT_UNITS);
    return reader.complete() ? { type: 'CHAT_TEXT', text } : undefined;
  },
};
