/** Limits the requests from one address: their rate, and how many may come at once. Pure but for its own state. */
import { type Bucket, fullBucket, type Rate, takeTokens } from '../../../jamulus/token-bucket.ts';

/** Addresses of a local network; above that the oldest is forgotten. */
const MAX_ADDRESSES = 1000;

export class RateLimit {
  readonly #rate: Rate;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** True: go on. */
  allows(address: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(address) ?? fullBucket(this.#rate, nowMs);
    // The one that has just asked is the youngest.
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > MAX_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    return takeTokens(bucket, this.#rate, 1, nowMs);
  }
}
