/** The panel's parts in the metal, one after the other: OLED, controls, lamps, and a person's presses. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type InputOptions, openInputDevices } from '../linux/evdev/input-devices.ts';
import { type ControlEvent, controlEvent, PANEL_DEVICES } from '../linux/evdev/panel-controls.ts';
import { LED_NAMES, openLed } from '../linux/leds.ts';
import type { OledChip } from '../linux/oled/chip.ts';
import { type I2cBus, i2cBus } from '../linux/oled/i2c-bus.ts';
import { Oled } from '../linux/oled/oled.ts';
import { runOled } from '../linux/oled/oled-loop.ts';
import type { InstallerSettings } from '../settings/installer-schema.ts';
import { type Gesture, gesturesOf, isGesture, type Pressed } from './judge-panel.ts';
import { testPicture } from './test-picture.ts';

type PanelSettings = InstallerSettings['panel'];

const PICTURE_MS = 2000;
const BLINK_MS = 400;
const BLINKS = 2;
/** How long somebody may look for a control. */
const PRESS_MS = 15_000;

const nowMs = () => performance.now();

/** Shows the test picture. @returns undefined when it answered all the time, else what the bus said */
export async function tryOled(chip: OledChip, settings: PanelSettings, bus?: I2cBus): Promise<string | undefined> {
  const own = bus === undefined ? i2cBus(`/dev/i2c-${settings.oledBus}`) : undefined;
  const oled = new Oled({
    chip,
    bus: bus ?? (own as I2cBus),
    address: settings.oledAddress,
    rotated: settings.oledRotated,
  });
  oled.show(testPicture());
  let failed = false;
  const loop = runOled(oled, nowMs, () => {
    failed ||= oled.state() === 'silent';
  });
  await sleep(PICTURE_MS);
  const answered = oled.state() === 'working' && !failed;
  oled.setOn(false);
  loop.wake();
  await sleep(100);
  loop.stop();
  own?.close();
  return answered ? undefined : oled.lastError() || 'no answer';
}

/** Lights each lamp in turn. @returns those that work */
export async function blinkLamps(directory?: string): Promise<readonly string[]> {
  const working: string[] = [];
  for (const name of Object.values(LED_NAMES)) {
    const led = openLed(name, directory);
    let works = true;
    for (let i = 0; i < BLINKS && works; i++) {
      works = led.set('on');
      if (works) await sleep(BLINK_MS);
      works = led.set('off') && works;
      if (works) await sleep(BLINK_MS);
    }
    if (works) working.push(name);
  }
  return working;
}

export interface Controls {
  /** Names of the input devices that are there. */
  readonly devices: () => readonly string[];
  /** Asks for each control once. */
  readonly askAll: (say: (line: string) => void) => Promise<readonly Pressed[]>;
  readonly close: () => void;
}

export function openControls(kind: PanelSettings['controls'], input?: Partial<InputOptions>): Controls {
  let devices: readonly string[] = [];
  let listen = (_: ControlEvent): void => {};
  const opened = openInputDevices({
    names: PANEL_DEVICES,
    nowMs,
    onEvent: (event) => {
      const control = controlEvent(event);
      if (control !== undefined) listen(control);
    },
    onDevices: (names) => {
      devices = names;
    },
    ...input,
  });
  const wait = (gesture: Gesture): Promise<boolean> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), PRESS_MS);
      listen = (event) => {
        if (!isGesture(event, gesture)) return;
        clearTimeout(timer);
        resolve(true);
      };
    });
  return {
    devices: () => devices,
    async askAll(say) {
      const pressed: Pressed[] = [];
      for (const gesture of gesturesOf(kind)) {
        say(`      ${gesture.ask} (${PRESS_MS / 1000} s) ...`);
        pressed.push({ gesture, seen: await wait(gesture) });
      }
      listen = () => {};
      return pressed;
    },
    close: opened.close,
  };
}
