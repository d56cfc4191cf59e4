import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServerAddress } from '../../src/jamulus/server-address.ts';

function read(text: string): string {
  const result = parseServerAddress(text);
  if (!result.ok) return result.error;
  const { kind, host, port, portGiven } = result.address;
  return `${kind} ${host} ${port}${portGiven ? '' : ' default'}`;
}

describe('a server address', () => {
  it.each([
    ['jam.example.org', 'name jam.example.org 22124 default'],
    ['jam.example.org:22224', 'name jam.example.org 22224'],
    [' jam . example . org : 22224 ', 'name jam.example.org 22224'],
    ['localhost', 'name localhost 22124 default'],
    ['box_2-a', 'name box_2-a 22124 default'],
    ['müller.example', 'name müller.example 22124 default'],
    ['192.168.1.7', 'ipv4 192.168.1.7 22124 default'],
    ['192.168.1.7:1', 'ipv4 192.168.1.7 1'],
    ['[192.168.1.7]:65535', 'ipv4 192.168.1.7 65535'],
    ['[::1]', 'ipv6 ::1 22124 default'],
    ['[2001:db8::1]:22125', 'ipv6 2001:db8::1 22125'],
    ['[1:2:3:4:5:6:7:8]', 'ipv6 1:2:3:4:5:6:7:8 22124 default'],
    ['[::ffff:10.0.0.1]', 'ipv6 ::ffff:10.0.0.1 22124 default'],
    ['[fe80::1%eth0]', 'ipv6 fe80::1%eth0 22124 default'],
  ])('%s is read', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['host:', 'bad-port'],
    ['host:0', 'bad-port'],
    ['host:65536', 'bad-port'],
    ['host:22124x', 'bad-port'],
    ['[::1]22124', 'bad-port'],
    ['::1', 'ipv6-needs-brackets'],
    ['2001:db8::1', 'ipv6-needs-brackets'],
    [':22124', 'bad-host'],
    ['192.168.1.300', 'bad-host'],
    ['1.2.3', 'bad-host'],
    ['[jam.example.org]', 'bad-host'],
    ['[::1', 'bad-host'],
    ['[]', 'bad-host'],
    ['[1::2::3]', 'bad-host'],
    ['[1:2:3:4:5:6:7]', 'bad-host'],
    ['[1:2:3:4:5:6:7:8:9]', 'bad-host'],
    ['[::10.0.0.1:1]', 'bad-host'],
    ['[12345::]', 'bad-host'],
    ['a..b', 'bad-host'],
    ['-a', 'bad-host'],
    ['a/b', 'bad-host'],
    ['http', 'name http 22124 default'],
  ])('%s is answered with %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseServerAddress(text)));
  });
});
