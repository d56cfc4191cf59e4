/** The display controllers that the box drives, by their names in box.toml. */
import type { OledChip } from './chip.ts';
import { SH1106 } from './sh1106.ts';
import { SSD1306 } from './ssd1306.ts';

export const OLED_CHIPS = { ssd1306: SSD1306, sh1106: SH1106 } as const satisfies Readonly<Record<string, OledChip>>;

export type OledChipName = keyof typeof OLED_CHIPS;
