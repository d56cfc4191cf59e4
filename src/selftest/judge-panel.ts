/** OLED, controls and lamps: what is asked of a person, and from answers to findings. Pure. */
import type { ControlEvent, PanelKey } from '../linux/evdev/panel-controls.ts';
import { type Finding, fail, forBoard, ok } from './finding.ts';

export type ControlsKind = 'encoder' | 'five-buttons';

export interface Gesture {
  readonly name: string;
  /** Said to the person. */
  readonly ask: string;
  readonly wanted: { readonly key: PanelKey } | { readonly turn: 1 | -1 };
}

export interface Pressed {
  readonly gesture: Gesture;
  readonly seen: boolean;
}

const KNOB = 'jambox-encoder';
const KEYS = 'jambox-keys';

const press = (name: string, key: PanelKey): Gesture => ({ name, ask: `press ${name}`, wanted: { key } });
const COMMON = [press('CONNECT', 'connect'), press('MUTE', 'mute')];
const GESTURES: Readonly<Record<ControlsKind, readonly Gesture[]>> = {
  encoder: [
    ...COMMON,
    { name: 'knob right', ask: 'turn the knob to the right', wanted: { turn: 1 } },
    { name: 'knob left', ask: 'turn the knob to the left', wanted: { turn: -1 } },
    press('the knob', 'knob'),
  ],
  'five-buttons': [...COMMON, press('UP', 'up'), press('DOWN', 'down'), press('OK', 'knob')],
};

export function gesturesOf(kind: ControlsKind): readonly Gesture[] {
  return GESTURES[kind];
}

export function isGesture(event: ControlEvent, { wanted }: Gesture): boolean {
  if ('key' in wanted) return event.type === 'down' && event.key === wanted.key;
  return event.type === 'turn' && Math.sign(event.steps) === wanted.turn;
}

/** @param error what the bus said; undefined: it answered. */
export function judgeOled(
  { oled, oledBus, oledAddress }: { readonly oled: string; readonly oledBus: number; readonly oledAddress: number },
  error: string | undefined,
  isBoard: boolean,
): Finding {
  const where = `/dev/i2c-${oledBus} 0x${oledAddress.toString(16)}`;
  if (error === undefined) {
    return ok('OLED', `${oled} at ${where} showed a border, a solid square left above, chequers on the right`, {
      where,
    });
  }
  const todo = 'check SDA, SCL, 3.3 V and ground; address and chip in box.toml [panel]';
  return forBoard(isBoard, fail('OLED', `no answer at ${where} (${error})`, todo, { where, error }));
}

export function judgeDevices(kind: ControlsKind, devices: readonly string[], isBoard: boolean): Finding {
  const expected = kind === 'encoder' ? [KEYS, KNOB] : [KEYS];
  const missing = expected.filter((name) => !devices.includes(name));
  const numbers = { found: devices.join(',') };
  if (missing.length === 0) return ok('controls', expected.join(', '), numbers);
  const todo = 'panel overlay in config.txt? group input? box.toml [panel] controls';
  return forBoard(isBoard, fail('controls', `missing: ${missing.join(', ')}`, todo, numbers));
}

export function judgePresses(presses: readonly Pressed[]): readonly Finding[] {
  const bothWays = presses.filter(({ gesture, seen }) => 'turn' in gesture.wanted && !seen).length === 1;
  return presses.map(({ gesture, seen }) => {
    if (seen) return ok(gesture.name, 'seen', { seen });
    const todo =
      'turn' in gesture.wanted && bothWays
        ? 'the other way came: exchange the wires A and B'
        : 'check its wire and ground';
    return fail(gesture.name, 'not seen', todo, { seen });
  });
}

export function judgeLamps(all: readonly string[], working: readonly string[], isBoard: boolean): readonly Finding[] {
  return all.map((name) => {
    const item = `lamp ${name.split(':').at(-1)}`;
    if (working.includes(name)) return ok(item, `${name} blinked twice (not seen? turn the LED round)`);
    const todo = 'panel overlay in config.txt? rights on /sys/class/leds?';
    return forBoard(isBoard, fail(item, `${name} does not obey`, todo));
  });
}
