import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHardware } from '../../../src/faces/panel-shell/hardware.ts';
import { SYSTEM_CLOCK } from '../../../src/faces/panel-shell/ports.ts';
import { LED_NAMES } from '../../../src/linux/leds.ts';
import { fakeInput, record, SYN_DROPPED, SYN_REPORT } from '../../linux/evdev/fake-input.ts';
import { DisplayModel, pixelsOf } from '../../linux/oled/display-model.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { IDLE, playingBox } from '../panel/scenes.ts';
import { panelRig } from './panel-rig.ts';

const SETTINGS = { oled: 'ssd1306', oledBus: 31, oledAddress: 0x3c, oledRotated: false, brightness: 50 } as const;
const CONNECT = 218;
const MUTE = 248;

let fake: ReturnType<typeof fakeInput>;
let ledDirectory: string;
let opened: { close: () => void }[];

beforeEach(() => {
  fake = fakeInput();
  ledDirectory = temporaryFolder();
  opened = [];
});

afterEach(() => {
  for (const each of opened) each.close();
  fake.remove();
});

/** The panel's own time stands still; the bus, the devices and the lamps are served in real time. */
function open(box = panelRig(IDLE), display: DisplayModel | null = new DisplayModel('ssd1306')) {
  const log: string[] = [];
  const hardware = openHardware({
    settings: SETTINGS,
    shell: box.shell,
    clock: SYSTEM_CLOCK,
    onLog: (line) => log.push(line),
    ...(display === null ? {} : { bus: display }),
    input: fake,
    ledDirectory,
  });
  opened.push(hardware);
  return { box, display, log, hardware };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 3000, interval: 5 });
const key = (code: number, value: 0 | 1) => record(1, code, value);

function addLamp(name: string) {
  mkdirSync(join(ledDirectory, name));
  const files = { brightness: '', trigger: '', max_brightness: '1\n', delay_on: '', delay_off: '' };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(ledDirectory, name, file), content);
}

describe('The hardware of the panel', () => {
  it('shows on the OLED what the panel shows, as bright as the installer wants', async () => {
    const { box, display } = open();
    await soon(() => expect(display?.pixels()).toEqual(pixelsOf(box.frame())));
    expect(display?.lit).toBe(true);
    expect(display?.contrast).toBe(128);
  });

  it('dims and darkens the OLED', async () => {
    const { box, display } = open();
    box.wait(61_000);
    await soon(() => expect(display?.contrast).toBe(8));
    box.wait(300_000);
    await soon(() => expect(display?.lit).toBe(false));
    box.press('knob');
    await soon(() => expect([display?.lit, display?.contrast]).toEqual([true, 128]));
  });

  it('takes keys and the knob from evdev', async () => {
    fake.plugIn('event0', 'jambox-keys');
    fake.plugIn('event1', 'jambox-encoder');
    const { box, log } = open(panelRig(playingBox()));
    expect(log).toContain('controls: jambox-encoder, jambox-keys');
    fake.write('event0', key(MUTE, 1), SYN_REPORT, key(MUTE, 0), SYN_REPORT);
    await soon(() => expect(box.box().sound.mute).toBe('pressed'));
    fake.write('event1', record(2, 7, 1), SYN_REPORT);
    await soon(() => expect(box.text()).toContain('Who is here'));
  });

  it.each([
    ['lost events', () => fake.write('event0', SYN_DROPPED, SYN_REPORT)],
    ['keys that are pulled out', () => fake.unplug('event0')],
  ])('never shuts down because of %s', async (_, lose) => {
    fake.plugIn('event0', 'jambox-keys');
    const { box } = open();
    fake.write('event0', key(CONNECT, 1), SYN_REPORT);
    await soon(() => expect(box.touches()).toBe(1));
    box.wait(2000);
    expect(box.text()).toContain('Let go to stop');
    lose();
    await soon(() => expect(box.text()).not.toContain('Let go to stop'));
    box.wait(10_000);
    expect(box.requests()).toEqual([]);
  });

  it('lights the lamps', async () => {
    for (const name of Object.values(LED_NAMES)) addLamp(name);
    const { box } = open(panelRig({ ...IDLE, shownProfile: IDLE.profile }));
    const file = (name: string, which: string) => readFileSync(join(ledDirectory, name, which), 'utf8');
    expect(file(LED_NAMES.connect, 'brightness')).toBe('0');
    box.press('connect');
    box.wait(3000);
    expect(file(LED_NAMES.connect, 'trigger')).toBe('timer');
    box.welcomeIn('recording');
    expect(file(LED_NAMES.recording, 'brightness')).toBe('1');
    expect(file(LED_NAMES.mute, 'brightness')).toBe('1');
    box.shell.close();
    expect(file(LED_NAMES.recording, 'brightness')).toBe('0');
  });

  it('gets over an OLED that stops answering, and says so once', async () => {
    const { box, display, log } = open();
    await soon(() => expect(log).toContain('screen: found'));
    display!.fault = () => 0;
    box.press('mute');
    await soon(() => expect(log.at(-1)).toMatch(/^screen: no answer/));
    display!.powerOn();
    display!.fault = () => undefined;
    await soon(() => expect(display?.pixels()).toEqual(pixelsOf(box.frame())));
    expect(log.length).toBe(3);
    expect(log.at(-1)).toBe('screen: back again');
  });

  it('is quiet where there is none of it, and the box works', async () => {
    const box = panelRig(IDLE);
    const { log } = open(box, null);
    await new Promise((resolve) => setTimeout(resolve, 400));
    box.press('mute');
    expect(box.box().sound.mute).toBe('pressed');
    expect(log).toEqual([]);
  });

  it('has no screen where the installer says so', async () => {
    const display = new DisplayModel('ssd1306');
    const box = panelRig(IDLE);
    opened.push(
      openHardware({
        settings: { ...SETTINGS, oled: 'none' },
        shell: box.shell,
        clock: SYSTEM_CLOCK,
        onLog: () => {},
        bus: display,
        input: fake,
        ledDirectory,
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(display.transfers).toEqual([]);
  });
});
