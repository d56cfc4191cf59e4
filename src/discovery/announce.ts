/** Announcing by mDNS what this machine has: its room, its page. The records: room-records.ts. */
import type { QueryPacket } from 'multicast-dns';
import { ownIpv4Addresses } from '../linux/own-address.ts';
import type { Mdns } from './lan-rooms.ts';
import { type Announced, concernsOwn, ownRecords, ROOM_SERVICE } from './room-records.ts';

/** RFC 6762 §10: records that name a host. */
const TTL_S = 120;
/** Pause before the second announcement, made in case the first is lost. */
const SECOND_ANNOUNCEMENT_MS = 1000;
/** Interval between checks of the own addresses: the router may give another one at any time. */
const CHECK_MS = 10_000;

export interface Announcement {
  /** Takes it back. */
  stop(): Promise<void>;
}

/**
 * Announces it at whatever addresses this machine has, and answers questions about it until stopped.
 * @param addresses of this machine, now
 */
export function announce(
  mdns: Mdns,
  what: Omit<Announced, 'addresses'>,
  serviceType = ROOM_SERVICE,
  addresses: () => readonly string[] = ownIpv4Addresses,
): Announcement {
  let announced: Announcement | undefined;
  let known: readonly string[] = [];

  function look(): void {
    const now = addresses();
    if (now.join() === known.join()) return;
    known = now;
    void announced?.stop();
    announced = now.length === 0 ? undefined : announceAt(mdns, { ...what, addresses: now }, serviceType);
  }

  look();
  const timer = setInterval(look, CHECK_MS);
  return {
    async stop() {
      clearInterval(timer);
      await announced?.stop();
    },
  };
}

function announceAt(mdns: Mdns, own: Announced, serviceType: string): Announcement {
  function announceAgain(): void {
    mdns.respond([...ownRecords(own, TTL_S, serviceType)]);
  }

  function answer({ questions = [] }: QueryPacket): void {
    if (concernsOwn(questions, own, serviceType)) announceAgain();
  }

  mdns.on('query', answer);
  announceAgain();
  const timer = setTimeout(announceAgain, SECOND_ANNOUNCEMENT_MS);
  return {
    stop() {
      clearTimeout(timer);
      mdns.off('query', answer);
      return new Promise((resolve) => mdns.respond([...ownRecords(own, 0, serviceType)], () => resolve()));
    },
  };
}
