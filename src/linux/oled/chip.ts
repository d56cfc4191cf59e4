/** What the driver must know of a display controller; everything else is the same for all that it drives. */
export interface OledChip {
  /** Column of the display RAM that is the leftmost one of the glass. */
  readonly columnOffset: number;
  /** Commands that take the chip from any state to "set up, dark, page addressing". */
  readonly setUp: (rotated: boolean) => readonly number[];
}

/** Commands that both chips have. */
export const command = {
  lowColumn: 0x00,
  highColumn: 0x10,
  contrast: 0x81,
  off: 0xae,
  on: 0xaf,
  page: 0xb0,
  nop: 0xe3,
} as const;

/**
 * Scan directions (A0/A1: columns, C0/C8: rows). The usual modules have their connector above the picture and need both
 * reversed; turned by 180° they need neither.
 */
export function directions(rotated: boolean): readonly number[] {
  return rotated ? [0xa0, 0xc0] : [0xa1, 0xc8];
}
