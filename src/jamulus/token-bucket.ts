/**
 * The one limit of what others may ask, which the protocol does not have: tokens that come back at a rate, up to a
 * burst. Pure but for the bucket's own numbers.
 */

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

/** Takes `cost` tokens; false, and none taken, if there are fewer. A clock that runs backwards gives none. */
export function takeTokens(bucket: Bucket, rate: Rate, cost: number, nowMs: number): boolean {
  const passedMs = Math.max(0, nowMs - bucket.lastMs);
  bucket.tokens = Math.min(rate.burst, bucket.tokens + (passedMs * rate.perSecond) / 1000);
  bucket.lastMs = nowMs;
  if (bucket.tokens < cost) return false;
  bucket.tokens -= cost;
  return true;
}
