/** Little pictures of 7 rows. They always stand beside a word or repeat one. */
import { type Frame, lightColumn } from './frame.ts';

const ART = {
  network: [' ##### ', ' #   # ', ' ##### ', '   #   ', '#######', '##   ##', '##   ##'],
  noNetwork: ['#     #', ' #   # ', '  # #  ', '   #   ', '  # #  ', ' #   # ', '#     #'],
  lock: ['  ###  ', ' #   # ', ' #   # ', '#######', '### ###', '### ###', '#######'],
  card: ['#######', '#     #', '# # # #', '# # # #', '#     #', '#######', ' # # # '],
  heat: ['  ###  ', '  # #  ', '  # #  ', '  ###  ', ' ##### ', ' ##### ', '  ###  '],
  warning: ['   #   ', '  ###  ', '  # #  ', ' ## ## ', ' ##### ', '### ###', '#######'],
} as const;

export type IconName = keyof typeof ART;

const COLUMNS = new Map<string, readonly number[]>(
  Object.entries(ART).map(([name, rows]) => [name, columnsOf(rows)] as const),
);

function columnsOf(rows: readonly string[]): readonly number[] {
  const width = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, x) =>
    rows.reduce((column, row, y) => column | (row[x] === '#' ? 1 << y : 0), 0),
  );
}

/** Draws at the left upper corner `x`, `y` and returns the width. */
export function drawIcon(frame: Frame, name: IconName, x: number, y: number): number {
  const columns = COLUMNS.get(name) ?? [];
  for (const [index, bits] of columns.entries()) lightColumn(frame, x + index, y, bits);
  return columns.length;
}
