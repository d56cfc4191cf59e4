/**
 * The panel's parts in the metal: OLED, keys, knob, lamps. Each is optional and may come and go while the box runs; a
 * box without any of them plays all the same.
 */
import { type InputOptions, openInputDevices } from '../../linux/evdev/input-devices.ts';
import { controlEvent, PANEL_DEVICES } from '../../linux/evdev/panel-controls.ts';
import { LED_NAMES, openLed } from '../../linux/leds.ts';
import { OLED_CHIPS } from '../../linux/oled/chips.ts';
import { type I2cBus, i2cBus } from '../../linux/oled/i2c-bus.ts';
import { Oled } from '../../linux/oled/oled.ts';
import { runOled } from '../../linux/oled/oled-loop.ts';
import type { InstallerSettings } from '../../settings/installer-schema.ts';
import type { PanelShell } from './panel-shell.ts';
import type { Clock, Lamps, PanelScreen } from './ports.ts';

export interface HardwareOptions {
  readonly settings: Omit<InstallerSettings['panel'], 'controls'>;
  readonly shell: PanelShell;
  readonly clock: Clock;
  /** Says when a part that was there has gone or come back. Parts that never were are no news. */
  readonly onLog: (line: string) => void;
  /** For tests: instead of /dev/i2c-N, /dev/input, /sys/class/input and /sys/class/leds. */
  readonly bus?: I2cBus;
  readonly input?: Pick<InputOptions, 'deviceDirectory' | 'classDirectory'>;
  readonly ledDirectory?: string;
}

const FULL_CONTRAST = 255;
/** Dimmed: a sixteenth of the contrast is about a third of the light, still to be read from two metres. */
const DIM_SHARE = 1 / 16;
/** Interval between looks for lamps that are not there yet. */
const LAMP_RETRY_MS = 10_000;

/** Only on the main thread (input-devices.ts). Nothing here throws, whatever is missing. */
export function openHardware(options: HardwareOptions): { readonly close: () => void } {
  const parts = [openScreen(options), openControls(options), openLamps(options)];
  return {
    close: () => {
      for (const close of parts) close();
    },
  };
}

function openScreen({ settings, shell, clock, onLog, bus }: HardwareOptions): () => void {
  if (settings.oled === 'none') return () => {};
  const ownBus = bus === undefined ? i2cBus(`/dev/i2c-${settings.oledBus}`) : undefined;
  const port = bus ?? ownBus;
  if (port === undefined) return () => {};
  const oled = new Oled({
    chip: OLED_CHIPS[settings.oled],
    bus: port,
    address: settings.oledAddress,
    rotated: settings.oledRotated,
  });
  let hasWorked = false;
  const loop = runOled(oled, clock.nowMs, () => {
    if (oled.state() === 'silent' && hasWorked) onLog(`screen: no answer (${oled.lastError()})`);
    if (oled.state() === 'working') {
      onLog(hasWorked ? 'screen: back again' : 'screen: found');
      hasWorked = true;
    }
  });
  const detach = shell.attachScreen(oledScreen(oled, settings.brightness, loop.wake));
  return () => {
    detach();
    loop.stop();
    ownBus?.close();
  };
}

function oledScreen(oled: Oled, brightnessPercent: number, wake: () => void): PanelScreen {
  const bright = (FULL_CONTRAST * brightnessPercent) / 100;
  return {
    show: (frame, urgent) => {
      oled.show(frame, urgent);
      wake();
    },
    setLight: (light) => {
      oled.setOn(light !== 'off');
      oled.setContrast(light === 'bright' ? bright : bright * DIM_SHARE);
      wake();
    },
  };
}

function openControls({ shell, clock, onLog, input }: HardwareOptions): () => void {
  let present = '';
  const devices = openInputDevices({
    names: PANEL_DEVICES,
    nowMs: clock.nowMs,
    onEvent: (event) => {
      const control = controlEvent(event);
      if (control !== undefined) shell.control(control, control.atMs);
    },
    onDevices: (names) => {
      const now = names.toSorted().join(', ');
      if (now !== present) onLog(`controls: ${now === '' ? 'none' : now}`);
      present = now;
    },
    ...input,
  });
  return devices.close;
}

function openLamps({ shell, clock, ledDirectory }: HardwareOptions): () => void {
  const leds = {
    connect: openLed(LED_NAMES.connect, ledDirectory),
    mute: openLed(LED_NAMES.mute, ledDirectory),
    recording: openLed(LED_NAMES.recording, ledDirectory),
  };
  let wanted: Lamps | undefined;
  let cancelRetry = () => {};
  const light = () => {
    cancelRetry();
    if (wanted === undefined) return;
    const done = [leds.connect.set(wanted.connect), leds.mute.set(wanted.mute), leds.recording.set(wanted.recording)];
    if (done.includes(false)) cancelRetry = clock.after(LAMP_RETRY_MS, light);
  };
  const detach = shell.attachLamps({
    show: (lamps) => {
      wanted = lamps;
      light();
    },
  });
  return () => {
    detach();
    cancelRetry();
  };
}
