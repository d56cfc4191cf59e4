import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { LED_NAMES, openLed } from '../../../src/linux/leds.ts';
import { temporaryFolder } from '../../support/folder.ts';

const LAMP = LED_NAMES.recording;

let root: string;

beforeEach(() => {
  root = temporaryFolder();
});

function addLed(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, name));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(root, name, file), content);
}

function file(name: string, which: string): string {
  return readFileSync(join(root, name, which), 'utf8');
}

describe('A lamp', () => {
  test('is lit as bright as it can be, blinks slowly, and goes out', () => {
    addLed(LAMP, { brightness: '', trigger: '', max_brightness: '1\n', delay_on: '', delay_off: '' });
    const led = openLed(LAMP, root);
    expect(led.set('on')).toBe(true);
    expect([file(LAMP, 'trigger'), file(LAMP, 'brightness')]).toEqual(['none', '1']);
    expect(led.set('blink')).toBe(true);
    expect(['trigger', 'delay_on', 'delay_off'].map((which) => file(LAMP, which))).toEqual(['timer', '500', '500']);
    // A plain file keeps what is longer than the new value; a kernel attribute doesn't.
    writeFileSync(join(root, LAMP, 'trigger'), '');
    writeFileSync(join(root, LAMP, 'brightness'), '');
    expect(led.set('off')).toBe(true);
    expect([file(LAMP, 'trigger'), file(LAMP, 'brightness')]).toEqual(['none', '0']);
  });

  test('is not written to when nothing changes', () => {
    addLed(LAMP, { brightness: '', trigger: '' });
    const led = openLed(LAMP, root);
    led.set('on');
    expect(file(LAMP, 'brightness')).toBe('255');
    writeFileSync(join(root, LAMP, 'brightness'), 'untouched');
    expect(led.set('on')).toBe(true);
    expect(file(LAMP, 'brightness')).toBe('untouched');
  });

  test('that is missing is no error, and works when it comes', () => {
    const led = openLed(LAMP, root);
    expect(led.set('on')).toBe(false);
    expect(led.set('blink')).toBe(false);
    addLed(LAMP, { brightness: '', trigger: '' });
    expect(led.set('on')).toBe(true);
    expect(file(LAMP, 'brightness')).toBe('255');
  });

  test.runIf(process.geteuid?.() === 0)('blinks for a user whom the new files do not belong to yet', () => {
    const nobody = 65534;
    addLed(LAMP, { brightness: '', trigger: '', delay_on: '', delay_off: '' });
    chmodSync(root, 0o755);
    for (const own of ['brightness', 'trigger']) chownSync(join(root, LAMP, own), nobody, nobody);
    process.seteuid?.(nobody);
    const done = openLed(LAMP, root).set('blink');
    process.seteuid?.(0);
    expect(done).toBe(true);
    expect([file(LAMP, 'trigger'), file(LAMP, 'delay_on')]).toEqual(['timer', '']);
  });

  test('that cannot blink is lit', () => {
    addLed(LAMP, { brightness: '', trigger: '' });
    const led = openLed(LAMP, root);
    expect(led.set('blink')).toBe(false);
    expect(file(LAMP, 'brightness')).toBe('255');
  });
});
