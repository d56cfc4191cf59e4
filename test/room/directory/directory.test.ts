/** Being a directory (sessions.md §10.3), and the promises D1 and D2 of privacy.md. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../../src/jamulus/frame.ts';
import { decodeMessage, type Message } from '../../../src/jamulus/messages/message.ts';
import {
  createDirectory,
  type Directory,
  type DirectorySend,
  type DirectorySettings,
} from '../../../src/room/directory/directory.ts';
import type { DirectoryMessage } from '../../../src/room/session/room-session-types.ts';
import { readCapture } from '../../support/pcap.ts';
import { host, peerAt } from '../peers.ts';

const MINUTE_MS = 60_000;
const SETTINGS: DirectorySettings = {
  own: { name: 'MyDir', city: 'Ulm', countryCode: 82, maxClients: 10 },
  ownAddress: '',
  minVersion: '',
  whiteList: [],
};
/** Registration, its end, its answer, the list's request, both lists. */
const DIRECTORY_IDS = new Set([1017, 1005, 1016, 1007, 1018, 1006]);
const ASK: DirectoryMessage = { type: 'CLM_REQ_SERVER_LIST' };

function registration(name: string, more: { readonly version?: string; readonly internal?: string } = {}) {
  const { version = '3.9.1', internal = '192.168.7.7' } = more;
  return {
    type: 'CLM_REGISTER_SERVER_EX',
    registration: {
      ...{ internalPort: 22124, internalAddress: internal, countryCode: 82, maxClients: 10, permanent: false },
      ...{ name, city: 'Berlin' },
    },
    os: 2,
    version,
  } as const satisfies DirectoryMessage;
}

function said(sends: readonly DirectorySend[]): { to: string; message: Message }[] {
  return sends.map(({ peer, datagram }) => {
    const frame = parseFrame(datagram)!;
    const message = decodeMessage(frame.id, frame.body);
    if (message.type === 'UNKNOWN' || message.type === 'REJECTED') throw new Error('unreadable');
    return { to: host(peer), message };
  });
}

function resultOf(sends: readonly DirectorySend[]): string {
  const { message } = said(sends)[0]!;
  return message.type === 'CLM_REGISTER_SERVER_RESP' ? message.result : message.type;
}

/** What the client gets to see besides the directory itself. */
function listFor(directory: Directory, client: string, nowMs = 0): string[] {
  const full = said(directory.receive(peerAt(client), ASK, nowMs)).find((s) => s.message.type === 'CLM_SERVER_LIST');
  if (full?.message.type !== 'CLM_SERVER_LIST') return [];
  return full.message.servers.slice(1).map(({ address, port, name }) => `${name} ${address}:${port}`);
}

function directoryWith(servers: readonly string[], settings: Partial<DirectorySettings> = {}): Directory {
  const directory = createDirectory({ ...SETTINGS, ...settings }, 0);
  servers.forEach((address, i) => {
    directory.receive(peerAt(address), registration(`S${i}`), 0);
  });
  return directory;
}

