import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { ownAddresses, ownIpv4Addresses } from '../../src/linux/own-address.ts';

const one = (family: 'IPv4' | 'IPv6', address: string, internal = false) => ({
  ...{ family, address, internal, netmask: '', mac: '', cidr: null, scopeid: 0 },
});

test('All addresses are listed with their network card; others reach this machine by those that are not its own loopback', () => {
  const interfaces = {
    lo: [one('IPv4', '127.0.0.1', true), one('IPv6', '::1', true)],
    eth0: [one('IPv4', '192.168.1.9'), one('IPv6', 'fe80::1')],
    wlan0: [one('IPv4', '10.0.0.2')],
    down0: undefined,
  } as ReturnType<typeof networkInterfaces>;
  expect(ownAddresses(interfaces).map(({ interfaceName, address }) => `${interfaceName} ${address}`)).toEqual([
    'lo 127.0.0.1',
    'lo ::1',
    'eth0 192.168.1.9',
    'eth0 fe80::1',
    'wlan0 10.0.0.2',
  ]);
  expect(ownIpv4Addresses(interfaces)).toEqual(['192.168.1.9', '10.0.0.2']);
});

test('Without an argument they are those of now', () => {
  expect(ownAddresses().length).toBe(Object.values(networkInterfaces()).flat().length);
});
