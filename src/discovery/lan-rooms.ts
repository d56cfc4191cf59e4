/** Rooms on the local network by mDNS: looking for those of others. The records: room-records.ts. */
import multicastDns from 'multicast-dns';
import type { Room } from '../box/servers/state.ts';
import { createRoomCache, ROOM_SERVICE } from './room-records.ts';

export type Mdns = multicastDns.MulticastDNS;

const TICK_MS = 1000;
/** Questions are 1, 2, 4, … seconds apart, at last a minute. */
const LONGEST_PAUSE_TICKS = 60;

/** Opens the mDNS port beside other programs that use it. Networks that come and go are the library's business. */
export function openMdns(onError: (text: string) => void, options: multicastDns.Options = {}): Mdns {
  const mdns = multicastDns(options);
  mdns.on('error', (error) => onError(error.message));
  // Damaged packets of others, and interfaces without multicast: nothing to be done.
  mdns.on('warning', () => undefined);
  return mdns;
}

/** Calls `onRooms` with all rooms whenever they have changed. */
export function browseRooms(
  mdns: Mdns,
  onRooms: (rooms: readonly Room[]) => void,
  nowMs: () => number = () => performance.now(),
  serviceType = ROOM_SERVICE,
): { readonly stop: () => void } {
  const cache = createRoomCache(serviceType);
  let reported = '[]';
  let pauseTicks = 1;
  let ticksLeft = pauseTicks;

  function report(): void {
    const rooms = cache.rooms(nowMs());
    const text = JSON.stringify(rooms);
    if (text === reported) return;
    reported = text;
    onRooms(rooms);
  }

  function ask(): void {
    mdns.query([{ name: serviceType, type: 'PTR' }]);
  }

  function tick(): void {
    report();
    const missing = cache.missing(nowMs());
    if (missing.length > 0) mdns.query([...missing]);
    ticksLeft -= 1;
    if (ticksLeft > 0) return;
    pauseTicks = Math.min(2 * pauseTicks, LONGEST_PAUSE_TICKS);
    ticksLeft = pauseTicks;
    ask();
  }

  function take({ answers = [], additionals = [] }: multicastDns.ResponsePacket): void {
    cache.take([...answers, ...additionals], nowMs());
    report();
  }

  mdns.on('response', take);
  const timer = setInterval(tick, TICK_MS);
  ask();
  return {
    stop() {
      clearInterval(timer);
      mdns.off('response', take);
    },
  };
}