describe('registration', () => {
  it('is answered, and the server is in the list', () => {
    const directory = directoryWith([]);
    const answer = directory.receive(peerAt('5.6.7.8:1000'), registration('Cellar'), 0);
    expect(said(answer)).toEqual([
      { to: '5.6.7.8:1000', message: { type: 'CLM_REGISTER_SERVER_RESP', result: 'registered' } },
    ]);
    expect(listFor(directory, '9.9.9.9:2000')).toEqual(['Cellar 5.6.7.8:1000']);
  });

  it('again from the same address changes the entry', () => {
    const directory = directoryWith(['5.6.7.8:1000']);
    directory.receive(peerAt('5.6.7.8:1000'), registration('Renamed'), 0);
    expect(listFor(directory, '9.9.9.9:2000')).toEqual(['Renamed 5.6.7.8:1000']);
  });

  it('by the old message counts as a server without version', () => {
    const old = { type: 'CLM_REGISTER_SERVER', registration: registration('Old').registration } as const;
    const open = directoryWith([]);
    expect(resultOf(open.receive(peerAt('5.6.7.8:1'), old, 0))).toBe('registered');
    const strict = directoryWith([], { minVersion: '3.8.0' });
    expect(resultOf(strict.receive(peerAt('5.6.7.8:1'), old, 0))).toBe('version-too-old');
  });

  it('needs the minimum version, compared as numbers', () => {
    const directory = directoryWith([], { minVersion: '3.8.0' });
    const from = peerAt('5.6.7.8:1');
    const resultFor = (version: string) => resultOf(directory.receive(from, registration('V', { version }), 0));
    expect(resultFor('3.7.9')).toBe('version-too-old');
    expect(resultFor('3.10.0beta2')).toBe('registered');
    expect(resultFor('')).toBe('version-too-old');
  });

  it('is for those on the white list, if there is one', () => {
    const directory = directoryWith([], { whiteList: ['5.6.7.8'] });
    expect(resultOf(directory.receive(peerAt('5.6.7.8:99'), registration('In'), 0))).toBe('registered');
    expect(resultOf(directory.receive(peerAt('5.6.7.9:99'), registration('Out'), 0))).toBe('requirements-not-met');
    expect(listFor(directory, '9.9.9.9:2000')).toHaveLength(1);
    expect(directory.counters().refused).toBe(1);
  });

  it('ends at 150 servers, the directory included; those that are in may still change', () => {
    const directory = directoryWith(Array.from({ length: 149 }, (_, i) => `5.6.${i}.8:1000`));
    expect(directory.entries()).toHaveLength(149);
    expect(resultOf(directory.receive(peerAt('7.7.7.7:1'), registration('Late'), 0))).toBe('list-full');
    expect(resultOf(directory.receive(peerAt('5.6.3.8:1000'), registration('Again'), 0))).toBe('registered');
    expect(directory.entries()).toHaveLength(149);
  });

  it('from one address takes a third of the list at most', () => {
    const directory = directoryWith(Array.from({ length: 149 }, (_, i) => `5.6.7.8:${1000 + i}`));
    expect(directory.entries()).toHaveLength(50);
    expect(resultOf(directory.receive(peerAt('7.7.7.7:1'), registration('Other'), 0))).toBe('registered');
  });
});

