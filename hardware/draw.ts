/** Draws the SVG files of this folder and the README's tables of pins and of what is known: `node hardware/draw.ts`. The results are committed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enclosureDrawing } from './drawing/enclosure.ts';
import { mixerDrawing } from './drawing/mixer.ts';
import { wiringDrawing } from './drawing/wiring.ts';
import { withPinTables } from './pin-tables.ts';
import { withSeenTables } from './seen-tables.ts';

export const DRAWINGS: ReadonlyMap<string, () => string> = new Map([
  ['wiring-encoder.svg', () => wiringDrawing('encoder')],
  ['wiring-buttons.svg', () => wiringDrawing('buttons')],
  ['mixer.svg', mixerDrawing],
  ['enclosure.svg', enclosureDrawing],
]);

if (import.meta.main) {
  const here = import.meta.dirname;
  for (const [name, draw] of DRAWINGS) writeFileSync(join(here, name), draw());
  const readme = join(here, 'README.md');
  writeFileSync(readme, withSeenTables(withPinTables(readFileSync(readme, 'utf8'))));
}
