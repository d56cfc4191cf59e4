import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseInstallerFile, parseInstallerText, readInstallerFile } from '../../src/settings/installer-file.ts';
import { temporaryFolder } from '../support/folder.ts';

const EXAMPLE = readFileSync(new URL('../../src/settings/box.example.toml', import.meta.url), 'utf8');
const DEFAULTS = parseInstallerText('').settings;

function mistakesOf(text: string) {
  return parseInstallerText(text).errors;
}

describe('The installer’s file', () => {
  test('in its example form says nothing wrong and sets nothing', () => {
    expect(parseInstallerText(EXAMPLE)).toEqual({ settings: DEFAULTS, errors: [] });
  });

  test('in its example form names every key, with a value that is allowed', () => {
    const uncommented = EXAMPLE.replace(/^# (?=[a-z-]+ = )/gm, '');
    const { settings, errors } = parseInstallerText(uncommented);
    expect(errors).toEqual([]);
    for (const [section, keys] of Object.entries(settings)) {
      for (const [key, value] of Object.entries(keys)) {
        const written = key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
        const body = uncommented.split(`[${section}]`)[1]!.split(/^\[/m)[0]!;
        expect(body).toMatch(new RegExp(`^${written} = `, 'm'));
        expect(value).not.toBeUndefined();
      }
    }
    expect(settings.server).toEqual({
      address: 'jam.example.org:22124',
      name: 'Rehearsal room 2',
      fixed: true,
      autoConnect: true,
    });
    expect(settings.profile).toMatchObject({ instrument: 5, skill: 'not-set' });
    expect(settings.panel.oledAddress).toBe(0x3c);
  });

  test('that is not there is no mistake', () => {
    expect(readInstallerFile('/not/there/box.toml')).toEqual({ settings: DEFAULTS, errors: [] });
  });

  test('with wrong values names each key and what is allowed, and everything else counts', () => {
    const { settings, errors } = parseInstallerText(`
      [server]
      address = "jam example..org"
      [sound]
      period-frames = 100
      periods = 2.5
      input-gain-db = "loud"
      boost = 3
      output = "none"
      [profile]
      name = "Seventeen letters"
      city = "Wien"
      country = "XQ"
      instrument = "bass guitar"
      skill = "god"
      [network]
      jitter = ["fast"]
      [panel]
      oled-rotated = 1
      oled-address = 0x3D
      [directories]
      custom = ["a.example", "b.example:99999"]
    `);
    expect(errors).toEqual([
      'server.address must be an address like "jam.example.org" or "192.0.2.7:22124", not "jam example..org".',
      'directories.custom must be a list of at most 12 addresses like ["jam.example.org:22124"], not ["a.example","b.example:99999"].',
      'profile.name must be a text of at most 16 characters, not "Seventeen letters".',
      'profile.country must be two letters like "DE" or "NZ", not XQ.',
      'profile.skill must be "none", "beginner", "intermediate" or "expert", not god.',
      'sound.period-frames must be 32, 64, 128 or 256, not 100.',
      'sound.periods must be a whole number from 2 to 4, not 2.5.',
      'sound.input-gain-db must be a number from -60 to 24, not loud.',
      'network.jitter must be "fast", "normal" or "safe", not ["fast"].',
      'panel.oled-rotated must be true or false, not 1.',
    ]);
    expect(settings.sound).toEqual({ ...DEFAULTS.sound, boost: 3, output: null });
    expect(settings.profile).toEqual({ ...DEFAULTS.profile, city: 'Wien', instrument: 5 });
    expect(settings.panel).toEqual({ ...DEFAULTS.panel, oledAddress: 0x3d });
  });

  test('names two channels of a sound card, or one for both sides', () => {
    const sound = (value: string) =>
      parseInstallerText(`[sound]\ninput-channels = ${value}\noutput-channels = [1, 32]`);
    expect(sound('[3, 4]').settings.sound).toMatchObject({ inputChannels: [3, 4], outputChannels: [1, 32] });
    expect(sound('[ 5 ]').settings.sound.inputChannels).toEqual([5, 5]);
    for (const wrong of ['[0, 1]', '[1, 33]', '[1, 2, 3]', '[]', '1', '[1.5]', '["1", "2"]']) {
      const { settings, errors } = sound(wrong);
      expect(errors).toEqual([
        expect.stringMatching(/^sound.input-channels must be one or two numbers from 1 to 32 like \[1, 2\], not /),
      ]);
      expect(settings.sound.inputChannels).toBeUndefined();
    }
  });

  test('with keys and headings that are not known names them, with what was meant where that is near', () => {
    expect(
      mistakesOf('loose = 1\nmenu = 3\n[server]\nadress = "a"\nFIXED = true\nport = 1\n[sond]\nboost = 3'),
    ).toEqual([
      'loose is not known.',
      'sond is not known: sound?',
      'server.adress is not known: address?',
      'server.FIXED is not known: fixed?',
      'server.port is not known.',
      'menu must be a heading: [menu].',
    ]);
  });

  test('cannot fix the server without naming it', () => {
    const { settings, errors } = parseInstallerText('[server]\nfixed = true');
    expect(errors).toEqual(['server.fixed needs server.address.']);
    expect(settings.server.fixed).toBe(false);
  });

  test('with lines that are no TOML names them, and all others count', () => {
    const { settings, errors } = parseInstallerText(
      [
        '[profile]',
        'name = Room 2',
        'city = "Wien',
        'country = "AT"',
        'country = "DE"',
        '[menu',
        'locked = true',
        '[sound]',
        'boost = = 4',
        'periods = 3',
      ].join('\r\n'),
    );
    expect(errors).toEqual([
      'Line 2 is not understood: name = Room 2',
      'Line 3 is not understood: city = "Wien',
      'Line 5 is not understood: country = "DE"',
      'Line 6 is not understood: [menu',
      'Line 9 is not understood: boost = = 4',
    ]);
    expect(settings.profile).toEqual({ ...DEFAULTS.profile, country: 14 });
    // The heading was not readable, so its key belongs nowhere.
    expect(settings.menu).toEqual(DEFAULTS.menu);
    expect(settings.sound).toEqual({ ...DEFAULTS.sound, periods: 3 });
  });

  test('from any editor is read, and what is no UTF-8 is named', () => {
    const text = '[profile]\r\nname = "Prüfung"\r\n';
    for (const bytes of [text, `\ufeff${text}`]) {
      expect(parseInstallerFile(Buffer.from(bytes)).settings.profile.name).toBe('Prüfung');
    }
    for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      expect(parseInstallerFile(bytes)).toEqual({
        settings: DEFAULTS,
        errors: ['Save the file as UTF-8 text; nothing of it is used.'],
      });
    }
  });

  test('of absurd length, or that is no file, is named', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'box.toml');
    writeFileSync(path, '# long\n'.repeat(20_000));
    expect(readInstallerFile(path).errors).toEqual(['The file is too long; nothing of it is used.']);
    expect(readInstallerFile(folder).errors).toEqual(['The file cannot be read; nothing of it is used.']);
    writeFileSync(path, 'x\n'.repeat(100));
    expect(readInstallerFile(path).errors.at(-1)).toBe('The file is no TOML text; nothing of it is used.');
  });

  test('whatever it holds, gives settings and short sentences', () => {
    const lines = EXAMPLE.replace(/^# (?=[a-z-]+ = )/gm, '').split('\n');
    const damage = fc.oneof(
      fc.constantFrom(
        '[',
        '"',
        '[[server]]',
        '__proto__ = 1',
        '[__proto__]',
        'a.b.c = 1',
        'name = 1979-05-27',
        "'''",
        '=',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: lines.length }), damage), { maxLength: 6 }), (damages) => {
        const text = [...lines];
        for (const [at, line] of damages) text.splice(at, 0, line);
        const { settings, errors } = parseInstallerText(text.join('\n'));
        expect(Object.keys(settings)).toEqual(Object.keys(DEFAULTS));
        expect([undefined, 2, 3, 4]).toContain(settings.sound.periods);
        for (const sentence of errors) {
          expect(sentence.length).toBeLessThan(200);
          expect(sentence).not.toContain('\n');
        }
      }),
      { numRuns: 60 },
    );
  });
});
