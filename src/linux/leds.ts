/** Lamps: /sys/class/leds (kernel documentation, leds/leds-class and the "timer" trigger). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names that the overlays in hardware/ give to gpio-leds. */
export const LED_NAMES = {
  connect: 'jambox:green:connect',
  mute: 'jambox:yellow:mute',
  recording: 'jambox:red:recording',
} as const;

/** 'blink' is slow, and the kernel's work: it goes on while the program is busy. */
export type LedLight = 'off' | 'on' | 'blink';

export interface Led {
  /** Returns true if the lamp does it. A lamp that is not there is no error, and may come later. */
  readonly set: (light: LedLight) => boolean;
}

/** Half a second on, half a second off. */
const BLINK_MS = '500';
/** For lamps that don't tell; the kernel takes the most that the lamp can. */
const FULL = '255';

export function openLed(name: string, directory = '/sys/class/leds'): Led {
  let shown: LedLight | undefined;
  const write = (file: string, value: string) => writeFileSync(join(directory, name, file), value, { flag: 'r+' });
  /** While udev has not given the new file to the box yet, the kernel's own times do, which are the same. */
  const tune = (file: string) => {
    try {
      write(file, BLINK_MS);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EACCES')) throw error;
    }
  };

  const light = (wanted: LedLight) => {
    if (wanted === 'blink') {
      // Choosing the trigger makes the two files.
      write('trigger', 'timer');
      tune('delay_on');
      tune('delay_off');
      return;
    }
    write('trigger', 'none');
    write('brightness', wanted === 'on' ? brightest(join(directory, name)) : '0');
  };

  return {
    set: (wanted) => {
      if (wanted === shown) return true;
      shown = undefined;
      try {
        light(wanted);
        shown = wanted;
      } catch {
        // Without the trigger's module a steady light is nearer to what is meant than none.
        if (wanted === 'blink') attempt(() => light('on'));
      }
      return shown === wanted;
    },
  };
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The lamp is not there.
  }
}

function brightest(path: string): string {
  try {
    return readFileSync(join(path, 'max_brightness'), 'utf8').trim() || FULL;
  } catch {
    return FULL;
  }
}
