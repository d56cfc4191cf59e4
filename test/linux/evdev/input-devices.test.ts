import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type InputEvent, openInputDevices } from '../../../src/linux/evdev/input-devices.ts';
import { PANEL_DEVICES } from '../../../src/linux/evdev/panel-controls.ts';
import { fakeInput, record, SYN_DROPPED, SYN_REPORT } from './fake-input.ts';

const DOWN = record(1, 28, 1);
const UP = record(1, 28, 0);
const TURN = record(2, 7, 1);

let fake: ReturnType<typeof fakeInput>;
let devices: { close: () => void } | undefined;
let events: InputEvent[];
let present: readonly string[];

beforeEach(() => {
  fake = fakeInput();
  events = [];
  present = [];
});

afterEach(() => {
  devices?.close();
  devices = undefined;
  fake.remove();
});

function open(): void {
  devices = openInputDevices({
    names: PANEL_DEVICES,
    nowMs: () => 42,
    onEvent: (event) => events.push(event),
    onDevices: (names) => {
      present = [...names].sort();
    },
    deviceDirectory: fake.deviceDirectory,
    classDirectory: fake.classDirectory,
  });
}

function short(event: InputEvent): string {
  return event.kind === 'lost' ? `${event.device} lost` : [event.device, event.type, event.code, event.value].join(' ');
}

async function expectEvents(...expected: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(events.map(short)).toEqual(expected), { timeout: 3000, interval: 5 });
}

async function expectPresent(...names: readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(present).toEqual(names), { timeout: 3000, interval: 5 });
}

describe('Input devices', () => {
  test('are found by name, and others are left alone', async () => {
    fake.plugIn('event0', 'vc4-hdmi', DOWN);
    fake.plugIn('event1', 'jambox-keys');
    fake.plugIn('event12', 'jambox-encoder');
    open();
    expect(present).toEqual(['jambox-encoder', 'jambox-keys']);
    fake.write('event1', DOWN, SYN_REPORT, UP, SYN_REPORT);
    await expectEvents('jambox-keys 1 28 1', 'jambox-keys 1 28 0');
    fake.write('event12', TURN, SYN_REPORT);
    await expectEvents('jambox-keys 1 28 1', 'jambox-keys 1 28 0', 'jambox-encoder 2 7 1');
    expect(events[0]).toEqual({ kind: 'input', device: 'jambox-keys', type: 1, code: 28, value: 1, atMs: 42 });
  });

  test('give what was waiting before they were opened', async () => {
    fake.plugIn('event1', 'jambox-keys', DOWN, SYN_REPORT);
    open();
    await expectEvents('jambox-keys 1 28 1');
  });

  test('may give records in pieces, and more at once than one read takes', async () => {
    fake.plugIn('event1', 'jambox-keys');
    open();
    fake.write('event1', DOWN.subarray(0, 7));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events).toEqual([]);
    fake.write('event1', DOWN.subarray(7), UP.subarray(0, 23));
    await expectEvents('jambox-keys 1 28 1');
    fake.write('event1', UP.subarray(23));
    await expectEvents('jambox-keys 1 28 1', 'jambox-keys 1 28 0');
    events.length = 0;
    fake.write('event1', ...Array.from({ length: 2000 }, () => TURN));
    await vi.waitFor(() => expect(events).toHaveLength(2000), { timeout: 3000 });
  });

  test('tell when the kernel has lost events', async () => {
    fake.plugIn('event1', 'jambox-keys');
    open();
    fake.write('event1', DOWN, SYN_DROPPED, UP, SYN_REPORT, TURN);
    await expectEvents('jambox-keys 1 28 1', 'jambox-keys lost', 'jambox-keys 2 7 1');
  });

  test('may vanish while a key is held, and return under another number', async () => {
    fake.plugIn('event1', 'jambox-keys');
    open();
    fake.write('event1', DOWN, SYN_REPORT);
    await expectEvents('jambox-keys 1 28 1');
    fake.unplug('event1');
    await expectEvents('jambox-keys 1 28 1', 'jambox-keys lost');
    await expectPresent();
    fake.plugIn('event5', 'jambox-keys', UP, SYN_REPORT);
    await expectPresent('jambox-keys');
    await expectEvents('jambox-keys 1 28 1', 'jambox-keys lost', 'jambox-keys 1 28 0');
  });

  test('may come when there was not even a directory for them, and after it was gone', async () => {
    open();
    expect(present).toEqual([]);
    fake.plugIn('event0', 'jambox-keys', DOWN);
    await expectEvents('jambox-keys 1 28 1');
    fake.unplug('event0');
    fake.removeDirectory();
    await expectPresent();
    fake.plugIn('event0', 'jambox-encoder', TURN);
    await expectPresent('jambox-encoder');
    await expectEvents('jambox-keys 1 28 1', 'jambox-keys lost', 'jambox-encoder 2 7 1');
  });

  test('are not taken for the same when another one has got the number', async () => {
    fake.plugIn('event0', 'jambox-keys');
    open();
    fake.unplug('event0');
    fake.plugIn('event0', 'vc4-hdmi', DOWN);
    await expectEvents('jambox-keys lost');
    await expectPresent();
  });

  test('say nothing after close', async () => {
    fake.plugIn('event1', 'jambox-keys');
    open();
    devices?.close();
    fake.write('event1', DOWN);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(events).toEqual([]);
    expect(process.listenerCount('SIGIO')).toBe(0);
  });
});
