/** The OLED as somebody sees it: every byte of the bus goes into the model of the chip; its picture is read and kept as PNG. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Frame, lightColumn, newFrame } from '../../src/faces/panel/frame.ts';
import { framesToPng } from '../faces/panel/png.ts';
import { readFrame } from '../faces/panel-shell/read-frame.ts';
import { DisplayModel } from '../linux/oled/display-model.ts';

const OLED_ADDRESS = 0x3c;
const SCALE = 4;

export interface Display {
  /** One write on the bus, without the address. */
  take(bytes: Uint8Array): void;
  /** For how long nothing has come. */
  quietMs(): number;
  /** What can be read; '' while it is dark. */
  text(): string;
  /** Keeps a picture. */
  picture(path: string): void;
}

export function createDisplay(): Display {
  const model = new DisplayModel('ssd1306', OLED_ADDRESS);
  const frame = (): Frame => {
    const drawn = newFrame();
    for (const [y, row] of model.pixels().entries()) {
      for (const [x, lit] of row.entries()) if (lit) lightColumn(drawn, x, y, 1);
    }
    return drawn;
  };
  let read: { readonly changes: number; readonly text: string } = { changes: 0, text: '' };
  let changes = 0;
  let takenMs = performance.now();
  return {
    quietMs: () => performance.now() - takenMs,
    take(bytes) {
      changes += 1;
      takenMs = performance.now();
      model.write(OLED_ADDRESS, bytes);
    },
    text() {
      if (read.changes !== changes) read = { changes, text: readFrame(frame()) };
      return read.text;
    },
    picture: (path) => writeFileSync(path, framesToPng([frame()], 1, SCALE)),
  };
}

/** File of a picture, named after what happens in it. */
export function pictureName(folder: string, name: string): string {
  return join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`);
}
