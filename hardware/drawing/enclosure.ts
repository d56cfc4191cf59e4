/** Drilling plan of a half-width one-unit aluminium case, and where things sit in it. Millimetres times SCALE. */
import { circle, dimension, drawing, GREY, INK, line, lines, rect, text } from './svg.ts';

/** Outside of the case; any with at least this front, and 110 mm of depth, will do. */
export const CASE_MM = { width: 220, height: 44, depth: 160 } as const;

interface Hole {
  readonly name: readonly string[];
  /** Centre, from the left edge and from the lower edge of the panel, mm. */
  readonly x: number;
  readonly y: number;
  readonly size: { readonly diameter: number } | { readonly width: number; readonly height: number };
  /** What is seen around the hole, diameter in mm. */
  readonly cover?: number;
  readonly fill: string;
}

export const FRONT: readonly Hole[] = [
  { name: ['OLED'], x: 36, y: 22, size: { width: 30, height: 16 }, fill: '#10151c' },
  { name: ['knob'], x: 86, y: 22, size: { diameter: 7 }, cover: 26, fill: '#ffffff' },
  { name: ['MUTE'], x: 126, y: 22, size: { diameter: 16 }, cover: 19, fill: '#ffd54f' },
  { name: ['CONNECT'], x: 158, y: 22, size: { diameter: 16 }, cover: 19, fill: '#66bb6a' },
  { name: ['RECORDING'], x: 196, y: 22, size: { diameter: 8 }, cover: 11, fill: '#ef5350' },
];

export const BACK: readonly Hole[] = [
  { name: ['5 V', 'USB-C'], x: 24, y: 22, size: { diameter: 24 }, fill: '#ffffff' },
  { name: ['network'], x: 58, y: 22, size: { diameter: 24 }, fill: '#ffffff' },
  { name: ['USB', '(updates)'], x: 92, y: 22, size: { diameter: 24 }, fill: '#ffffff' },
  { name: ['OUT R'], x: 128, y: 22, size: { diameter: 11 }, cover: 16, fill: '#ffffff' },
  { name: ['OUT L'], x: 152, y: 22, size: { diameter: 11 }, cover: 16, fill: '#ffffff' },
  { name: ['IN R'], x: 176, y: 22, size: { diameter: 11 }, cover: 16, fill: '#ffffff' },
  { name: ['IN L'], x: 200, y: 22, size: { diameter: 11 }, cover: 16, fill: '#ffffff' },
];

const SCALE = 4;
const LEFT = 90;

function holeSize({ size }: Hole): string {
  return 'diameter' in size ? `Ø ${size.diameter}` : `${size.width} × ${size.height}`;
}

/** One panel, seen from outside, with its lower edge at `bottom`. */
function panel(title: string, holes: readonly Hole[], top: number): string {
  const bottom = top + CASE_MM.height * SCALE;
  const right = LEFT + CASE_MM.width * SCALE;
  const parts = [
    text(LEFT, top - 22, title, { bold: true, size: 16 }),
    rect(LEFT, top, CASE_MM.width * SCALE, CASE_MM.height * SCALE, { fill: '#f1f1ee', round: 4, width: 2 }),
    dimension([LEFT - 22, top], [LEFT - 22, bottom], `${CASE_MM.height}`),
  ];
  let from = 0;
  for (const hole of holes) {
    const x = LEFT + hole.x * SCALE;
    const y = bottom - hole.y * SCALE;
    if ('diameter' in hole.size) {
      if (hole.size.diameter === 24)
        parts.push(rect(x - 13 * SCALE, y - 15.5 * SCALE, 26 * SCALE, 31 * SCALE, { fill: '#dcdcdc', round: 6 }));
      if (hole.cover !== undefined) parts.push(circle(x, y, (hole.cover / 2) * SCALE, { fill: '#d5d5d5' }));
      parts.push(circle(x, y, (hole.size.diameter / 2) * SCALE, { fill: hole.fill }));
    } else {
      const { width, height } = hole.size;
      parts.push(
        rect(x - (width / 2) * SCALE, y - (height / 2) * SCALE, width * SCALE, height * SCALE, { fill: hole.fill }),
      );
      parts.push(text(x, y, '128 × 64', { anchor: 'middle', size: 13, fill: '#dff3ff' }));
    }
    // Centre lines down to the row of distances.
    parts.push(
      line(
        [
          [x, y],
          [x, bottom + 34],
        ],
        { stroke: GREY, width: 0.8, dash: '8 3 2 3' },
      ),
    );
    parts.push(dimension([LEFT + from * SCALE, bottom + 28], [x, bottom + 28], String(hole.x - from)));
    parts.push(text(x, bottom + 66, `${hole.name.join(' ')}`, { anchor: 'middle', size: 12, bold: true }));
    parts.push(text(x, bottom + 83, holeSize(hole), { anchor: 'middle', size: 12 }));
    from = hole.x;
  }
  parts.push(dimension([LEFT + from * SCALE, bottom + 28], [right, bottom + 28], String(CASE_MM.width - from)));
  return parts.join('\n');
}

