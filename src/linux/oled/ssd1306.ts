/** The SSD1306, 128x64 (Solomon Systech, datasheet rev. 1.5: table 9-1, §10, application note of the charge pump). */
import { command, directions, type OledChip } from './chip.ts';

export const SSD1306: OledChip = {
  columnOffset: 0,
  setUp: (rotated) => [
    command.off,
    0xd5, // clock: divided by 1, frequency 8 (the reset values)
    0x80,
    0xa8, // 64 rows
    0x3f,
    0xd3, // no vertical offset
    0x00,
    0x40, // start line 0
    0x8d, // charge pump on: the modules have no other high voltage
    0x14,
    0x20, // page addressing, as the SH1106 has it
    0x02,
    ...directions(rotated),
    0xda, // row pins: alternating, not swapped
    0x12,
    0xd9, // pre-charge for the charge pump: 15 clocks, discharge 1
    0xf1,
    0xdb, // deselected rows at 0.77 Vcc (reset value)
    0x20,
    0x2e, // no scrolling
    0xa4, // show the RAM
    0xa6, // 1 = lit
  ],
};
