/** QR codes for the phone page's address: version 2-L, 25x25 modules of 2 pixels, at most 32 bytes. */
import qrcode from 'qrcode-generator';
import { clearRect, type Frame, fillRect } from './frame.ts';

const MODULE = 2;
const MODULES = 25;
const QUIET = 4;
/** Side of the light square, quiet zone included. */
export const QR_SIDE = MODULES * MODULE + 2 * QUIET;
const MAX_BYTES = 32;

/** The picture of the last text, because making one takes longer than a frame may. */
let last: { readonly text: string; readonly dark: readonly boolean[] } = { text: '', dark: [] };

function modules(text: string): readonly boolean[] {
  if (last.text !== text) {
    const code = qrcode(2, 'L');
    code.addData(text);
    code.make();
    const count = MODULES * MODULES;
    const dark = Array.from({ length: count }, (_, index) => code.isDark(Math.floor(index / MODULES), index % MODULES));
    last = { text, dark };
  }
  return last.dark;
}

/** Draws dark modules on a lit square; false if the text is too long for the version, or empty. */
export function drawQr(frame: Frame, text: string, x: number, y: number): boolean {
  if (text === '' || new TextEncoder().encode(text).length > MAX_BYTES) return false;
  fillRect(frame, { x, y, width: QR_SIDE, height: QR_SIDE });
  for (const [index, dark] of modules(text).entries()) {
    if (!dark) continue;
    const column = index % MODULES;
    const row = Math.floor(index / MODULES);
    clearRect(frame, { x: x + QUIET + column * MODULE, y: y + QUIET + row * MODULE, width: MODULE, height: MODULE });
  }
  return true;
}
