/**
 * The SH1106, 132x64 (Sino Wealth, datasheet v2.3: command table, "Power On and Initialization"). The usual 128-column
 * glass hangs in the middle of its 132 columns, and it knows page addressing only.
 */
import { command, directions, type OledChip } from './chip.ts';

export const SH1106: OledChip = {
  columnOffset: 2,
  setUp: (rotated) => [
    command.off,
    0xd5, // clock: divided by 1, 15 % above the reset value, as the modules' makers advise
    0x80,
    0xa8, // 64 rows
    0x3f,
    0xd3, // no vertical offset
    0x00,
    0x40, // start line 0
    0xad, // built-in DC-DC converter on; may be switched while the display is off only
    0x8b,
    0x32, // its voltage: 8.0 V (reset value)
    ...directions(rotated),
    0xda, // row pins: alternating (reset value)
    0x12,
    0xd9, // pre-charge and discharge: 2 clocks each (reset value)
    0x22,
    0xdb, // deselected rows at 0.77 Vref (reset value)
    0x35,
    0xa4, // show the RAM
    0xa6, // 1 = lit
  ],
};
