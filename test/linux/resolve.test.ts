import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseServerAddress } from '../../src/jamulus/server-address.ts';
import { type ResolvedAddress, resolveServer, toPeerAddress } from '../../src/linux/resolve.ts';

function resolve(text: string, socketFamily: 4 | 6 = 6) {
  const parsed = parseServerAddress(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return resolveServer(parsed.address, socketFamily);
}

/** The peer address of an IPv6 text as 32 hex digits, and its port. */
function peerOf(address: string, family: 4 | 6 = 6): { hex: string; port: number } {
  const peer = toPeerAddress({ family, address, port: 22124 });
  return { hex: Buffer.from(peer.subarray(0, 16)).toString('hex'), port: peer[16]! * 256 + peer[17]! };
}

describe('A server’s address', () => {
  test('that is numeric is taken as it stands', async () => {
    expect(await resolve('192.0.2.7')).toEqual({ family: 4, address: '192.0.2.7', port: 22124 });
    expect(await resolve('192.0.2.7:22130', 4)).toEqual({ family: 4, address: '192.0.2.7', port: 22130 });
    expect(await resolve('[2001:db8::7]:9')).toEqual({ family: 6, address: '2001:db8::7', port: 9 });
  });

  test('that is IPv6 is out of reach where the kernel has only IPv4', async () => {
    expect(await resolve('[2001:db8::7]', 4)).toEqual({ error: 'no-network' });
  });

  test('that is a name is looked up', async () => {
    const found = (await resolve('localhost:22125', 4)) as ResolvedAddress;
    expect(found).toEqual({ family: 4, address: '127.0.0.1', port: 22125 });
    const either = (await resolve('localhost:22125', 6)) as ResolvedAddress;
    expect(['127.0.0.1', '::1']).toContain(either.address);
    expect(either.port).toBe(22125);
  });

  test('that is a name without a port has the default port when there is no service record', async () => {
    expect(await resolve('localhost', 4)).toEqual({ family: 4, address: '127.0.0.1', port: 22124 });
  });

  test('that does not exist is an error value, with and without a port', async () => {
    for (const text of ['x.invalid', 'x.invalid:22124']) {
      // 'no-network' where no name server answers.
      expect(['not-found', 'no-network']).toContain(((await resolve(text)) as { error: string }).error);
    }
  });
});

describe('The socket’s form of an address', () => {
  test.each([
    ['::1', '00000000000000000000000000000001'],
    ['::', '00000000000000000000000000000000'],
    ['2001:db8::8:800:200c:417a', '20010db80000000000080800200c417a'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['2001:DB8:0:0:0:0:0:ABCD', '20010db800000000000000000000abcd'],
    ['::ffff:192.0.2.7', '00000000000000000000ffffc0000207'],
    ['64:ff9b::192.0.2.7', '0064ff9b0000000000000000c0000207'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ])('holds %s', (address, hex) => {
    expect(peerOf(address)).toEqual({ hex, port: 22124 });
  });

  test('holds IPv4 as a mapped address, the same as its text in IPv6 form', () => {
    expect(peerOf('192.0.2.7', 4)).toEqual(peerOf('::ffff:192.0.2.7'));
    expect(peerOf('192.0.2.7', 4)).toEqual(peerOf('::ffff:c000:207'));
  });

  test('holds every address that can be written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(65535), (bytes, port) => {
        const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16));
        const peer = toPeerAddress({ family: 6, address: groups.join(':'), port });
        expect(peer).toEqual(Uint8Array.of(...bytes, port >> 8, port & 255));
      }),
    );
  });
});
