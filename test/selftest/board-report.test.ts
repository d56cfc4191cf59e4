/** The report of a board: what it tells, and that nothing about people or their network gets into it (privacy C9, C10). */
import { expect, it } from 'vitest';
import { boardReport, type ReportReading } from '../../src/selftest/board-report.ts';
import { fail, ok } from '../../src/selftest/finding.ts';

const READING: ReportReading = {
  version: '0.2.0+202612010000',
  kernel: '7.3.4+deb13-rt-arm64',
  board: {
    ...{ model: 'Raspberry Pi 4 Model B Rev 1.5', chip: 'bcm2711', revision: 'd03115' },
    bootloaderMs: Date.UTC(2023, 0, 11),
  },
  cards: ['USB-Audio - Scarlett 2i2 USB'],
  findings: [
    { part: 'machine', ...ok('power supply', 'voltage is right') },
    { part: 'sound', ...fail('capture', 'hw:USB: no 48 kHz', 'take another card') },
    { part: 'network', ...ok('address', '192.168.1.23', { address: '192.168.1.23' }) },
    { part: 'network', ...ok('name look-up', 'annas-room.example:22124 in 3 ms', { server: 'annas-room.example' }) },
    { part: null, ...fail('box.toml', 'name = "Anna": too long', 'mend it') },
  ],
};

it('names the hardware, the versions, and each verdict', () => {
  expect(boardReport(READING)).toBe(`Jamulus box: report of a board
image         0.2.0+202612010000
kernel        7.3.4+deb13-rt-arm64
board         Raspberry Pi 4 Model B Rev 1.5, bcm2711, revision d03115
boot program  2023-01-11
sound card    USB-Audio - Scarlett 2i2 USB

OK    power supply      voltage is right
FAIL  capture           hw:USB: no 48 kHz
OK    address
OK    name look-up
FAIL  settings
`);
});

it.each([
  ['an address', '192.168.1.23'],
  ['an IPv6 address', '2a02:8109:b640:1c5c:dea6:32ff:fe12:3456'],
  ['a short IPv6 address', 'fe80::1%eth0'],
  ['a hardware address', 'dc:a6:32:12:34:56'],
  ['a serial number', '10000000f2a3b4c5'],
  ["the box's own name", 'jambox-7f3a'],
])('never shows %s, wherever it comes from', (_, secret) => {
  const everywhere = boardReport({
    version: `1 ${secret}`,
    kernel: `7 ${secret}`,
    board: { ...READING.board, model: `Pi ${secret}`, revision: `x ${secret}` },
    cards: [`USB-Audio ${secret}`],
    findings: [{ part: 'sound', ...ok('capture', `on ${secret}, fine`) }],
  });
  expect(everywhere).not.toContain(secret);
  expect(everywhere.split('(left out)')).toHaveLength(7);
});
