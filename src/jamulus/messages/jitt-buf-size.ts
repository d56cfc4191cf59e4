/**
 * 10 JITT_BUF_SIZE. Client to server: the buffer size wanted; server to client: the size its automatic has chosen
 * (messages.md §4).
 */
import { BodyReader, BodyWriter } from '../wire.ts';
import type { MessageCodec } from './codec.ts';

/** Instead of a size: the server chooses. */
export const JITT_BUF_AUTO = 21;

export interface JittBufSize {
  readonly type: 'JITT_BUF_SIZE';
  /** 1…20 blocks, or JITT_BUF_AUTO. */
  readonly blocks: number;
}

export const jittBufSize: MessageCodec<JittBufSize> = {
  type: 'JITT_BUF_SIZE',
  id: 10,
  encode: (message) => new BodyWriter().u16(message.blocks).bytes(),
  decode: (body) => {
    const reader = new BodyReader(body);
    const blocks = reader.u16();
    return reader.complete() && blocks >= 1 && blocks <= JITT_BUF_AUTO ? { type: 'JITT_BUF_SIZE', blocks } : undefined;
  },
};
