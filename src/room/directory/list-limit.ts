/**
 * How often a list may be had. The request is 9 bytes, the answer two lists and a datagram of every listed server, all to
 * an address that may be somebody else's: so each address has a rate, and all together have one in bytes.
 *
 * Who asked is not recorded (privacy.md D2): an address picks one of 1024 buckets, and only buckets are kept.
 */
import { type Bucket, fullBucket, type Rate, takeTokens } from '../session/rate-limit.ts';

const SLOTS = 1024;
/** A client asks every 2 s until it has the list; a house full of clients comes from one address. */
const REQUESTS: Rate = { burst: 10, perSecond: 0.5 };
const BYTES: Rate = { burst: 1024 * 1024, perSecond: 256 * 1024 };

export interface ListLimit {
  /** Whether `bytes` may be sent because of a request from this address. */
  allows(ip: number, bytes: number, nowMs: number): boolean;
}

export function createListLimit(nowMs: number): ListLimit {
  const slots = Array.from({ length: SLOTS }, () => fullBucket(REQUESTS, nowMs));
  const all: Bucket = fullBucket(BYTES, nowMs);
  return {
    allows(ip, bytes, now) {
      const slot = slots[(Math.imul(ip, 0x9e3779b1) >>> 22) % SLOTS] as Bucket;
      return takeTokens(slot, REQUESTS, 1, now) && takeTokens(all, BYTES, bytes, now);
    },
  };
}
