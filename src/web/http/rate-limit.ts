/** So many requests a second from one address, and so many at once: a bucket that fills again. Pure but for its own state. */

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Addresses of a local network; above that the oldest is forgotten. */
const MAX_ADDRESSES = 1000;

export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** True: go on. */
  allows(address: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(address) ?? { tokens: this.#burst, atMs: nowMs };
    const gained = ((nowMs - bucket.atMs) / 1000) * this.#perSecond;
    bucket.tokens = Math.min(this.#burst, bucket.tokens + Math.max(0, gained));
    bucket.atMs = nowMs;
    // The one that has just asked is the youngest.
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > MAX_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