describe('the list', () => {
  it('and all else is what the real directory said in the capture, byte by byte', () => {
    const own = { name: 'Town Directory', city: 'Bremen', countryCode: 82, maxClients: 10 };
    const directory = createDirectory({ ...SETTINGS, own }, 0);
    const [expected, actual]: [string[], string[]] = [[], []];
    for (const { timeMs, srcPort, dstPort, payload } of readCapture('directory-two-servers-list-query')) {
      const frame = parseFrame(payload);
      if (frame === undefined || !DIRECTORY_IDS.has(frame.id)) continue;
      if (srcPort === 23_200) expected.push(`127.0.0.1:${dstPort} ${Buffer.from(payload).toString('hex')}`);
      if (dstPort !== 23_200) continue;
      const message = decodeMessage(frame.id, frame.body) as DirectoryMessage;
      for (const { peer, datagram } of directory.receive(peerAt(`127.0.0.1:${srcPort}`), message, timeMs)) {
        actual.push(`${host(peer)} ${Buffer.from(datagram).toString('hex')}`);
      }
    }
    expect(actual).toEqual(expected);
    expect(expected).toHaveLength(6);
  });

  it('is preceded by a request to each server with a public address to open its path', () => {
    const directory = directoryWith(['5.6.7.8:1000', '192.168.1.5:1000', '6.6.6.6:3000']);
    const sends = said(directory.receive(peerAt('9.9.9.9:2000'), ASK, 0));
    const punch = { type: 'CLM_SEND_EMPTY_MESSAGE', address: '9.9.9.9', port: 2000 };
    expect(sends.map(({ to, message }) => `${to} ${message.type}`)).toEqual([
      '5.6.7.8:1000 CLM_SEND_EMPTY_MESSAGE',
      '6.6.6.6:3000 CLM_SEND_EMPTY_MESSAGE',
      '9.9.9.9:2000 CLM_RED_SERVER_LIST',
      '9.9.9.9:2000 CLM_SERVER_LIST',
    ]);
    expect(sends[0]?.message).toEqual(punch);
    expect(sends[1]?.message).toEqual(punch);
  });

  it('names the public address of the house for a client beside the directory', () => {
    const directory = directoryWith(['5.6.7.8:1000'], { ownAddress: '80.1.2.3' });
    const [first] = said(directory.receive(peerAt('192.168.1.9:2000'), ASK, 0));
    expect(first?.message).toEqual({ type: 'CLM_SEND_EMPTY_MESSAGE', address: '80.1.2.3', port: 2000 });
  });

  it.each([
    ['a private server', '192.168.1.5:1000', 'a private client', '10.0.0.1:5', '192.168.1.5:1000'],
    ['a private server', '192.168.1.5:1000', 'a public client', '9.9.9.9:5', '192.168.7.7:22124'],
    ['a public server', '5.6.7.8:1000', 'a private client', '10.0.0.1:5', '5.6.7.8:1000'],
    ['a public server', '5.6.7.8:1000', 'a public client', '9.9.9.9:5', '5.6.7.8:1000'],
    ['a public server', '5.6.7.8:1000', 'a client behind the same router', '5.6.7.8:5', '192.168.7.7:22124'],
  ])('gives of %s at %s to %s at %s the address %s', (_server, server, _client, client, shown) => {
    expect(listFor(directoryWith([server]), client)).toEqual([`S0 ${shown}`]);
  });

  it('gives 127.0.0.1 for a private server that does not know its address', () => {
    const directory = directoryWith([]);
    directory.receive(peerAt('192.168.1.5:1000'), registration('Lost', { internal: '' }), 0);
    expect(listFor(directory, '9.9.9.9:5')).toEqual(['Lost 127.0.0.1:22124']);
  });

  it('fits into one datagram that receivers take, whatever the names', () => {
    const directory = directoryWith([]);
    for (let i = 0; i < 149; i++) {
      const wide = registration('界'.repeat(20));
      const message = { ...wide, registration: { ...wide.registration, city: '市'.repeat(20) } };
      directory.receive(peerAt(`5.6.${i}.8:1000`), message, 0);
    }
    const lists = directory.receive(peerAt('9.9.9.9:5'), ASK, 0).slice(-2);
    for (const { datagram } of lists) expect(datagram.length).toBeLessThan(20_000);
    expect(listFor(directory, '9.9.9.9:5').length).toBeGreaterThan(140);
  });
});

describe('the list as an amplifier', () => {
  it('goes to one address ten times, then once in two seconds', () => {
    const directory = directoryWith(['5.6.7.8:1000']);
    let given = 0;
    for (let i = 0; i < 1000; i++) if (directory.receive(peerAt(`9.9.9.9:${i + 1}`), ASK, 0).length > 0) given++;
    expect(given).toBe(10);
    expect(directory.counters().limited).toBe(990);
    expect(directory.receive(peerAt('9.9.9.9:1'), ASK, 1000)).toEqual([]);
    expect(directory.receive(peerAt('9.9.9.9:1'), ASK, 2000)).not.toEqual([]);
  });

  it('is bounded for all addresses together, holes included', () => {
    const directory = directoryWith(Array.from({ length: 149 }, (_, i) => `5.6.${i}.8:1000`));
    let bytes = 0;
    for (let i = 0; i < 20_000; i++) {
      const client = peerAt(`${20 + (i % 100)}.${i >> 8}.${i & 255}.1:5`);
      for (const { datagram } of directory.receive(client, ASK, i / 10)) bytes += datagram.length;
    }
    expect(bytes).toBeLessThan(1.6 * 1024 * 1024); // in 2 s
  });

  it('is nothing to hear for IPv6 peers and impossible addresses', () => {
    const directory = directoryWith(['5.6.7.8:1000']);
    const ipv6 = peerAt('9.9.9.9:5');
    ipv6[0] = 0x20;
    for (const peer of [ipv6, peerAt('0.0.0.1:5'), peerAt('239.1.1.1:5'), peerAt('9.9.9.9:0')]) {
      expect(directory.receive(peer, ASK, 0)).toEqual([]);
      expect(directory.receive(peer, registration('X'), 0)).toEqual([]);
    }
    expect(directory.counters().ignored).toBe(8);
  });
});

