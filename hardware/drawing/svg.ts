/** The few shapes that the drawings are made of, as SVG text. Lengths are pixels of the drawing. */

export const INK = '#1a1a1a';
export const GREY = '#8a8a8a';
export const PALE = '#e9e9e9';

interface Stroke {
  readonly stroke?: string;
  readonly width?: number;
  readonly fill?: string;
  /** Pattern of the line, such as "6 4". */
  readonly dash?: string;
}

function style({ stroke = INK, width = 1.5, fill = 'none', dash }: Stroke): string {
  return `fill="${fill}" stroke="${stroke}" stroke-width="${width}"${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}`;
}

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  look: Stroke & { readonly round?: number } = {},
): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${look.round ?? 0}" ${style(look)}/>`;
}

export function circle(x: number, y: number, radius: number, look: Stroke = {}): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" ${style(look)}/>`;
}

/** A line through all points. */
export function line(points: readonly (readonly [number, number])[], look: Stroke = {}): string {
  return `<polyline points="${points.map((point) => point.join(',')).join(' ')}" ${style(look)} stroke-linejoin="round" stroke-linecap="round"/>`;
}

export function shape(points: readonly (readonly [number, number])[], look: Stroke = {}): string {
  return `<polygon points="${points.map((point) => point.join(',')).join(' ')}" ${style(look)} stroke-linejoin="round"/>`;
}

interface Lettering {
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly fill?: string;
}

/** y is the middle of the letters. */
export function text(x: number, y: number, words: string, look: Lettering = {}): string {
  const { size = 14, anchor = 'start', bold = false, fill = INK } = look;
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const weight = bold ? ' font-weight="bold"' : '';
  return `<text x="${x}" y="${y + size * 0.36}" font-size="${size}" text-anchor="${anchor}"${weight} fill="${fill}">${safe}</text>`;
}

/** Lines of text below each other; y is the middle of the first. */
export function lines(x: number, y: number, rows: readonly string[], look: Lettering = {}): string {
  return rows.map((row, index) => text(x, y + index * (look.size ?? 14) * 1.45, row, look)).join('\n');
}

/** A dimension in millimetres between two points on a horizontal (or vertical) line, with ticks at both ends. */
export function dimension(from: readonly [number, number], to: readonly [number, number], label: string): string {
  const [x1, y1] = from;
  const [x2, y2] = to;
  const flat = y1 === y2;
  const tick = (x: number, y: number) =>
    flat
      ? line(
          [
            [x, y - 5],
            [x, y + 5],
          ],
          { width: 1 },
        )
      : line(
          [
            [x - 5, y],
            [x + 5, y],
          ],
          { width: 1 },
        );
  const words = flat
    ? text((x1 + x2) / 2, y1 + 12, label, { size: 12, anchor: 'middle' })
    : text(x1 - 10, (y1 + y2) / 2, label, { size: 12, anchor: 'end' });
  return [line([from, to], { width: 1 }), tick(x1, y1), tick(x2, y2), words].join('\n');
}

export function drawing(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="DejaVu Sans, Verdana, sans-serif" role="img">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}
