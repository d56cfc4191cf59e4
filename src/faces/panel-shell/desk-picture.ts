/** The panel drawn with characters: frame, lamps and what the keys are. Pure. */
import { FRAME_HEIGHT, FRAME_WIDTH, type Frame, pixelAt } from '../panel/frame.ts';
import type { Brightness } from '../panel/screen-care.ts';
import type { Lamps } from './ports.ts';

export interface DeskView {
  readonly frame: Frame;
  readonly light: Brightness;
  readonly lamps: Lamps;
  /** The last thing worth a line; empty = nothing. */
  readonly message: string;
  /** Size of the terminal in characters. */
  readonly columns: number;
  readonly rows: number;
}

const HALF_BLOCKS = [' ', '▀', '▄', '█'] as const;
const BRAILLE = 0x2800;
/** Unicode's numbering of the dots: down the left column, down the right one, then the lowest row. */
const BRAILLE_DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

const RESET = '\x1b[0m';
const DIM = '\x1b[2m';
const GREEN = '\x1b[1;32m';
const YELLOW = '\x1b[1;33m';
const RED = '\x1b[1;31m';

const KEY_LINES = [
  'c CONNECT   m MUTE   arrows or j k: knob   Enter: push   q quit',
  'Hold: b push (back)   C CONNECT (leave)',
  'Hold 4 s, any key lets go: S CONNECT (shut down)   R push (reset)',
] as const;

/** Lamps, keys and a message, below the picture and its border. */
const FURTHER_ROWS = 2 + 1 + KEY_LINES.length + 1;
const HALF_BLOCK_ROWS = FRAME_HEIGHT / 2;
const BRAILLE_COLUMNS = FRAME_WIDTH / 2;
const BRAILLE_ROWS = FRAME_HEIGHT / 4;

/** Rows of text with colours, at most as many and as wide as the terminal. */
export function deskRows(view: DeskView): readonly string[] {
  const { columns, rows, frame, light } = view;
  const large = columns >= FRAME_WIDTH + 2 && rows >= HALF_BLOCK_ROWS + FURTHER_ROWS;
  if (!large && (columns < BRAILLE_COLUMNS + 2 || rows < BRAILLE_ROWS + FURTHER_ROWS)) {
    const wanted = `Please make this window larger: ${BRAILLE_COLUMNS + 2} x ${BRAILLE_ROWS + FURTHER_ROWS}`;
    return [wanted.slice(0, columns)];
  }
  const picture = large ? halfBlockRows(frame) : brailleRows(frame);
  const width = large ? FRAME_WIDTH : BRAILLE_COLUMNS;
  const [begin, end] = light === 'dim' ? [`│${DIM}`, `${RESET}│`] : ['│', '│'];
  return [
    `┌${'─'.repeat(width)}┐`,
    ...(light === 'off' ? darkRows(width, picture.length) : picture).map((row) => `${begin}${row}${end}`),
    `└${'─'.repeat(width)}┘`,
    ...lampRow(view.lamps),
    ...KEY_LINES,
    view.message.replace(/\p{Cc}/gu, ' ').slice(0, width),
  ];
}

/** Two pixels above each other a character: 32 rows of 128. */
export function halfBlockRows(frame: Frame): readonly string[] {
  return Array.from({ length: HALF_BLOCK_ROWS }, (_, row) => {
    let text = '';
    for (let x = 0; x < FRAME_WIDTH; x++) {
      const upper = pixelAt(frame, x, 2 * row) ? 1 : 0;
      const lower = pixelAt(frame, x, 2 * row + 1) ? 2 : 0;
      text += HALF_BLOCKS[upper | lower] ?? '';
    }
    return text;
  });
}

/** Two by four pixels a character: 16 rows of 64. */
export function brailleRows(frame: Frame): readonly string[] {
  return Array.from({ length: BRAILLE_ROWS }, (_, row) => {
    let text = '';
    for (let column = 0; column < BRAILLE_COLUMNS; column++) {
      let dots = 0;
      for (const [dy, pair] of BRAILLE_DOTS.entries()) {
        for (const [dx, dot] of pair.entries()) if (pixelAt(frame, 2 * column + dx, 4 * row + dy)) dots |= dot;
      }
      text += String.fromCharCode(BRAILLE + dots);
    }
    return text;
  });
}

function darkRows(width: number, count: number): readonly string[] {
  const words = 'the screen is off: press any key';
  const middle = words.padStart((width + words.length) >> 1).padEnd(width);
  return Array.from({ length: count }, (_, row) => (row === count >> 1 ? middle : ' '.repeat(width)));
}

/** Colour and words: nothing is told by colour alone. */
function lampRow({ connect, mute, recording }: Lamps): readonly [string] {
  const words = { off: 'off', on: 'connected', blink: 'trying' } as const;
  return [
    [
      lamp(connect, GREEN, `CONNECT ${words[connect]}`),
      lamp(mute, YELLOW, mute === 'on' ? 'MUTE nobody hears you' : 'MUTE off'),
      lamp(recording, RED, recording === 'on' ? 'RECORDING' : 'RECORDING off'),
    ].join('   '),
  ];
}

function lamp(light: 'off' | 'on' | 'blink', colour: string, words: string): string {
  if (light === 'off') return `○ ${words}`;
  return `${colour}${light === 'on' ? '●' : '◐'} ${words}${RESET}`;
}
