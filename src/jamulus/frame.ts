/** Message frames: telling them from audio, taking them apart, building them (messages.md §1). */
import { crc16 } from './crc.ts';

/** Tag, ID, counter and length before the body. */
const HEADER_BYTES = 7;
const OVERHEAD_BYTES = HEADER_BYTES + 2;
/** Every receiver's buffer; a longer datagram is cut by the read and can't be a message. */
export const MAX_DATAGRAM_BYTES = 20000;
export const MAX_BODY_BYTES = MAX_DATAGRAM_BYTES - OVERHEAD_BYTES;

export interface Frame {
  readonly id: number;
  /** 0…255; means nothing in connectionless messages. */
  readonly counter: number;
  /** A view into the datagram. */
  readonly body: Uint8Array;
}

/**
 * True if the first `length` bytes are a message; everything else, junk included, belongs to the audio path.
 * The tests and their order are those of messages.md §1.1. Period path: allocates nothing.
 */
export function isMessage(bytes: Uint8Array, length: number): boolean {
  if (length < OVERHEAD_BYTES || length > bytes.length) return false;
  if (bytes[0] !== 0 || bytes[1] !== 0) return false;
  const bodyBytes = (bytes[5] as number) | ((bytes[6] as number) << 8);
  if (bodyBytes !== length - OVERHEAD_BYTES) return false;
  const crc = (bytes[length - 2] as number) | ((bytes[length - 1] as number) << 8);
  return crc === crc16(bytes, length - 2);
}

/** Undefined if the datagram is not a message. */
export function parseFrame(datagram: Uint8Array): Frame | undefined {
  if (!isMessage(datagram, datagram.length)) return undefined;
  return {
    id: (datagram[2] as number) | ((datagram[3] as number) << 8),
    counter: datagram[4] as number,
    body: datagram.subarray(HEADER_BYTES, datagram.length - 2),
  };
}

/** The datagram of one frame; `counter` is used modulo 256. A body above MAX_BODY_BYTES is a bug of the caller. */
export function buildFrame(id: number, counter: number, body: Uint8Array): Uint8Array {
  if (body.length > MAX_BODY_BYTES) throw new RangeError(`message ${id} with a body of ${body.length} bytes`);
  const datagram = new Uint8Array(body.length + OVERHEAD_BYTES);
  const view = new DataView(datagram.buffer);
  view.setUint16(2, id, true);
  view.setUint8(4, counter);
  view.setUint16(5, body.length, true);
  datagram.set(body, HEADER_BYTES);
  view.setUint16(datagram.length - 2, crc16(datagram, datagram.length - 2), true);
  return datagram;
}

/** IDs 1000…1999 are not acknowledged and need no connection (messages.md §2.2). */
export function isConnectionless(id: number): boolean {
  return id >= 1000 && id <= 1999;
}
