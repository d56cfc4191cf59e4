/**
 * Reads the fonts that fonts.bin is made of: bitmap fonts as BDF text, and GNU Unifont as WOFF, whose outlines are
 * pixels of a 16-pixel grid and so give the bitmaps back exactly. Plain JavaScript, for Node 20 and later.
 *
 * A glyph is { advance, width, left, rows, top }: `rows` are numbers whose highest of `width` bits is the leftmost
 * pixel, `top` is the row of the first one above the baseline (1 = just above).
 */
import { inflateSync } from 'node:zlib';

/** Map from code point to glyph of a BDF font. */
export function readBdf(text) {
  const glyphs = new Map();
  const pattern =
    /ENCODING (\d+)\r?\n(?:SWIDTH.*\r?\n)?DWIDTH (\d+).*\r?\nBBX (-?\d+) (-?\d+) (-?\d+) (-?\d+)\r?\nBITMAP\r?\n([0-9A-Fa-f\s]*?)ENDCHAR/g;
  for (const match of text.matchAll(pattern)) {
    const [codePoint, advance, width, height, left, bottom] = match.slice(1, 7).map(Number);
    const lines = match[7].split(/\s+/).filter((line) => line !== '');
    const rows = lines.map((hex) => Number.parseInt(hex, 16) >>> (hex.length * 4 - width));
    glyphs.set(codePoint, { advance, width, left, rows, top: bottom + height });
  }
  return glyphs;
}

/** Map from code point to glyph of a WOFF 1 file with TrueType outlines on a grid of `pixels` to the em. */
export function readPixelWoff(file, pixels) {
  const tables = woffTables(file);
  const unit = tables.head.readUInt16BE(18) / pixels;
  const metricsCount = tables.hhea.readUInt16BE(34);
  const glyphs = new Map();
  for (const [codePoint, index] of characterMap(tables.cmap)) {
    const advance = tables.hmtx.readUInt16BE(4 * Math.min(index, metricsCount - 1)) / unit;
    const begin = tables.loca.readUInt32BE(4 * index);
    const end = tables.loca.readUInt32BE(4 * index + 4);
    glyphs.set(codePoint, { advance: Math.round(advance), ...rasterise(tables.glyf.subarray(begin, end), unit) });
  }
  return glyphs;
}

function woffTables(file) {
  const tables = {};
  for (let index = 0; index < file.readUInt16BE(12); index++) {
    const entry = 44 + 20 * index;
    const begin = file.readUInt32BE(entry + 4);
    const packedLength = file.readUInt32BE(entry + 8);
    const data = file.subarray(begin, begin + packedLength);
    const name = file.toString('latin1', entry, entry + 4);
    tables[name] = packedLength < file.readUInt32BE(entry + 12) ? inflateSync(data) : data;
  }
  return tables;
}

/** Format 12 of the cmap table. */
function characterMap(cmap) {
  const pairs = [];
  for (let index = 0; index < cmap.readUInt16BE(2); index++) {
    const offset = cmap.readUInt32BE(8 + 8 * index);
    if (cmap.readUInt16BE(offset) !== 12) continue;
    for (let group = 0; group < cmap.readUInt32BE(offset + 12); group++) {
      const [first, last, glyph] = [0, 4, 8].map((field) => cmap.readUInt32BE(offset + 16 + 12 * group + field));
      for (let codePoint = first; codePoint <= last; codePoint++) pairs.push([codePoint, glyph + codePoint - first]);
    }
    return pairs;
  }
  throw new Error('the font has no character map of format 12');
}

/** Fills the outline (straight lines only) at the centres of the pixels. */
function rasterise(glyf, unit) {
  const empty = { width: 0, left: 0, rows: [], top: 0 };
  if (glyf.length === 0 || glyf.readInt16BE(0) <= 0) return empty;
  const box = [2, 4, 6, 8].map((field) => Math.round(glyf.readInt16BE(field) / unit));
  const [left, bottom, right, top] = box;
  const width = right - left;
  if (width <= 0 || width > 31) return empty;
  const edges = outlineEdges(glyf);
  const rows = [];
  for (let y = top; y > bottom; y--) {
    const centre = (y - 0.5) * unit;
    let row = 0;
    for (let x = 0; x < width; x++)
      if (winding(edges, (left + x + 0.5) * unit, centre) !== 0) row |= 1 << (width - 1 - x);
    rows.push(row >>> 0);
  }
  return { width, left, rows, top };
}

function winding(edges, x, y) {
  let count = 0;
  for (const [x0, y0, x1, y1] of edges) {
    if (y0 <= y === y1 <= y) continue;
    if (x0 + ((y - y0) / (y1 - y0)) * (x1 - x0) > x) count += y1 > y0 ? 1 : -1;
  }
  return count;
}

/** The edges of a simple glyph that are not horizontal (OpenType specification, "glyf"). */
function outlineEdges(glyf) {
  const contours = glyf.readInt16BE(0);
  const ends = Array.from({ length: contours }, (_, index) => glyf.readUInt16BE(10 + 2 * index));
  const points = ends[contours - 1] + 1;
  let at = 10 + 2 * contours;
  at += 2 + glyf.readUInt16BE(at);
  const flags = [];
  while (flags.length < points) {
    const flag = glyf[at++];
    const times = flag & 8 ? glyf[at++] + 1 : 1;
    for (let time = 0; time < times; time++) flags.push(flag);
  }
  const coordinates = (shortBit, sameBit) => {
    let value = 0;
    return flags.map((flag) => {
      if (flag & shortBit) value += flag & sameBit ? glyf[at++] : -glyf[at++];
      else if (!(flag & sameBit)) {
        value += glyf.readInt16BE(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = coordinates(2, 16);
  const ys = coordinates(4, 32);
  const edges = [];
  let first = 0;
  for (const last of ends) {
    for (let point = first; point <= last; point++) {
      const next = point === last ? first : point + 1;
      if (ys[point] !== ys[next]) edges.push([xs[point], ys[point], xs[next], ys[next]]);
    }
    first = last + 1;
  }
  return edges;
}
