import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalHost, hostOfPeer } from '../../src/discovery/peer-host.ts';
import { toPeerAddress } from '../../src/linux/resolve.ts';

describe('the sender of a datagram', () => {
  it('is known by the same text as the address that was looked up', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65535 }), (address, port) => {
        const family = address.includes(':') ? 6 : 4;
        const host = hostOfPeer(toPeerAddress({ family, address, port }));
        // IPv4 in the clothes of IPv6 is IPv4 to the socket.
        const mapped = /^::ffff:/.test(canonicalHost(address));
        if (!mapped) expect(host).toEqual({ address: canonicalHost(address), port });
        else expect(host.address).toMatch(/^[\d.]+$/);
      }),
    );
  });

  it('loses the zone of a link-local address, as the socket does', () => {
    expect(canonicalHost('fe80:0::1%eth0')).toBe('fe80::1');
    expect(canonicalHost('192.0.2.1')).toBe('192.0.2.1');
  });
});
