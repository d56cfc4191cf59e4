import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test, vi } from 'vitest';
import { OLED_CHIPS, type OledChipName } from '../../../src/linux/oled/chips.ts';
import { i2cBus } from '../../../src/linux/oled/i2c-bus.ts';
import { FRAME_BYTES, Oled } from '../../../src/linux/oled/oled.ts';
import { runOled } from '../../../src/linux/oled/oled-loop.ts';
import { INSTALLER_KEYS } from '../../../src/settings/installer-schema.ts';
import { DisplayModel, pixelsOf } from './display-model.ts';

const CHIPS = Object.keys(OLED_CHIPS) as readonly OledChipName[];

/** A driver with a display, and a clock that is as fast as the bus. */
function bench(kind: OledChipName = 'ssd1306', rotated = false) {
  const display = new DisplayModel(kind);
  const oled = new Oled({ chip: OLED_CHIPS[kind], bus: display, address: 0x3c, rotated });
  let nowMs = 1000;
  /** Works until there is nothing to do but wait, at most until `untilMs`. */
  const run = (untilMs = nowMs) => {
    for (;;) {
      const before = display.transfers.length;
      const nextMs = oled.work(nowMs);
      expect(display.transfers.length - before).toBeLessThanOrEqual(1);
      if (nextMs <= nowMs) continue;
      if (nextMs > untilMs) break;
      nowMs = nextMs;
    }
    nowMs = Math.max(nowMs, untilMs);
  };
  return { display, oled, run, now: () => nowMs, runFor: (ms: number) => run(nowMs + ms) };
}

function noise(seed: number): Uint8Array {
  return Uint8Array.from({ length: FRAME_BYTES }, (_, i) => Math.imul(i + seed * 7919, 2654435761) >>> 24);
}

/** Bytes on the bus with the address bytes, and what they take at 400 kHz. */
function busTime(transfers: readonly Uint8Array[]) {
  const bytes = transfers.reduce((sum, transfer) => sum + transfer.length + 1, 0);
  return { transfers: transfers.length, bytes, ms: Math.round(bytes * 9 * 0.25) / 100 };
}

/** A first frame of zeros is on the display, and the time for another one has come. */
function settled(kind: OledChipName = 'ssd1306') {
  const parts = bench(kind);
  parts.runFor(100);
  parts.display.takeTransfers();
  return parts;
}

describe.each(CHIPS)('An OLED with the %s', (kind) => {
  test('can be chosen in box.toml', () => {
    expect(v.is(INSTALLER_KEYS.panel.oled.schema, kind)).toBe(true);
  });

  test('shows the frame upright, and turned by 180° when it is mounted upside down', () => {
    const upright = bench(kind);
    upright.oled.show(noise(1));
    upright.run();
    expect(upright.display.pixels()).toEqual(pixelsOf(noise(1)));

    const rotated = bench(kind, true);
    rotated.oled.show(noise(1));
    rotated.run();
    const turned = pixelsOf(noise(1))
      .reverse()
      .map((row) => row.reverse());
    expect(rotated.display.pixels()).toEqual(turned);
  });

  test('stays dark until its RAM holds the first frame', () => {
    const { display, oled } = bench(kind);
    oled.show(noise(2));
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      oled.work(0);
      if (display.lit) seen.add(JSON.stringify(display.pixels()));
    }
    expect([...seen]).toEqual([JSON.stringify(pixelsOf(noise(2)))]);
  });

  test('shows the last frame after any frames, failures and power losses', () => {
    const change = fc.record({
      at: fc.nat({ max: FRAME_BYTES - 1 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 200 }),
    });
    const step = fc.record({
      changes: fc.array(change, { maxLength: 4 }),
      waitMs: fc.nat({ max: 400 }),
      on: fc.boolean(),
      /** How many transfers of this step fail, from which one on, and how many bytes of them arrive. */
      failing: fc.record({ from: fc.nat({ max: 6 }), count: fc.nat({ max: 3 }), arrived: fc.nat({ max: 60 }) }),
      powerLost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), fc.boolean(), (steps, rotated) => {
        const { display, oled, runFor } = bench(kind, rotated);
        const frame = new Uint8Array(FRAME_BYTES);
        for (const { changes, waitMs, on, failing, powerLost } of steps) {
          for (const { at, bytes } of changes) frame.set(bytes.subarray(0, FRAME_BYTES - at), at);
          let count = 0;
          display.fault = (length) => {
            const index = count++ - failing.from;
            const fails = index >= 0 && index < failing.count;
            // Power is lost where transfers fail: without a failure nobody could know.
            if (fails && powerLost) display.powerOn();
            return fails ? (powerLost ? 0 : Math.min(failing.arrived, length)) : undefined;
          };
          oled.show(frame);
          oled.setOn(on);
          runFor(waitMs);
        }
        display.fault = () => undefined;
        oled.setOn(true);
        runFor(10_000);
        const expected = pixelsOf(frame);
        expect(display.pixels()).toEqual(rotated ? expected.reverse().map((row) => row.reverse()) : expected);
        expect(oled.state()).toBe('working');
      }),
      { numRuns: 40 },
    );
  });

  test('costs the bus what the driver’s comment says', () => {
    const { display, oled, runFor } = settled(kind);
    const frame = new Uint8Array(FRAME_BYTES);
    const cost = () => {
      oled.show(frame);
      runFor(100);
      return busTime(display.takeTransfers());
    };
    expect(cost()).toEqual({ transfers: 0, bytes: 0, ms: 0 });
    frame.fill(0xff, 3 * 128 + 42, 3 * 128 + 48);
    expect(cost()).toEqual({ transfers: 1, bytes: 14, ms: 0.32 });
    frame.fill(0x0f, 2 * 128, 3 * 128);
    expect(cost()).toEqual({ transfers: 3, bytes: 152, ms: 3.42 });
    frame.fill(0xaa);
    expect(cost()).toEqual({ transfers: 24, bytes: 1216, ms: 27.36 });
    // Four meters, one in a row, each one column longer.
    for (const page of [2, 3, 5, 6]) frame[page * 128 + 60] = 0x3c;
    expect(cost()).toEqual({ transfers: 4, bytes: 36, ms: 0.81 });
    // Two changes in a row, nearer than a second transfer costs, and further.
    frame[10] = frame[19] = 1;
    expect(cost()).toEqual({ transfers: 2, bytes: 18, ms: 0.41 });
    frame[10] = frame[18] = 2;
    expect(cost()).toEqual({ transfers: 1, bytes: 17, ms: 0.38 });
  });
});

