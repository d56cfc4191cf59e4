import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Room, ServerSearchEvent } from '../../src/box/servers/state.ts';
import { createServerSearch, type ServerSearch } from '../../src/discovery/server-search.ts';
import { type HostPort, hostKey } from '../../src/jamulus/directory-types.ts';
import { parseFrame } from '../../src/jamulus/frame.ts';
import { decodeMessage, type Message, messageDatagram } from '../../src/jamulus/messages/message.ts';
import { fullList, listed } from '../jamulus/directory-network.ts';

const ANY = 'anygenre1.jamulus.app:22124';
const ANY_HOST = { address: '203.0.113.1', port: 22124 };
const NAMES: Readonly<Record<string, HostPort>> = {
  'anygenre1.jamulus.app': ANY_HOST,
  'stage.example': { address: '2001:DB8::0:7', port: 22124 },
};
const NOBODY = { directories: [], addresses: [], localNetwork: false };

let sent: string[];
let events: ServerSearchEvent[];
let rooms: ((found: readonly Room[]) => void) | undefined;
let ipv4Only: Map<string, boolean>;
let search: ServerSearch;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  sent = [];
  events = [];
  rooms = undefined;
  ipv4Only = new Map();
  search = createServerSearch({
    send: (to, datagram) => {
      const frame = parseFrame(datagram)!;
      sent.push(`${hostKey(to)} ${decodeMessage(frame.id, frame.body).type}`);
    },
    resolve: async ({ host, port, kind }, only) => {
      ipv4Only.set(host, only);
      return kind === 'name' ? (NAMES[host] ?? { error: 'not-found' }) : { address: host, port };
    },
    onEvent: (event) => events.push(event),
    startRooms: (onRooms) => {
      rooms = onRooms;
      return {
        stop: () => {
          rooms = undefined;
        },
      };
    },
    interfaces: () => ({
      eth0: [
        { family: 'IPv4', address: '192.168.1.1', netmask: '255.255.255.252', internal: false, mac: '', cidr: null },
      ],
    }),
  });
});
afterEach(() => {
  search.close();
  vi.useRealTimers();
});

function say(from: HostPort, message: Message): void {
  search.receive(messageDatagram(message), from);
}

describe('the search for servers', () => {
  it('looks directories up in IPv4, asks them, and observes what they list', async () => {
    search.open({ ...NOBODY, directories: [ANY] });
    await vi.advanceTimersByTimeAsync(2500);
    expect(events).toEqual([{ type: 'asking', directories: [ANY] }]);
    expect(ipv4Only.get('anygenre1.jamulus.app')).toBe(true);
    expect(sent).toEqual(Array(2).fill('203.0.113.1:22124 CLM_REQ_SERVER_LIST'));
    say(ANY_HOST, fullList(listed('198.51.100.7', 22124, 'Cellar')));
    await vi.advanceTimersByTimeAsync(100);
    expect(events.at(-1)).toMatchObject({ type: 'list', directoryId: ANY, completeness: 'full' });
    expect(sent).toContain('198.51.100.7:22124 CLM_PING_MS_WITHNUMCLIENTS');
  });

  it('says which directory has no address, and tries it again at a refresh', async () => {
    search.open({ ...NOBODY, directories: ['nowhere.example', 'not an address!'] });
    await vi.advanceTimersByTimeAsync(1);
    const unresolved = { type: 'directoryUnresolved', directoryId: 'nowhere.example' };
    expect(events.slice(1)).toContainEqual(unresolved);
    expect(events).toContainEqual({ type: 'directoryUnresolved', directoryId: 'not an address!' });
    events = [];
    search.refresh();
    await vi.advanceTimersByTimeAsync(1);
    expect(events).toContainEqual(unresolved);
    expect(sent).toEqual([]);
  });

  it('privacy C2: observes favourites by name or address without a packet to a directory', async () => {
    search.open({ ...NOBODY, addresses: ['stage.example', '198.51.100.7:22130'] });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(events).toContainEqual({
      type: 'addressResolved',
      address: 'stage.example',
      host: { address: '2001:db8::7', port: 22124 },
    });
    expect(new Set(sent)).toEqual(
      new Set(['[2001:db8::7]:22124 CLM_PING_MS_WITHNUMCLIENTS', '198.51.100.7:22130 CLM_PING_MS_WITHNUMCLIENTS']),
    );
  });

  it('leaves the directories alone as soon as another list is opened', async () => {
    search.open({ ...NOBODY, directories: [ANY] });
    await vi.advanceTimersByTimeAsync(1);
    search.open({ ...NOBODY, addresses: ['198.51.100.7'] });
    sent = [];
    await vi.advanceTimersByTimeAsync(10_000);
    expect(new Set(sent)).toEqual(new Set(['198.51.100.7:22124 CLM_PING_MS_WITHNUMCLIENTS']));
  });

  it("listens to mDNS and probes the network while 'This room' is open, and only then", async () => {
    search.open(NOBODY);
    await vi.advanceTimersByTimeAsync(5000);
    expect([sent, rooms]).toEqual([[], undefined]);
    search.open({ ...NOBODY, localNetwork: true });
    rooms?.([{ name: 'Loft', host: { address: '192.168.1.2', port: 22130 } }]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toEqual(['192.168.1.2:22124 CLM_PING_MS_WITHNUMCLIENTS']);
    expect(events.map(({ type }) => type)).toEqual(['probing', 'rooms', 'probed']);
    search.open(NOBODY);
    expect(rooms).toBeUndefined();
  });

  it('sends nothing after it is closed, even when a name is found late', async () => {
    search.open({ directories: [ANY], addresses: ['stage.example'], localNetwork: true });
    search.close();
    sent = [];
    await vi.advanceTimersByTimeAsync(60_000);
    say(ANY_HOST, fullList(listed('198.51.100.7', 22124, 'Cellar')));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sent, rooms]).toEqual([[], undefined]);
    expect(events.at(-1)).toEqual({ type: 'closed' });
    expect(search.counters().ignored).toBe(1);
  });

  it('waits while the network is down', async () => {
    search.open({ ...NOBODY, directories: [ANY] });
    await vi.advanceTimersByTimeAsync(1);
    search.networkUp(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    search.networkUp(true);
    expect(sent).toHaveLength(2);
  });
});
