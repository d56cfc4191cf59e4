/**
 * How often a list may be had. The request is 9 bytes, the answer two lists and a datagram of every listed server, all to
 * an address that may be somebody else's.
 */
import type { Rate } from '../../jamulus/token-bucket.ts';
import { createAddressLimit } from '../address-limit.ts';

/** A client asks every 2 s until it has the list; a house full of clients comes from one address. */
const REQUESTS: Rate = { burst: 10, perSecond: 0.5 };
const BYTES: Rate = { burst: 1024 * 1024, perSecond: 256 * 1024 };

export interface ListLimit {
  /** Whether `bytes` may be sent because of a request from this address. */
  allows(ip: number, bytes: number, nowMs: number): boolean;
}

export function createListLimit(): ListLimit {
  const limit = createAddressLimit(REQUESTS, BYTES);
  return { allows: (ip, bytes, nowMs) => limit.allows(Math.imul(ip, 0x9e3779b1) >>> 22, bytes, nowMs) };
}
