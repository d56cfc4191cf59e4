/**
 * The report of a board: what it tells, and that nothing about people or their network gets into it. Privacy C9: nothing is
 * sent, somebody pastes what they have read; C10: nothing about other people is in it.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBoard, readHatName } from '../../src/linux/board.ts';
import { boardReport, type ReportReading } from '../../src/selftest/board-report.ts';
import { fail, ok } from '../../src/selftest/finding.ts';
import { soundCards } from '../../src/selftest/machine-reading.ts';
import { personalWords } from '../../src/selftest/personal-words.ts';
import { parseInstallerText } from '../../src/settings/installer-file.ts';
import { writeBelow } from '../support/files.ts';
import { temporaryFolder } from '../support/folder.ts';

const READING: ReportReading = {
  version: '0.2.0+202612010000',
  kernel: '7.3.4+deb13-rt-arm64',
  board: {
    ...{ model: 'Raspberry Pi 4 Model B Rev 1.5', chip: 'bcm2711', revision: 'd03115' },
    bootloaderMs: Date.UTC(2023, 0, 11),
  },
  hat: null,
  cards: ['USB-Audio - Scarlett 2i2 USB (1235:8210)'],
  findings: [
    { part: 'machine', ...ok('power supply', 'voltage is right') },
    { part: 'sound', ...fail('capture', 'hw:USB: no 48 kHz', 'take another card') },
    { part: 'network', ...ok('address', '192.168.1.23', { address: '192.168.1.23' }) },
    { part: 'network', ...ok('name look-up', 'annas-room.example:22124 in 3 ms', { server: 'annas-room.example' }) },
    { part: null, ...fail('box.toml', 'name = "Anna": too long', 'mend it') },
  ],
  personal: [],
};

it('names the hardware, the versions, and each verdict', () => {
  expect(boardReport(READING)).toBe(`Jamulus box: report of a board
image         0.2.0+202612010000
kernel        7.3.4+deb13-rt-arm64
board         Raspberry Pi 4 Model B Rev 1.5, bcm2711, revision d03115
boot program  2023-01-11
HAT           none with an EEPROM
sound card    USB-Audio - Scarlett 2i2 USB (1235:8210)

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
  ['the name that others see by default', 'Box-7F3A'],
])('never shows %s, wherever it comes from', (_, secret) => {
  const everywhere = boardReport({
    version: `1 ${secret}`,
    kernel: `7 ${secret}`,
    board: { ...READING.board, model: `Pi ${secret}`, revision: `x ${secret}` },
    hat: secret,
    cards: [`USB-Audio ${secret}`],
    findings: [{ part: 'sound', ...ok('capture', `on ${secret}, fine`) }],
    personal: [],
  });
  expect(everywhere).not.toContain(secret);
  expect(everywhere.split('(left out)')).toHaveLength(8);
});

/** What a machine may know of its owner. */
const SECRETS = {
  serial: '10000000f2a3b4c5',
  hatUuid: '7c8f1d2e-0d3a-4b52-9a57-1f2e3d4c5b6a',
  mac: 'dc:a6:32:12:34:56',
  usbSerial: 'Y7QK3M2',
  hostName: 'annas-box',
  ipv4: '192.168.1.23',
  ipv6: '2a02:8109::1c5c',
  person: 'Anna',
  city: 'Wuppertal',
  server: 'jam.annas-room.example:22124',
  serverName: 'Our cellar',
  pin: '402913',
};

