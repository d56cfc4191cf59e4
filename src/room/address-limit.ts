/**
 * A limit for anybody on the internet, in a table of fixed size: an address picks one of the slots and has its rate, and
 * all together have one in bytes, because they may have given addresses that are not theirs.
 *
 * Who asked is not recorded (privacy.md D2): only the slots are kept.
 */
import { type Bucket, fullBucket, type Rate, takeTokens } from '../jamulus/token-bucket.ts';

const SLOTS = 1024;

export interface AddressLimit {
  /**
   * Whether an answer of this size may be sent. Addresses share a slot now and then: then they share its rate.
   * @param hash of the address, 0 or more
   */
  allows(hash: number, bytes: number, nowMs: number): boolean;
}

/**
 * @param answers for one address
 * @param bytesOfAll for all of them together
 */
export function createAddressLimit(answers: Rate, bytesOfAll: Rate): AddressLimit {
  const slots = new Map<number, Bucket>();
  let all: Bucket | undefined;
  return {
    allows(hash, bytes, nowMs) {
      all ??= fullBucket(bytesOfAll, nowMs);
      const index = hash % SLOTS;
      const slot = slots.get(index) ?? fullBucket(answers, nowMs);
      slots.set(index, slot);
      return takeTokens(slot, answers, 1, nowMs) && takeTokens(all, bytesOfAll, bytes, nowMs);
    },
  };
}
