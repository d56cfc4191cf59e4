/** The panel's wiring: the Pi's header in the middle, a cable for each group of parts beside it. Pins come from pins.ts. */
import { headerPin, PANELS } from '../pins.ts';
import { header, rowY, TOP, WIRE, type Wire, wire } from './header.ts';
import { circle, drawing, GREY, INK, line, lines, rect, shape, text } from './svg.ts';

/** A push switch between two x on a wire. */
function button(x: number, y: number, label: string): string {
  return [
    circle(x - 26, y, 4, { fill: '#ffffff', width: 2 }),
    circle(x + 26, y, 4, { fill: '#ffffff', width: 2 }),
    line(
      [
        [x - 24, y - 4],
        [x + 22, y - 14],
      ],
      { width: 2.6 },
    ),
    text(x, y - 27, label, { anchor: 'middle', bold: true, size: 13 }),
  ].join('\n');
}

/** Resistor and lamp on a wire whose current flows away from the header, `way` = -1 to the left, 1 to the right. */
function lamp(x: number, y: number, way: 1 | -1, colour: string, label: string): string {
  const lampX = x + way * 68;
  return [
    rect(x - 24, y - 9, 48, 18, { fill: '#ffffff', width: 2 }),
    text(x, y, '330 Ω', { anchor: 'middle', size: 11 }),
    shape(
      [
        [lampX - way * 12, y - 11],
        [lampX - way * 12, y + 11],
        [lampX + way * 10, y],
      ],
      { fill: colour, width: 2 },
    ),
    line(
      [
        [lampX + way * 10, y - 11],
        [lampX + way * 10, y + 11],
      ],
      { width: 2.6 },
    ),
    text(x + way * 34, y - 24, label, { anchor: 'middle', bold: true, size: 13 }),
  ].join('\n');
}

function oled(): string {
  const terminals: readonly (readonly [number, string, Wire])[] = [
    [1, 'VCC', 'power'],
    [3, 'SDA', 'i2c'],
    [5, 'SCL', 'i2c'],
    [9, 'GND', 'ground'],
  ];
  return [
    rect(70, TOP - 30, 250, 190, { fill: '#eef3f8', round: 8 }),
    text(90, TOP - 10, 'OLED 128 × 64', { bold: true }),
    text(90, TOP + 12, 'SSD1306 or SH1106,', { size: 12 }),
    text(90, TOP + 29, 'I2C, 3.3 V', { size: 12 }),
    rect(90, TOP + 50, 128, 64, { fill: '#10151c' }),
    text(154, TOP + 82, 'PRESS CONNECT', { anchor: 'middle', size: 12, fill: '#dff3ff' }),
    text(90, TOP + 138, 'address 0x3C (or 0x3D)', { size: 12 }),
    ...terminals.flatMap(([pin, name, kind]) => [
      wire(pin, kind, 320),
      circle(320, rowY(pin), 5, { fill: '#ffffff', width: 2 }),
      text(308, rowY(pin), name, { anchor: 'end', size: 12 }),
    ]),
  ].join('\n');
}

/** CONNECT and MUTE with their lamps on the pins of the left row, their ground on pin 39. */
function buttonsAndLamps(): string {
  const lanes = [492, 566, 640, 714, 790] as const;
  const bus = 110;
  const ground = (y: number, x: number) =>
    line(
      [
        [x, y],
        [bus, y],
      ],
      { width: 2.6 },
    );
  return [
    wire(headerPin(5), 'key', 276, lanes[0], 424),
    wire(headerPin(6), 'key', 276, lanes[1], 404),
    wire(headerPin(13), 'lamp', 324, lanes[2], 384),
    wire(headerPin(26), 'lamp', 324, lanes[3], 364),
    wire(39, 'ground', bus, lanes[4], 424),
    ground(lanes[0], 224),
    ground(lanes[1], 224),
    line(
      [
        [276, lanes[2]],
        [222, lanes[2]],
      ],
      { stroke: WIRE.lamp, width: 2.6 },
    ),
    line(
      [
        [276, lanes[3]],
        [222, lanes[3]],
      ],
      { stroke: WIRE.lamp, width: 2.6 },
    ),
    ground(lanes[2], 222),
    ground(lanes[3], 222),
    line(
      [
        [bus, lanes[0]],
        [bus, lanes[4]],
      ],
      { width: 2.6 },
    ),
    ...lanes.slice(1, 4).map((y) => circle(bus, y, 4, { fill: INK })),
    button(250, lanes[0], 'CONNECT button'),
    button(250, lanes[1], 'MUTE button'),
    lamp(300, lanes[2], -1, '#66bb6a', 'CONNECT lamp, green'),
    lamp(300, lanes[3], -1, '#ffd54f', 'MUTE lamp, yellow'),
    text(128, lanes[4] - 14, 'common ground', { size: 12 }),
  ].join('\n');
}

