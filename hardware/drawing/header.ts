/** The Pi's 40-pin header, and wires that leave it. */
import { HEADER, type HeaderPin } from '../pins.ts';
import { circle, GREY, INK, line, PALE, rect, text } from './svg.ts';

export const WIRE = {
  power: '#c62828',
  ground: '#1a1a1a',
  i2c: '#1565c0',
  key: '#2e7d32',
  encoder: '#6a1b9a',
  lamp: '#e07000',
} as const;
export type Wire = keyof typeof WIRE;

export const TOP = 150;
const PITCH = 32;
const LEFT = 564;
const RIGHT = 596;
/** Where wires leave the header, outside of the labels. */
const LEFT_EDGE = 452;
const RIGHT_EDGE = 708;

/** Middle of a pin's row. */
export const rowY = (pin: number) => TOP + Math.floor((pin - 1) / 2) * PITCH;

/** Header pins that a HAT may be using: nothing of the panel goes there. */
const OF_THE_HAT = new Map<number, string>([
  ...[18, 19, 20, 21].map((gpio) => [gpio, 'I2S'] as const),
  ...[0, 1].map((gpio) => [gpio, 'ID'] as const),
]);

function pinLook(pin: HeaderPin): { readonly fill: string; readonly label: string; readonly ink: string } {
  if (pin === '3V3') return { fill: '#ef9a9a', label: '3.3 V', ink: INK };
  if (pin === '5V') return { fill: '#d9a5a5', label: '5 V', ink: INK };
  if (pin === 'GND') return { fill: '#b5b5b5', label: 'GND', ink: INK };
  const hat = OF_THE_HAT.get(pin);
  if (hat !== undefined) return { fill: PALE, label: `GPIO ${pin} ${hat}`, ink: GREY };
  if (pin === 2 || pin === 3) return { fill: '#bbdefb', label: `GPIO ${pin} I2C`, ink: INK };
  return { fill: '#ffffff', label: `GPIO ${pin}`, ink: INK };
}

/** The header with its labels; `used` pins stand out. */
export function header(used: ReadonlySet<number>): string {
  const parts = [
    rect(LEFT - 24, TOP - 24, RIGHT - LEFT + 48, 19 * PITCH + 48, { fill: '#f7f3e8', round: 8 }),
    text((LEFT + RIGHT) / 2, TOP - 62, 'Raspberry Pi header', { anchor: 'middle', bold: true }),
    text((LEFT + RIGHT) / 2, TOP - 42, 'from above, microSD card at the top', {
      anchor: 'middle',
      size: 12,
      fill: GREY,
    }),
  ];
  HEADER.forEach((pin, index) => {
    const number = index + 1;
    const odd = number % 2 === 1;
    const x = odd ? LEFT : RIGHT;
    const y = rowY(number);
    const { fill, label, ink } = pinLook(pin);
    const bold = used.has(number);
    parts.push(
      number === 1 ? rect(x - 12, y - 12, 24, 24, { fill }) : circle(x, y, 12, { fill, width: bold ? 2.5 : 1.2 }),
      text(x, y, String(number), { size: 11, anchor: 'middle', bold }),
      text(odd ? x - 30 : x + 30, y, label, {
        size: 12,
        anchor: odd ? 'end' : 'start',
        bold,
        fill: bold ? INK : ink === INK ? GREY : '#b0b0b0',
      }),
    );
  });
  return parts.join('\n');
}

/** A wire that leaves the header at `pin`, bends at `bendX` and goes on to (x, y). */
export function wire(pin: number, kind: Wire, x: number, y = rowY(pin), bendX = x): string {
  const from = pin % 2 === 1 ? LEFT_EDGE : RIGHT_EDGE;
  return [
    circle(from, rowY(pin), 3, { fill: WIRE[kind], stroke: WIRE[kind] }),
    line(
      [
        [from, rowY(pin)],
        [bendX, rowY(pin)],
        [bendX, y],
        [x, y],
      ],
      { stroke: WIRE[kind], width: 2.6 },
    ),
  ].join('\n');
}