/** Seen from above, the front below: what is on the back's left from outside is on the right here. */
function inside(top: number): string {
  const scale = 2.4;
  const width = CASE_MM.width * scale;
  const depth = CASE_MM.depth * scale;
  const at = (x: number, y: number, w: number, h: number, fill: string, words: readonly string[]) => [
    rect(LEFT + x * scale, top + y * scale, w * scale, h * scale, { fill, round: 4 }),
    lines(LEFT + (x + w / 2) * scale, top + (y + h / 2) * scale - (words.length - 1) * 9, words, {
      anchor: 'middle',
      size: 12,
    }),
  ];
  return [
    text(LEFT, top - 18, 'Inside, from above', { bold: true, size: 16 }),
    rect(LEFT, top, width, depth, { fill: '#fafaf8', width: 2 }),
    ...at(116, 4, 94, 30, '#dcdcdc', ['power, network, USB:', 'panel couplers, short cables']),
    ...at(10, 4, 94, 24, '#dcdcdc', ['four 6.35 mm sockets,', 'insulated from the case']),
    ...at(120, 52, 85, 56, '#c8e6c9', ['Raspberry Pi 85 × 56', 'with the HAT on top,', 'on 5 mm spacers']),
    ...at(10, 44, 94, 34, '#e3f2fd', ['transformers (if any)', 'and pads: far from the Pi']),
    ...at(12, 132, 48, 22, '#bbdefb', ['OLED']),
    ...at(72, 132, 28, 22, '#e1d5ee', ['encoder']),
    ...at(112, 132, 56, 22, '#d5e8d5', ['MUTE, CONNECT']),
    ...at(182, 132, 28, 22, '#f5cccc', ['lamp']),
    text(LEFT + width / 2, top + depth + 16, 'front', { anchor: 'middle', size: 13 }),
    text(LEFT + width / 2, top - 14, 'back', { anchor: 'middle', size: 13 }),
    dimension([LEFT - 22, top], [LEFT - 22, top + depth], String(CASE_MM.depth)),
  ].join('\n');
}

const NOTES: readonly string[] = [
  'All lengths in millimetres, holes by their centres,',
  `all centres ${CASE_MM.height / 2} mm above the lower edge.`,
  '',
  'OLED: window for a 1.3-inch module (lit area',
  '29.4 × 14.7), with 2 mm of clear acrylic.',
  'Ø 24: D-type panel couplers, flange 26 × 31.',
  'Ø 16: push buttons with a ring lamp, momentary.',
  '',
  'Five-button panel: instead of the knob three holes',
  'Ø 12 at 72, 90 and 108 from the left: DOWN, OK, UP',
  '(12 mm buttons, 16 mm wide outside).',
  '',
  'Metal shields: Wi-Fi hardly works in this case, and the',
  'box does not want it. Print the letters beside the parts:',
  'nothing is told by colour alone.',
  '',
  'Nobody has built this case yet.',
];

export function enclosureDrawing(): string {
  return drawing(1060, 1180, 'Enclosure: drilling plan', [
    text(LEFT, 44, 'Enclosure: half-width case of one unit, 220 × 44 × 160', { size: 22, bold: true }),
    panel('Front, from outside', FRONT, 104),
    panel('Back, from outside', BACK, 440),
    inside(760),
    lines(660, 780, NOTES, { size: 13, fill: INK }),
  ]);
}