function recordingLamp(): string {
  const y = rowY(headerPin(12));
  return [
    wire(headerPin(12), 'lamp', 816),
    line(
      [
        [864, y],
        [896, y],
      ],
      { stroke: WIRE.lamp, width: 2.6 },
    ),
    line(
      [
        [919, y],
        [990, y],
        [990, rowY(34)],
      ],
      { width: 2.6 },
    ),
    wire(34, 'ground', 990),
    lamp(840, y, 1, '#ef5350', 'RECORDING lamp, red'),
  ].join('\n');
}

function encoder(): string {
  const terminals: readonly (readonly [number, string, Wire])[] = [
    [20, 'C, and one side of the push switch', 'ground'],
    [headerPin(25), 'other side of the push switch', 'key'],
    [headerPin(8), 'B', 'encoder'],
    [headerPin(7), 'A', 'encoder'],
  ];
  const y = rowY(20);
  return [
    rect(820, y - 100, 290, 234, { fill: '#f3eef8', round: 8 }),
    text(840, y - 78, 'Rotary encoder with push', { bold: true }),
    text(840, y - 58, 'bare part, contacts A, B, C', { size: 12 }),
    circle(1068, y - 46, 26, { fill: '#555555' }),
    line(
      [
        [1068, y - 50],
        [1068, y - 68],
      ],
      { stroke: '#ffffff', width: 3 },
    ),
    ...terminals.flatMap(([pin, name, kind]) => [
      wire(pin, kind, 820),
      circle(820, rowY(pin), 5, { fill: '#ffffff', width: 2 }),
      text(836, rowY(pin), name, { size: 12 }),
    ]),
    text(836, y + 119, 'turns the wrong way? swap A and B', { size: 11, fill: GREY }),
  ].join('\n');
}

function threeButtons(): string {
  const lanes = [300, 370, 444, 518] as const;
  const bus = 1040;
  const toBus = (y: number) =>
    line(
      [
        [956, y],
        [bus, y],
      ],
      { width: 2.6 },
    );
  return [
    wire(20, 'ground', bus, lanes[0], 736),
    wire(headerPin(25), 'key', 904, lanes[1], 756),
    wire(headerPin(8), 'key', 904, lanes[2], 776),
    wire(headerPin(7), 'key', 904, lanes[3], 796),
    ...lanes.slice(1).map(toBus),
    line(
      [
        [bus, lanes[0]],
        [bus, lanes[3]],
      ],
      { width: 2.6 },
    ),
    ...lanes.slice(1, 3).map((y) => circle(bus, y, 4, { fill: INK })),
    button(930, lanes[1], 'OK button'),
    button(930, lanes[2], 'DOWN button'),
    button(930, lanes[3], 'UP button'),
    text(850, lanes[0] - 14, 'common ground', { size: 12 }),
  ].join('\n');
}

const NOTES: readonly string[] = [
  'Buttons and encoder connect their pin to ground; the pull-ups are inside the Pi. Lamps: about 4 mA each at 330 Ω (2 V LEDs). Never connect anything to 5 V.',
  'Grey pins belong to the HAT or are left free. With a HAT on top, use a stacking header with long pins, or solder the wires to the HAT’s own header.',
  'Optional: 10 nF from A and from B to ground right at the encoder, if it skips. Keep the cables short (up to 30 cm) and away from the audio wires.',
];

export function wiringDrawing(panel: keyof typeof PANELS): string {
  const used = new Set([1, 3, 5, 9, 20, 34, 39, ...PANELS[panel].map(({ gpio }) => headerPin(gpio))]);
  const title = panel === 'encoder' ? 'Wiring: panel with rotary encoder' : 'Wiring: panel with five buttons';
  return drawing(1160, 920, title, [
    text(40, 40, title, { size: 22, bold: true }),
    header(used),
    oled(),
    buttonsAndLamps(),
    panel === 'encoder' ? encoder() : threeButtons(),
    recordingLamp(),
    lines(40, 852, NOTES, { size: 12.5 }),
  ]);
}
