/** How the box hangs on a mixing desk: the cables, and how loud the two sides are. */
import { drawing, GREY, INK, line, lines, PALE, rect, shape, text } from './svg.ts';

const SIGNAL = { toBox: '#1565c0', fromBox: '#2e7d32' } as const;

function arrow(points: readonly (readonly [number, number])[], colour: string): string {
  const [x, y] = points[points.length - 1] as readonly [number, number];
  const [fromX] = points[points.length - 2] as readonly [number, number];
  const way = x > fromX ? 1 : -1;
  return [
    line(points, { stroke: colour, width: 3 }),
    shape(
      [
        [x, y],
        [x - way * 12, y - 7],
        [x - way * 12, y + 7],
      ],
      { fill: colour, stroke: colour },
    ),
  ].join('\n');
}

/** A channel strip: its name, its fader and its AUX 1 knob, which points to nothing when `sends` is false. */
function strip(x: number, name: readonly string[], sends: boolean): string {
  const top = 120;
  const angle = sends ? 0.6 : -2.4;
  return [
    rect(x, top, 74, 240, { fill: '#ffffff', round: 4 }),
    `<circle cx="${x + 37}" cy="${top + 52}" r="17" fill="${sends ? '#cfe2f7' : '#f7caca'}" stroke="${INK}" stroke-width="2"/>`,
    line(
      [
        [x + 37, top + 52],
        [x + 37 + Math.round(15 * Math.sin(angle)), top + 52 - Math.round(15 * Math.cos(angle))],
      ],
      { width: 3 },
    ),
    text(x + 37, top + 20, 'AUX 1', { size: 12, anchor: 'middle' }),
    text(x + 37, top + 86, sends ? 'up' : 'at zero', { size: 12, anchor: 'middle', bold: !sends }),
    line(
      [
        [x + 37, top + 108],
        [x + 37, top + 190],
      ],
      { stroke: GREY, width: 3 },
    ),
    rect(x + 24, top + 132, 26, 14, { fill: '#555555' }),
    lines(x + 37, top + 208, name, { size: 12, anchor: 'middle' }),
  ].join('\n');
}

function cables(): string {
  return [
    rect(40, 80, 480, 300, { fill: '#f3f3ef', round: 8 }),
    text(60, 102, 'Mixing desk', { bold: true, size: 16 }),
    strip(60, ['Vocals'], true),
    strip(146, ['Guitar'], true),
    strip(232, ['Drums'], true),
    strip(318, ['from', 'the box'], false),
    text(500, 180, 'AUX 1', { anchor: 'end', size: 13, bold: true }),
    text(500, 198, 'send', { anchor: 'end', size: 13 }),
    text(500, 300, 'line in', { anchor: 'end', size: 13, bold: true }),
    text(500, 318, 'L, R', { anchor: 'end', size: 13 }),

    arrow(
      [
        [520, 188],
        [618, 188],
      ],
      SIGNAL.toBox,
    ),
    rect(620, 158, 120, 60, { fill: '#dbe9f8', round: 6 }),
    lines(680, 178, ['transformer', 'and pad'], { anchor: 'middle', size: 13 }),
    arrow(
      [
        [740, 188],
        [858, 188],
      ],
      SIGNAL.toBox,
    ),

    arrow(
      [
        [860, 308],
        [742, 308],
      ],
      SIGNAL.fromBox,
    ),
    rect(620, 278, 120, 60, { fill: '#dcefdc', round: 6 }),
    text(680, 308, 'transformer', { anchor: 'middle', size: 13 }),
    arrow(
      [
        [620, 308],
        [522, 308],
      ],
      SIGNAL.fromBox,
    ),

    rect(860, 120, 220, 240, { fill: '#eef3f8', round: 8 }),
    text(970, 146, 'Jamulus box', { anchor: 'middle', bold: true, size: 16 }),
    text(876, 188, 'IN L, R', { size: 13, bold: true }),
    text(876, 308, 'OUT L, R', { size: 13, bold: true }),
    line(
      [
        [1080, 248],
        [1120, 248],
      ],
      { width: 3, stroke: GREY },
    ),
    text(1066, 248, 'network', { size: 13, anchor: 'end' }),
    lines(
      40,
      408,
      [
        'Mix-minus: the box’s own channel sends nothing to AUX 1. Otherwise the others hear themselves back, late, and it can howl.',
        'Set AUX 1 to post-fader for one mix for room and network; to pre-fader if the network shall get a mix of its own.',
      ],
      { size: 13 },
    ),
  ].join('\n');
}

interface Level {
  readonly name: readonly string[];
  /** What it is made for, and where it clips, dBu. */
  readonly nominal: number;
  readonly max: number;
  readonly colour: string;
}

const LEVELS: readonly Level[] = [
  { name: ['Desk, balanced', 'professional'], nominal: 4, max: 22, colour: '#90a4ae' },
  { name: ['Home gear,', 'unbalanced'], nominal: -7.8, max: 8, colour: '#b0bec5' },
  { name: ['HAT with 1 V', 'full scale'], nominal: -15.8, max: 2.2, colour: '#90caf9' },
  { name: ['HAT with 2.1 V', 'full scale'], nominal: -9.3, max: 8.7, colour: '#90caf9' },
  { name: ['Desk through', 'a 20 dB pad'], nominal: -16, max: 2, colour: '#a5d6a7' },
];

const ZERO_Y = 690;
const PX_PER_DB = 7;
const dbY = (dBu: number) => Math.round(ZERO_Y - dBu * PX_PER_DB);
const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)}`;

function levels(): string {
  const left = 130;
  const pitch = 186;
  const grid = [24, 18, 12, 6, 0, -6, -12, -18, -24].flatMap((dBu) => [
    line(
      [
        [left - 20, dbY(dBu)],
        [left + pitch * LEVELS.length - 20, dbY(dBu)],
      ],
      { stroke: PALE, width: 1 },
    ),
    text(left - 30, dbY(dBu), `${signed(dBu)} dBu`, { size: 12, anchor: 'end', fill: GREY }),
  ]);
  const bars = LEVELS.flatMap(({ name, nominal, max, colour }, index) => {
    const x = left + index * pitch;
    const height = dbY(nominal) - dbY(max);
    return [
      rect(x, dbY(max), 70, height, { fill: colour }),
      rect(x, dbY(nominal), 70, dbY(-24) - dbY(nominal), { fill: '#ffffff', dash: '4 4', stroke: GREY }),
      line(
        [
          [x - 6, dbY(nominal)],
          [x + 76, dbY(nominal)],
        ],
        { width: 4 },
      ),
      text(x + 82, dbY(max), `${signed(max)} clips`, { size: 12 }),
      text(x + 82, dbY(nominal), `${signed(nominal)} usual`, { size: 12, bold: true }),
      lines(x + 35, dbY(-24) + 20, name, { size: 13, anchor: 'middle' }),
    ];
  });
  return [
    text(40, 486, 'How loud: a pad of 20 dB turns a desk into what a HAT expects', { bold: true, size: 16 }),
    ...grid,
    ...bars,
  ].join('\n');
}

export function mixerDrawing(): string {
  return drawing(1160, 930, 'The box at a mixing desk', [
    text(40, 44, 'The box at a mixing desk', { size: 22, bold: true }),
    cables(),
    levels(),
  ]);
}