describe('time', () => {
  it('every server is kept reachable by a word every 59 s', () => {
    const directory = directoryWith(['5.6.7.8:1000', '192.168.1.5:1000']);
    expect(directory.nextTickMs()).toBe(59_000);
    expect(directory.tick(58_999)).toEqual([]);
    expect(said(directory.tick(59_000)).map(({ to, message }) => `${to} ${message.type}`)).toEqual([
      '5.6.7.8:1000 CLM_EMPTY_MESSAGE',
      '192.168.1.5:1000 CLM_EMPTY_MESSAGE',
    ]);
    expect(directory.tick(60_000)).toEqual([]);
  });

  it('an empty directory needs no timer', () => {
    expect(directoryWith([]).nextTickMs()).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('D1: holds only what servers registered', () => {
  it('D1: forgets on unregister', () => {
    const directory = directoryWith(['5.6.7.8:1000', '5.6.7.8:1001']);
    directory.receive(peerAt('5.6.7.8:1000'), { type: 'CLM_UNREGISTER_SERVER' }, 0);
    expect(listFor(directory, '9.9.9.9:5')).toEqual(['S1 5.6.7.8:1001']);
    directory.receive(peerAt('5.6.7.8:77'), { type: 'CLM_UNREGISTER_SERVER' }, 0); // somebody else's word counts not
    expect(directory.entries()).toHaveLength(1);
  });

  it('D1: forgets what has not been heard of for 33 minutes', () => {
    const directory = directoryWith(['5.6.7.8:1000', '6.6.6.6:1000']);
    directory.receive(peerAt('6.6.6.6:1000'), registration('Alive'), 15 * MINUTE_MS);
    for (let minute = 1; minute <= 33; minute++) directory.tick(minute * MINUTE_MS);
    expect(directory.entries()).toHaveLength(2);
    directory.tick(34 * MINUTE_MS);
    expect(directory.entries().map(({ name }) => name)).toEqual(['Alive']);
  });

  it('D1: is empty at the start, whatever an earlier one held', () => {
    directoryWith(['5.6.7.8:1000']);
    expect(directoryWith([]).entries()).toEqual([]);
  });
});

describe('D2: serves lists to anyone and does not record who asked', () => {
  it('D2: nothing of those who asked is in what it holds', () => {
    const directory = directoryWith(['5.6.7.8:1000']);
    const before = JSON.stringify(directory.entries());
    for (const client of ['9.9.9.9:5', '10.1.1.1:6', '5.6.7.8:7', '127.0.0.1:8']) {
      expect(listFor(directory, client), client).toHaveLength(1);
    }
    expect(JSON.stringify(directory.entries())).toBe(before);
    expect(Object.keys(directory.counters())).toEqual(['limited', 'ignored', 'refused']);
  });

  it('D2: what is said to servers later does not tell of it', () => {
    const directory = directoryWith(['5.6.7.8:1000']);
    directory.receive(peerAt('9.9.9.9:5'), ASK, 0);
    expect(said(directory.tick(59_000)).map(({ message }) => message)).toEqual([{ type: 'CLM_EMPTY_MESSAGE' }]);
  });
});

describe('any messages from anywhere', () => {
  it('never make more than 150 servers, nor an answer to anybody but sender and servers', () => {
    const peers = fc.tuple(fc.integer({ min: 1, max: 223 }), fc.nat(3), fc.integer({ min: 1, max: 4 }));
    const messages = fc.constantFrom<DirectoryMessage>(
      ASK,
      registration('A'),
      { type: 'CLM_UNREGISTER_SERVER' },
      { type: 'CLM_SEND_EMPTY_MESSAGE', address: '8.8.8.8', port: 9 },
      { type: 'CLM_REGISTER_SERVER_RESP', result: 'registered' },
    );
    const steps = fc.array(fc.tuple(peers, messages, fc.nat(100_000)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (all) => {
        const directory = directoryWith([]);
        const known = new Set<string>();
        let nowMs = 0;
        for (const [[a, b, port], message, passedMs] of all) {
          nowMs += passedMs;
          const from = `${a}.0.0.${b}:${port}`;
          known.add(from);
          const sends = [...directory.receive(peerAt(from), message, nowMs), ...directory.tick(nowMs)];
          for (const { to } of said(sends)) expect(known).toContain(to);
          expect(directory.entries().length).toBeLessThan(150);
        }
      }),
    );
  });
});