describe('The OLED driver', () => {
  test('sends at most 20 frames a second, and always the last one', () => {
    const { display, oled, now, runFor } = settled();
    const frame = new Uint8Array(FRAME_BYTES);
    const startMs = now();
    while (now() < startMs + 995) {
      frame[0] = (frame[0]! + 1) & 255;
      oled.show(frame);
      runFor(5);
    }
    expect(display.takeTransfers().length).toBe(20);
    runFor(50);
    expect(display.pixels()).toEqual(pixelsOf(frame));
  });

  test('lets the answer to a press go before its turn, but no more than one', () => {
    const { display, oled, runFor } = settled();
    const frame = new Uint8Array(FRAME_BYTES);
    const show = (value: number, urgent: boolean) => {
      frame[0] = value;
      oled.show(frame, urgent);
      runFor(1);
      return display.takeTransfers().length;
    };
    expect(show(1, false)).toBe(1);
    expect(show(2, false)).toBe(0);
    expect(show(3, true)).toBe(1);
    expect(show(4, true)).toBe(0);
    runFor(48);
    expect(display.takeTransfers().length).toBe(1);
  });

  test('changes contrast and switches the panel off and on', () => {
    const { display, oled, runFor } = settled();
    oled.setContrast(10);
    runFor(0);
    expect(display.contrast).toBe(10);
    oled.setContrast(1000);
    oled.setOn(false);
    runFor(0);
    expect([display.contrast, display.lit]).toEqual([255, false]);
    const frame = noise(5);
    oled.show(frame);
    runFor(100);
    oled.setOn(true);
    runFor(0);
    expect(display.pixels()).toEqual(pixelsOf(frame));
  });

  test('tries a silent display again with growing pauses, and sets it up anew when it answers', () => {
    const { display, oled, now, runFor } = settled();
    const tries: number[] = [];
    display.fault = () => {
      tries.push(now());
      return 0;
    };
    const startMs = now();
    oled.show(noise(6));
    runFor(30_000);
    expect(oled.state()).toBe('silent');
    expect(oled.lastError()).toBe('no acknowledgement');
    expect(tries.map((atMs) => atMs - startMs)).toEqual([0, 250, 750, 1750, 3750, 7750, 15750, 23750]);
    display.fault = () => undefined;
    display.powerOn();
    runFor(8000);
    expect(oled.state()).toBe('working');
    expect(display.pixels()).toEqual(pixelsOf(noise(6)));
  });

  test('notices within a second that a display with an unchanged picture was unplugged', () => {
    const { display, oled, runFor } = settled();
    oled.show(noise(7));
    runFor(5000);
    display.fault = () => 0;
    runFor(1000);
    expect(oled.state()).toBe('silent');
    display.powerOn();
    display.fault = () => undefined;
    runFor(1000);
    expect(display.pixels()).toEqual(pixelsOf(noise(7)));
  });

  test('makes one transfer at a time on the event loop and rests when all is said', () => {
    vi.useFakeTimers();
    try {
      const display = new DisplayModel('ssd1306');
      const oled = new Oled({ chip: OLED_CHIPS.ssd1306, bus: display, address: 0x3c, rotated: false });
      const states: string[] = [];
      const loop = runOled(
        oled,
        () => performance.now(),
        () => states.push(oled.state()),
      );
      vi.advanceTimersByTime(100);
      oled.show(noise(8));
      loop.wake();
      vi.advanceTimersByTime(60);
      expect(display.pixels()).toEqual(pixelsOf(noise(8)));
      display.takeTransfers();
      vi.advanceTimersByTime(10_000);
      expect(busTime(display.takeTransfers())).toEqual({ transfers: 10, bytes: 30, ms: 0.68 });
      display.fault = () => 0;
      vi.advanceTimersByTime(1000);
      expect(states).toEqual(['working', 'silent']);
      loop.stop();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('The I2C bus', () => {
  test('that is not there, or is no bus, is an error value', () => {
    const missing = i2cBus('/dev/i2c-that-is-not-there');
    expect(missing.write(0x3c, Uint8Array.of(0))).toEqual({ error: expect.stringContaining('ENOENT') });
    const noBus = i2cBus('/dev/null');
    expect(noBus.write(0x3c, Uint8Array.of(0))).toEqual({ error: expect.stringMatching(/^\/dev\/null: .*ioctl/) });
    noBus.close();
  });
});
