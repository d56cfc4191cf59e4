import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HATS } from '../../hardware/pins.ts';
import { temporaryFolder } from '../support/folder.ts';

const DETECT = join(import.meta.dirname, '../../hardware/detect');
const DEFAULT = 'dtoverlay=jambox-panel-encoder\n';

/** A card of two boot partitions that are folders: mounting is a link to them. */
function fakeCard({ slot = 'A', boxToml = '', hardware = DEFAULT } = {}) {
  const folder = temporaryFolder();
  for (const part of ['disk2', 'disk3']) {
    mkdirSync(join(folder, part, 'overlays'), { recursive: true });
    for (const name of ['fe-pi-audio', 'jambox-panel-encoder'])
      writeFileSync(join(folder, part, 'overlays', `${name}.dtbo`), '');
    writeFileSync(join(folder, part, 'hardware.txt'), hardware);
  }
  mkdirSync(join(folder, 'run'));
  mkdirSync(join(folder, 'firmware'));
  writeFileSync(join(folder, 'run/disk'), `${join(folder, 'disk')}\n`);
  writeFileSync(join(folder, 'run/slot'), `${slot}\n`);
  writeFileSync(join(folder, 'firmware/box.toml'), boxToml);
  const script = (name: string, body: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  script('mount', 'rmdir "$6" && ln -s "$5" "$6"');
  script('umount', 'rm "$1" && mkdir "$1"');
  script('reboot', `echo x >>${folder}/reboots`);
  const command = (name: string) => ({ [`JAMBOX_${name.toUpperCase()}`]: join(folder, name) });
  const env = {
    ...process.env,
    JAMBOX_RUN: join(folder, 'run'),
    ...command('firmware'),
    ...command('mount'),
    ...command('umount'),
    ...command('reboot'),
  };
  return {
    folder,
    apply: () => spawnSync(join(DETECT, 'apply-hat'), { env, encoding: 'utf8' }),
    write: (text: string) => writeFileSync(join(folder, 'firmware/box.toml'), text),
    text: (slotName: 'A' | 'B') =>
      readFileSync(join(folder, slotName === 'A' ? 'disk2' : 'disk3', 'hardware.txt'), 'utf8'),
    reboots: () => (existsSync(join(folder, 'reboots')) ? readFileSync(join(folder, 'reboots'), 'utf8').length / 2 : 0),
  };
}

describe('apply-hat', () => {
  it('changes nothing and does not restart when box.toml chooses nothing', () => {
    const card = fakeCard({ boxToml: '# [hardware]\n# hat = "fe-pi-audio"\n' });
    expect(card.apply()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect([card.text('A'), card.text('B'), card.reboots()]).toEqual([DEFAULT, DEFAULT, 0]);
  });

  it.each(['A', 'B'])('writes the chosen HAT for both slots and restarts once (running: %s)', (slot) => {
    const card = fakeCard({
      slot,
      boxToml: '[server]\nhat = "x"\n[hardware] # mine\r\n  hat = "fe-pi-audio" # no EEPROM\r\n',
    });
    expect(card.apply()).toMatchObject({ status: 0, stderr: '' });
    const rows = (text: string) => text.split('\n').filter((row) => row !== '' && !row.startsWith('#'));
    for (const of of ['A', 'B'] as const) {
      expect(rows(card.text(of))).toEqual(['dtoverlay=', 'dtoverlay=fe-pi-audio', 'dtoverlay=jambox-panel-encoder']);
    }
    expect(card.reboots()).toBe(1);
    expect(card.apply()).toMatchObject({ status: 0, stdout: '' });
    expect(card.reboots()).toBe(1);
  });

  it('knows the panel with five buttons, "none", and the way back', () => {
    const card = fakeCard({ boxToml: '[hardware]\nhat = "none"\n[panel]\ncontrols = "five-buttons"\n' });
    card.apply();
    expect(card.text('A')).toMatch(/^# .*\ndtoverlay=\ndtoverlay=jambox-panel-buttons\n$/);
    card.write('');
    card.apply();
    expect(card.text('A')).toMatch(/^# .*\ndtoverlay=jambox-panel-encoder\n$/);
    expect(card.reboots()).toBe(2);
  });

  it.each(['unknown-hat', '../x', 'a b; reboot', 'jambox-panel-buttons'])('does not take "%s" for a HAT', (name) => {
    const card = fakeCard({ boxToml: `[hardware]\nhat = "${name}"\n` });
    expect(card.apply().stderr).toContain('no HAT is called');
    expect([card.text('A'), card.reboots()]).toEqual([DEFAULT, 0]);
  });

  it('mends a file that a pulled plug has left empty', () => {
    const card = fakeCard({ hardware: '' });
    card.apply();
    expect(card.text('A')).toContain(DEFAULT);
    expect(card.reboots()).toBe(1);
  });

  it('leaves a slot alone that was never filled', () => {
    const card = fakeCard({ boxToml: '[hardware]\nhat = "fe-pi-audio"\n' });
    rmSync(join(card.folder, 'disk3'), { recursive: true });
    mkdirSync(join(card.folder, 'disk3'));
    expect(card.apply().status).toBe(0);
    expect(existsSync(join(card.folder, 'disk3/hardware.txt'))).toBe(false);
    expect(card.text('A')).toContain('fe-pi-audio');
  });
});

/** Addresses that acknowledge, and those of them that can be read. */
function detect({ there = [] as string[], readable = [] as string[], card = false, product = '' } = {}) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'tree/hat'), { recursive: true });
  if (card) mkdirSync(join(folder, 'card'));
  if (product !== '') {
    writeFileSync(join(folder, 'tree/hat/vendor'), 'Somebody\0');
    writeFileSync(join(folder, 'tree/hat/product'), `${product}\0`);
  }
  // Prints what busybox prints: a row of 16 for the address that was asked for.
  const i2c = `case $1 in
    i2cdetect) a=\${5#0x}; printf '     0  1  2\\n%s0:             ' "\${a%?}"; case " ${there.join(' ')} " in *" $a "*) echo "$a";; *) echo --;; esac;;
    i2cget) case " ${readable.join(' ')} " in *" \${4#0x} "*) echo 0x23;; *) exit 1;; esac;;
  esac`;
  writeFileSync(join(folder, 'i2c'), `#!/bin/sh\n${i2c}\n`, { mode: 0o755 });
  const env = {
    ...process.env,
    JAMBOX_RUN: folder,
    JAMBOX_CARD: join(folder, 'card'),
    JAMBOX_TREE: join(folder, 'tree'),
    JAMBOX_I2C: join(folder, 'i2c'),
    JAMBOX_WAIT_S: '0',
  };
  const { status, stdout } = spawnSync(join(DETECT, 'detect-hat'), { env, encoding: 'utf8' });
  const file = join(folder, 'hat.json');
  return { status, stdout, json: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined };
}

describe('detect-hat', () => {
  it('says nothing when there is a card', () => {
    expect(detect({ card: true, there: ['1a'] })).toEqual({ status: 0, stdout: '', json: undefined });
  });

  it.each([
    [['0a'], [], ['fe-pi-audio']],
    [['4a', '4d'], ['4a', '4d'], ['hifiberry-dacplusadcpro']],
    [['1a'], ['1a'], ['iqaudio-codec']],
    [['1a'], [], ['audioinjector-wm8731-audio', 'wm8960-soundcard']],
    [[], [], []],
  ])('suspects by the addresses %j (readable: %j): %j', (there, readable, suspects) => {
    const { json, stdout } = detect({ there, readable });
    expect(json).toEqual({ eeprom: null, addresses: there.map((address) => `0x${address}`), suspects });
    expect(stdout).toContain(`hat = "${suspects[0] ?? 'hifiberry-dac'}"`);
  });

  it('asks for the addresses of every HAT in the table', () => {
    const asked = /^for address in (.*); do$/m.exec(readFileSync(join(DETECT, 'detect-hat'), 'utf8'))?.[1];
    const addresses = new Set(
      HATS.flatMap((hat) => hat.addresses.map((address) => address.toString(16).padStart(2, '0'))),
    );
    expect(asked?.split(' ').sort()).toEqual([...addresses].sort());
  });

  it('passes on what the EEPROM says, without signs that could harm', () => {
    expect(detect({ product: 'Pi-"Codec\\Zero\n{}' }).json.eeprom).toBe('Somebody Pi-CodecZero');
  });
});
