import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { probeTargets } from '../../src/discovery/lan-targets.ts';

function ipv4(address: string, netmask: string, internal = false): NetworkInterfaceInfo {
  return { family: 'IPv4', address, netmask, internal, mac: '02:00:00:00:00:01', cidr: null };
}

describe('the addresses to probe', () => {
  it('are the others of the own network, without its first and last', () => {
    const targets = probeTargets({ eth0: [ipv4('192.168.1.20', '255.255.255.0')] });
    expect(targets).toHaveLength(253);
    expect(targets.slice(0, 2)).toEqual(['192.168.1.1', '192.168.1.2']);
    expect(targets.at(-1)).toBe('192.168.1.254');
    expect(targets).not.toContain('192.168.1.20');
  });

  it('are 256 around the own one in a larger network, and fewer in a smaller one', () => {
    const large = probeTargets({ eth0: [ipv4('10.20.30.40', '255.0.0.0')] });
    expect([large.length, large[0], large.at(-1)]).toEqual([253, '10.20.30.1', '10.20.30.254']);
    expect(probeTargets({ eth0: [ipv4('172.16.0.10', '255.255.255.248')] })).toEqual(
      [9, 11, 12, 13, 14].map((last) => `172.16.0.${last}`),
    );
  });

  it('are none in public networks, on loopback, in IPv6, between two points, and without a network', () => {
    expect(
      probeTargets({
        lo: [ipv4('127.0.0.1', '255.0.0.0', true)],
        eth0: [ipv4('203.0.113.5', '255.255.255.0'), ipv4('169.254.3.4', '255.255.0.0')],
        tun0: [ipv4('10.8.0.2', '255.255.255.255'), ipv4('10.8.0.4', '255.255.255.254')],
        eth1: [
          {
            family: 'IPv6',
            address: 'fd00::2',
            netmask: 'ffff:ffff:ffff:ffff::',
            internal: false,
            mac: '',
            cidr: null,
            scopeid: 0,
          },
        ],
      }),
    ).toEqual([]);
    expect(probeTargets({})).toEqual([]);
  });

  it('are asked once where two interfaces are in one network, and never the machine itself', () => {
    const targets = probeTargets({
      eth0: [ipv4('192.168.1.20', '255.255.255.0')],
      wlan0: [ipv4('192.168.1.21', '255.255.255.0')],
    });
    expect(targets).toHaveLength(252);
    expect(new Set(targets).size).toBe(252);
  });
});
