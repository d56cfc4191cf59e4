import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  channelsOfName,
  isSessionName,
  safeAddress,
  safeName,
  sessionName,
  wavName,
} from '../../../src/room/recorder/file-names.ts';

function peer(address: readonly number[], port: number): Uint8Array {
  return Uint8Array.from([...address, port >> 8, port & 255]);
}

const ipv4 = (...parts: number[]) => [...new Array(10).fill(0), 255, 255, ...parts];

describe('Names of recorded files', () => {
  // Names that a real server 3.9.1 gave to clients of these names.
  test.each([
    ['', '____'],
    ['Al', 'Al__'],
    ['佐藤 Łukasz', '____ukasz'],
    ['ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏ', 'AAAAAAACEEEEIIII'],
    ['ÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß', 'DNOOOOOxOUUUUYPS'],
    ['àáâãäåæçèéêëìíîï', 'aaaaaaaceeeeiiii'],
    ['ðñòóôõö÷øùúûüýþÿ', 'dnooooo_ouuuuypy'],
  ])('hold the player’s name as the real server writes it: %s', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  test.each([
    [ipv4(127, 0, 0, 1), 55458, '127_0_0_1_55458'],
    [ipv4(192, 168, 178, 20), 22134, '192_168_178_x_22134'],
    [[...new Array(15).fill(0), 1], 22134, '___1__22134'],
    [[0x20, 1, 0x0d, 0xb8, ...new Array(11).fill(0), 0x42], 22134, '_2001_db8__x__22134'],
  ])('hold the address without its last part, except on loopback', (address, port, safe) => {
    expect(safeAddress(peer(address, port))).toBe(safe);
  });

  test('hold frame, channels, and a number if the name is taken', () => {
    const track = `${safeName('Al B')}-${safeAddress(peer(ipv4(127, 0, 0, 1), 55458))}`;
    expect(wavName(track, 377, 1, 0)).toBe('Al_B-127_0_0_1_55458-377-1.wav');
    expect(wavName(track, 377, 1, 2)).toBe('Al_B-127_0_0_1_55458-377-1_2.wav');
  });

  test('lie in a folder named after the time in UTC', () => {
    const name = sessionName(Date.UTC(2026, 10, 23, 18, 48, 19, 7));
    expect(name).toBe('Jam-20261123-184819007');
    expect(isSessionName(name)).toBe(true);
  });

  test('never lead out of their folder, whatever players call themselves', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('../../etc/passwd', '/', '.', 'a\0b', '-rf', '"'),
    );
    fc.assert(
      fc.property(name, fc.uint8Array({ minLength: 18, maxLength: 18 }), fc.nat(), (name, address, frame) => {
        const file = wavName(`${safeName(name)}-${safeAddress(address)}`, frame, 2, 0);
        expect(file).toMatch(/^[A-Za-z0-9_]{4,40}-[A-Za-z0-9_]+-\d+-2\.wav$/);
        expect(channelsOfName(file)).toBe(2);
        expect(file.length).toBeLessThan(128);
      }),
    );
  });
});
