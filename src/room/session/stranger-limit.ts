/** What a room answers those who are not in it. */
import type { Rate } from '../../jamulus/token-bucket.ts';
import type { PeerAddress } from '../../linux/udp-socket.ts';
import { createAddressLimit } from '../address-limit.ts';

const ANSWERS: Rate = { burst: 40, perSecond: 20 };
/** All strangers together: what they can make the room send to addresses that may not be theirs. */
const ANSWER_BYTES: Rate = { burst: 256 * 1024, perSecond: 128 * 1024 };

export interface StrangerLimit {
  /** Whether an answer of this size may go to this address. */
  allows(peer: PeerAddress, bytes: number, nowMs: number): boolean;
}

export function createStrangerLimit(): StrangerLimit {
  const limit = createAddressLimit(ANSWERS, ANSWER_BYTES);
  return { allows: (peer, bytes, nowMs) => limit.allows(hashOf(peer), bytes, nowMs) };
}

/** Of the whole IPv4 address, or the network part of an IPv6 one: its owner has the rest for the taking. */
function hashOf(peer: PeerAddress): number {
  const isIpv4 = peer[10] === 0xff && peer[11] === 0xff;
  const from = isIpv4 ? 12 : 0;
  const end = isIpv4 ? 16 : 8;
  let hash = 0x811c9dc5;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ (peer[i] ?? 0), 0x01000193);
  return hash >>> 7;
}
