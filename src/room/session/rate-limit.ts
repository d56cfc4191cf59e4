/**
 * Limits of what a peer may ask, which the protocol does not have: token buckets for those who are in, and a table of
 * fixed size for everybody else.
 */
import type { PeerAddress } from '../../linux/udp-socket.ts';

export interface Bucket {
  tokens: number;
  lastMs: number;
}

export interface Rate {
  /** Tokens at most, and at the start. */
  readonly burst: number;
  readonly perSecond: number;
}

export function fullBucket(rate: Rate, nowMs: number): Bucket {
  return { tokens: rate.burst, lastMs: nowMs };
}

/** Takes `cost` tokens; false, and none taken, if there are fewer. */
export function takeTokens(bucket: Bucket, rate: Rate, cost: number, nowMs: number): boolean {
  const passedMs = Math.max(0, nowMs - bucket.lastMs);
  bucket.tokens = Math.min(rate.burst, bucket.tokens + (passedMs * rate.perSecond) / 1000);
  bucket.lastMs = nowMs;
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
}

const SLOTS = 1024;
const ANSWERS: Rate = { burst: 40, perSecond: 20 };
/** All strangers together: what they can make the room send to addresses that may not be theirs. */
const ANSWER_BYTES: Rate = { burst: 256 * 1024, perSecond: 128 * 1024 };

export interface StrangerLimit {
  /** Whether an answer of so many bytes may go to this address. */
  allows(peer: PeerAddress, bytes: number, nowMs: number): boolean;
}

/** Addresses share a slot now and then: then they share its rate. */
export function createStrangerLimit(): StrangerLimit {
  const slots: (Bucket | undefined)[] = new Array(SLOTS).fill(undefined);
  const bytesLeft: Bucket = { tokens: ANSWER_BYTES.burst, lastMs: 0 };
  return {
    allows(peer, bytes, nowMs) {
      const index = slotOf(peer);
      let slot = slots[index];
      if (slot === undefined) {
        slot = fullBucket(ANSWERS, nowMs);
        slots[index] = slot;
      }
      return takeTokens(slot, ANSWERS, 1, nowMs) && takeTokens(bytesLeft, ANSWER_BYTES, bytes, nowMs);
    },
  };
}

/** The whole IPv4 address, or the network part of an IPv6 one: its owner has the rest for the taking. */
function slotOf(peer: PeerAddress): number {
  const isIpv4 = peer[10] === 0xff && peer[11] === 0xff;
  const from = isIpv4 ? 12 : 0;
  const end = isIpv4 ? 16 : 8;
  let hash = 0x811c9dc5;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ (peer[i] ?? 0), 0x01000193);
  return (hash >>> 7) % SLOTS;
}
