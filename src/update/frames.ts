/**
 * What the fetcher (fetcher.ts, a user without rights) answers root's update agent: frames of a kind (one byte), a length
 * (32 bits, the most significant byte first) and as many bytes. The agent trusts nothing in them but their order.
 */

export type Frame =
  /** How long the file will be, in bytes, where the server says so. Comes first. */
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'data'; readonly data: Uint8Array }
  /** Comes last: the file is whole. */
  | { readonly kind: 'end' }
  /** Comes last: it is not. */
  | { readonly kind: 'error'; readonly error: string };

const KINDS = { length: 0x4c, data: 0x44, end: 0x2e, error: 0x45 } as const;
const HEADER_BYTES = 5;
/** Node reads 64 KiB at a time at most. */
const MAX_FRAME_BYTES = 1024 * 1024;
const MAX_ERROR_LETTERS = 200;

export function encodeFrame(frame: Frame): Uint8Array {
  const body = bodyOf(frame);
  const bytes = Buffer.alloc(HEADER_BYTES + body.length);
  bytes.writeUInt8(KINDS[frame.kind], 0);
  bytes.writeUInt32BE(body.length, 1);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

function bodyOf(frame: Frame): Uint8Array {
  switch (frame.kind) {
    case 'length':
      return Buffer.from(String(frame.bytes));
    case 'data':
      return frame.data;
    case 'end':
      return new Uint8Array();
    case 'error':
      return Buffer.from(frame.error.slice(0, MAX_ERROR_LETTERS));
  }
}

/** Throws an Error at what is no frame. Ends where the chunks end, be it in the middle of one. */
export async function* decodeFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES) {
      const length = rest.readUInt32BE(1);
      if (length > MAX_FRAME_BYTES) throw new Error('not a frame');
      if (rest.length < HEADER_BYTES + length) break;
      const frame = decode(rest.readUInt8(0), rest.subarray(HEADER_BYTES, HEADER_BYTES + length));
      rest = rest.subarray(HEADER_BYTES + length);
      yield frame;
    }
  }
}

function decode(kind: number, body: Buffer): Frame {
  switch (kind) {
    case KINDS.length: {
      const text = body.toString('latin1');
      if (!/^\d{1,12}$/.test(text)) throw new Error('not a frame');
      return { kind: 'length', bytes: Number(text) };
    }
    case KINDS.data:
      return { kind: 'data', data: body };
    case KINDS.end:
      return { kind: 'end' };
    case KINDS.error:
      // It goes to the journal.
      return { kind: 'error', error: body.toString('utf8').replace(/\p{C}/gu, '?').slice(0, MAX_ERROR_LETTERS) };
    default:
      throw new Error('not a frame');
  }
}
