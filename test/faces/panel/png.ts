/** Pictures of frames for people: PNG files, with node:zlib only. */
import { crc32, deflateSync } from 'node:zlib';
import { FRAME_HEIGHT, FRAME_WIDTH, type Frame, pixelAt } from '../../../src/faces/panel/frame.ts';

/** A PNG of frames in a grid, each pixel `scale` times enlarged, light blue on black as the real thing. */
export function framesToPng(frames: readonly Frame[], across: number, scale: number): Uint8Array {
  const gap = frames.length > 1 ? 4 : 0;
  const down = Math.ceil(frames.length / across);
  const width = across * (FRAME_WIDTH + gap) * scale;
  const height = down * (FRAME_HEIGHT + gap) * scale;
  const rows = Buffer.alloc(height * (width + 1), 1);
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = 0;
    const cellY = Math.floor(y / scale) % (FRAME_HEIGHT + gap);
    const row = Math.floor(y / scale / (FRAME_HEIGHT + gap));
    for (let x = 0; x < width; x++) {
      const cellX = Math.floor(x / scale) % (FRAME_WIDTH + gap);
      const frame = frames[row * across + Math.floor(x / scale / (FRAME_WIDTH + gap))];
      const inside = frame !== undefined && cellX < FRAME_WIDTH && cellY < FRAME_HEIGHT;
      rows[y * (width + 1) + 1 + x] = inside ? (pixelAt(frame, cellX, cellY) ? 2 : 0) : 1;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // 8 bits, palette
  const palette = Buffer.from([0, 0, 0, 70, 70, 70, 200, 235, 255]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}
