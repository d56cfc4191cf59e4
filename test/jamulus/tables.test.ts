import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countryCodeOfIso, countryCodes, countryIso } from '../../src/jamulus/countries.ts';
import { operatingSystem } from '../../src/jamulus/enumerations.ts';
import { faderToGain, gainToFader, gainToWire, panToWire, wireToGain, wireToPan } from '../../src/jamulus/gain.ts';
import { INSTRUMENTS, instrumentCategory, instrumentName } from '../../src/jamulus/instruments.ts';
import { formatIpv4, isPrivateIpv4, parseIpv4 } from '../../src/jamulus/ipv4.ts';
import { levelOfPeak } from '../../src/jamulus/levels.ts';
import { cutText } from '../../src/jamulus/text.ts';
import { parseVersion, versionAtLeast } from '../../src/jamulus/version.ts';

describe('the fader', () => {
  it.each([
    [0, 0],
    [1, 606],
    [5, 712],
    [10, 871],
    [20, 1304],
    [25, 1595],
    [30, 1951],
    [40, 2920],
    [50, 4369],
    [60, 6538],
    [70, 9782],
    [75, 11966],
    [80, 14636],
    [90, 21900],
    [95, 26788],
    [99, 31473],
    [100, 32768],
  ])('at %i is %i on the wire', (position, wire) => {
    expect(gainToWire(faderToGain(position))).toBe(wire);
  });

  it('comes back from the gain it gave', () => {
    for (let position = 0; position <= 100; position++) {
      expect(Math.round(gainToFader(wireToGain(gainToWire(faderToGain(position)))))).toBe(position);
    }
  });
});

describe('the pan dial', () => {
  it.each([
    [0, 0],
    [1, 327],
    [10, 3276],
    [25, 8192],
    [33, 10813],
    [50, 16384],
    [67, 21954],
    [75, 24576],
    [90, 29491],
    [100, 32768],
  ])('at %i is %i on the wire', (position, wire) => {
    expect(panToWire(position / 100)).toBe(wire);
  });

  it('goes no further than right', () => {
    expect(wireToPan(65535)).toBe(1);
    expect(panToWire(7)).toBe(32768);
    expect(panToWire(-7)).toBe(0);
  });
});

describe('meter levels', () => {
  it('cover −50 dB to 0 dB in 8 steps', () => {
    expect(levelOfPeak(0)).toBe(0);
    expect(levelOfPeak(103)).toBe(0); // −50.05 dB
    expect(levelOfPeak(104)).toBe(1);
    expect(levelOfPeak(3276)).toBe(5); // −20 dB: 4.8 steps
    expect(levelOfPeak(32767)).toBe(8);
    expect(levelOfPeak(32768)).toBe(9);
  });
});

describe('countries', () => {
  it('have the numbers of Qt 5', () => {
    expect([0, 82, 224, 225, 248, 257, 262, 70000].map(countryIso)).toEqual([
      undefined,
      'DE',
      'GB',
      'US',
      'AX',
      'XK',
      undefined,
      undefined,
    ]);
    expect(countryIso(261)).toBe('150');
  });

  it('are found by their ISO code', () => {
    for (const code of countryCodes()) expect(countryCodeOfIso(countryIso(code)!)).toBe(code);
    expect(countryCodeOfIso('??')).toBe(0);
    expect(countryCodes()).toHaveLength(258);
  });
});

describe('instruments', () => {
  it('have the numbers and groups of the specification', () => {
    expect(INSTRUMENTS).toHaveLength(50);
    expect([0, 5, 25, 35, 49].map(instrumentName)).toEqual([
      'None',
      'Bass Guitar',
      'Listener',
      'Vocal Bass',
      'Conductor',
    ]);
    expect([1, 4, 9, 15, 45, 27, 10, 0].map(instrumentCategory)).toEqual([
      'percussion',
      'plucked',
      'keyboard',
      'wind',
      'strings',
      'multiple',
      'other',
      'other',
    ]);
  });

  it('that are unknown read as none', () => {
    expect(instrumentName(50)).toBe('None');
    expect(instrumentCategory(4294967295)).toBe('other');
  });
});

it('unknown operating systems are unknown', () => {
  expect([0, 1, 2, 3, 4, 5, 6].map(operatingSystem)).toEqual([
    'windows',
    'macos',
    'linux',
    'android',
    'ios',
    'unix',
    'unknown',
  ]);
});

describe('versions', () => {
  it('are compared by their leading numbers', () => {
    expect(parseVersion('3.12.4dev-abc')).toEqual([3, 12, 4]);
    expect(versionAtLeast('3.12.4dev-abc', '3.6.0')).toBe(true);
    expect(versionAtLeast('3.6.0', '3.6.0')).toBe(true);
    expect(versionAtLeast('3.5.12', '3.6.0')).toBe(false);
    expect(versionAtLeast('4', '3.99.99')).toBe(true);
  });

  it('that are none are older than any', () => {
    expect(versionAtLeast('', '0.0.1')).toBe(false);
    expect(versionAtLeast('dev', '0.0.0')).toBe(false);
  });
});

describe('IPv4 addresses', () => {
  it('survive as number', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => formatIpv4(parseIpv4(address)!) === address));
    expect(parseIpv4('127.0.0.1')).toBe(0x7f000001);
  });

  it('are private in the networks of the specification only', () => {
    const is = (address: string) => isPrivateIpv4(parseIpv4(address)!);
    expect(['10.1.1.1', '127.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'].every(is)).toBe(true);
    expect(['11.0.0.1', '172.15.0.1', '172.32.0.1', '192.169.0.1', '203.0.113.5'].some(is)).toBe(false);
  });
});

describe('cutting text', () => {
  it('leaves short text alone', () => {
    expect(cutText('abc', 3)).toBe('abc');
  });

  it('never cuts a letter in two', () => {
    expect(cutText('ab\u0308c', 2)).toBe('a'); // b with two dots
    expect(cutText('a👍🏽b', 4)).toBe('a');
    expect(cutText('a👍🏽b', 5)).toBe('a👍🏽');
    expect(cutText('🇩🇪🇫🇷', 4)).toBe('🇩🇪');
    expect(cutText('🇩🇪', 2)).toBe('');
    expect(cutText('👩‍👩‍👧x', 7)).toBe('');
  });

  it('gives a beginning of the text within the limit', () => {
    const property = fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(30), (text, limit) => {
      const cut = cutText(text, limit);
      expect(text.startsWith(cut)).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(limit);
    });
    fc.assert(property);
  });
});