function madeUpMachine(): string {
  const root = temporaryFolder();
  const put = (path: string, content: string) => writeBelow(root, path, content);
  const tree = 'sys/firmware/devicetree/base';
  put(`${tree}/model`, `Raspberry Pi 4 Model B Rev 1.5 of ${SECRETS.person}\0`);
  put(`${tree}/compatible`, 'raspberrypi,4-model-b\0brcm,bcm2711\0');
  put(`${tree}/serial-number`, `${SECRETS.serial}\0`);
  put(`${tree}/hat/vendor`, 'HiFiBerry\0');
  put(`${tree}/hat/product`, 'DAC+ ADC Pro\0');
  put(`${tree}/hat/uuid`, `${SECRETS.hatUuid}\0`);
  put('sys/class/net/eth0/address', `${SECRETS.mac}\n`);
  put('sys/bus/usb/devices/1-1.3/serial', `${SECRETS.usbSerial}\n`);
  put('proc/asound/card1/usbid', '1235:8210\n');
  const card = `USB-Audio - Scarlett 2i2 USB ${SECRETS.usbSerial}`;
  put('proc/asound/cards', ` 1 [USB            ]: ${card}\n                      Focusrite ${SECRETS.usbSerial}\n`);
  return root;
}

it('lets nothing of a whole machine through but its hardware', () => {
  const root = madeUpMachine();
  const address = (text: string) => ({ address: text, family: 'IPv4', internal: false }) as never;
  const { settings } = parseInstallerText(`[server]
address = "${SECRETS.server}"
name = "${SECRETS.serverName}"
[profile]
name = "${SECRETS.person}"
city = "${SECRETS.city}"
[page]
pin = "${SECRETS.pin}"
`);
  const interfaces = () => ({ eth0: [address(SECRETS.ipv4), address(SECRETS.ipv6)] });
  const personal = personalWords({ root, interfaces, hostName: () => SECRETS.hostName, settings });
  const bareMac = SECRETS.mac.replaceAll(':', '');
  const macs = [SECRETS.mac.replaceAll(':', '-'), bareMac, `enx${bareMac}`];
  const gossip = [...Object.values(SECRETS), ...macs, SECRETS.serial.slice(-8), SECRETS.person.toUpperCase()];
  // Nothing reads the HAT's, so nobody could leave it out.
  const said = gossip.filter((word) => word !== SECRETS.hatUuid).join(' and ');
  const text = boardReport({
    ...{ version: `0.2.0 on ${SECRETS.hostName}`, kernel: '7.3.4', board: readBoard(root), hat: readHatName(root) },
    cards: soundCards(root),
    findings: [
      { part: 'machine', ...ok('kernel', said) },
      { part: 'sound', ...fail('card capture', `hw:CARD=${said}`, 'x') },
      { part: 'panel', ...ok('OLED', `Annalena, ${said}`) },
      { part: 'network', ...fail('server', gossip.join(' '), SECRETS.server) },
      { part: null, ...fail('box.toml', gossip.join(' '), SECRETS.server) },
    ],
    personal,
  });
  for (const word of gossip) expect(text).not.toMatch(new RegExp(`\\b${word.replaceAll('.', '\\.')}\\b`, 'i'));
  for (const word of [SECRETS.serial, bareMac, SECRETS.mac, SECRETS.server]) expect(text).not.toContain(word);
  expect(text).toContain('HAT           HiFiBerry DAC+ ADC Pro\n');
  expect(text).toContain('USB-Audio - Scarlett 2i2 USB (left out) (1235:8210)\n');
  expect(text).toContain('FAIL  card capture');
  expect(text).toContain('Annalena');
});

it('is all that box-selftest --report prints', () => {
  const folder = temporaryFolder();
  const settings = join(folder, 'box.toml');
  writeFileSync(settings, '[profile]\nname = "Anna of the very long name"\n');
  const main = join(import.meta.dirname, '../../src/selftest/main.ts');
  const asked = ['--report', '--only', 'machine,network', '--settings', settings];
  const { stdout, stderr } = spawnSync(process.execPath, [main, ...asked], { encoding: 'utf8' });
  expect(stderr.replaceAll(/^.*(Warning|--trace).*$/gm, '').trim()).toBe('');
  expect(stdout).toMatch(/^Jamulus box: report of a board\nimage {9}.*\nkernel {8}\S.*\nboard /);
  expect(stdout).toMatch(/^LOOK {2}settings$/m);
  expect(stdout).toMatch(/^(OK|LOOK) {2,4}swap /m);
  for (const word of ['Anna', 'box.toml']) expect(stdout).not.toContain(word);
});
