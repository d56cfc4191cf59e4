/**
 * The page's icon, from one list of shapes: a box with three faders. As SVG, and as PNG for telephones that want pixels.
 * Plain JavaScript that also runs on Node 20.
 */
import { deflateSync } from 'node:zlib';

const GROUND = '#101418';
/** Rounded rectangles on 512 x 512, the later ones on top: x, y, width, height, radius, colour. */
const SHAPES = [
  [84, 84, 344, 344, 48, '#1f6fb5'],
  [152, 136, 24, 240, 12, '#0b2b47'],
  [244, 136, 24, 240, 12, '#0b2b47'],
  [336, 136, 24, 240, 12, '#0b2b47'],
  [128, 272, 72, 44, 14, '#ffffff'],
  [220, 168, 72, 44, 14, '#ffffff'],
  [312, 226, 72, 44, 14, '#ffd24a'],
];

export function iconSvg() {
  const shapes = SHAPES.map(
    ([x, y, width, height, r, fill]) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${r}" fill="${fill}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" fill="${GROUND}"/>${shapes.join('')}</svg>\n`;
}

/** A square of `size` pixels, RGB, each pixel the mean of 4 x 4 points. */
export function iconPng(size) {
  const rows = Buffer.alloc((size * 3 + 1) * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0];
      for (let point = 0; point < 16; point++) {
        const color = colorAt(
          ((x + ((point % 4) + 0.5) / 4) * 512) / size,
          ((y + ((point >> 2) + 0.5) / 4) * 512) / size,
        );
        for (let channel = 0; channel < 3; channel++) sum[channel] += color[channel];
      }
      for (let channel = 0; channel < 3; channel++)
        rows[y * (size * 3 + 1) + 1 + x * 3 + channel] = Math.round(sum[channel] / 16);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colorAt(x, y) {
  for (let index = SHAPES.length - 1; index >= 0; index--) {
    const [left, top, width, height, r, fill] = SHAPES[index];
    const dx = Math.max(left + r - x, x - (left + width - r), 0);
    const dy = Math.max(top + r - y, y - (top + height - r), 0);
    if (dx * dx + dy * dy <= r * r) return rgb(fill);
  }
  return rgb(GROUND);
}

function rgb(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function chunk(type, data) {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
