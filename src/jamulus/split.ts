/** Long messages in several frames with the ID 2001 (messages.md §2.1). */
import { MAX_DATAGRAM_BYTES } from './frame.ts';

export const SPLIT_ID = 2001;
/** A body above this is split, into parts of this size. */
export const SPLIT_PART_BYTES = 550;
export const MAX_SPLIT_PARTS = 36;

const CONTAINER_HEADER_BYTES = 4;

/** The bodies of the 2001 frames that carry this message, at most 36; undefined if it is too long for that. */
export function splitBody(id: number, body: Uint8Array): Uint8Array[] | undefined {
  const count = Math.ceil(body.length / SPLIT_PART_BYTES);
  if (count > MAX_SPLIT_PARTS) return undefined;
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const data = body.subarray(index * SPLIT_PART_BYTES, (index + 1) * SPLIT_PART_BYTES);
    const part = new Uint8Array(CONTAINER_HEADER_BYTES + data.length);
    part.set([id & 0xff, id >> 8, count, index]);
    part.set(data, CONTAINER_HEADER_BYTES);
    parts.push(part);
  }
  return parts;
}

export interface JoinedMessage {
  readonly id: number;
  readonly body: Uint8Array;
}

export interface SplitReceiver {
  /** Takes the body of a 2001 frame; the whole message after its last part. Parts out of order start over. */
  accept(container: Uint8Array): JoinedMessage | undefined;
  /** To be called for every other connection-bound message but ACKN: it ends an unfinished one. */
  reset(): void;
}

/** Holds at most one unfinished message of at most 20000 bytes. */
export function createSplitReceiver(): SplitReceiver {
  let parts: Uint8Array[] = [];
  let bytes = 0;

  function reset(): void {
    parts = [];
    bytes = 0;
  }

  function join(): Uint8Array {
    const body = new Uint8Array(bytes);
    let offset = 0;
    for (const part of parts) {
      body.set(part, offset);
      offset += part.length;
    }
    return body;
  }

  return {
    reset,
    accept(container) {
      const dataBytes = container.length - CONTAINER_HEADER_BYTES;
      if (dataBytes < 0 || bytes + dataBytes > MAX_DATAGRAM_BYTES) return undefined;
      const id = (container[0] as number) | ((container[1] as number) << 8);
      const count = container[2] as number;
      const index = container[3] as number;
      if (index !== parts.length || index >= count || index >= MAX_SPLIT_PARTS) {
        reset();
        return undefined;
      }
      parts.push(container.slice(CONTAINER_HEADER_BYTES));
      bytes += dataBytes;
      if (index + 1 < count) return undefined;
      const body = join();
      reset();
      return { id, body };
    },
  };
}
