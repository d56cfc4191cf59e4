import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collisions, HATS, HEADER, headerPin, OLED, PANELS, RESERVED } from '../../hardware/pins.ts';

const oled = OLED.gpios.map((gpio) => ({ gpio, why: 'OLED' }));

describe.each(Object.entries(PANELS))('the %s panel', (_, panel) => {
  it.each(HATS.map((hat) => [hat.title, hat.taken] as const))('goes together with %s', (_title, taken) => {
    expect(collisions(panel, [...taken, ...RESERVED, ...oled])).toEqual([]);
  });

  it('uses pins of the header only, each once', () => {
    for (const { gpio } of panel) expect(headerPin(gpio)).toBeGreaterThan(0);
    expect(new Set(panel.map(({ gpio }) => gpio)).size).toBe(panel.length);
  });

  it('has lamps only on pins that are pulled down at power-on (GPIO 9 and up)', () => {
    for (const { gpio, kind } of panel) if (kind === 'lamp') expect(gpio).toBeGreaterThanOrEqual(9);
  });

  it('would not go together with a HAT that takes any of its pins', () => {
    fc.assert(
      fc.property(fc.constantFrom(...panel), ({ gpio, what }) => {
        expect(collisions(panel, [{ gpio, why: 'reset' }])).toEqual([{ gpio, panel: what, other: 'reset' }]);
      }),
    );
  });
});

it('two parts of a panel on one pin are a collision', () => {
  const [first] = PANELS.encoder;
  expect(collisions([first!, { ...first!, what: 'other' }], [])).toEqual([
    { gpio: 5, panel: 'CONNECT button', other: 'other' },
  ]);
});

it('no codec has an address of the OLED', () => {
  expect(
    HATS.flatMap(({ addresses }) => addresses).filter((address) => OLED.addresses.some((of) => of === address)),
  ).toEqual([]);
});

it('the header has 40 pins, GPIO 0 to 27 once each, and eight grounds', () => {
  expect(HEADER).toHaveLength(40);
  expect(HEADER.filter((pin) => typeof pin === 'number').sort((a, b) => a - b)).toEqual(
    Array.from({ length: 28 }, (_, gpio) => gpio),
  );
  expect(HEADER.filter((pin) => pin === 'GND')).toHaveLength(8);
  expect([headerPin(2), headerPin(18), headerPin(21), headerPin(26)]).toEqual([3, 12, 40, 37]);
});
