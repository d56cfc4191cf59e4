/**
 * Which pin of the 40-pin header is whose: the panel's, each HAT's, and the Pi's own. The overlays are written by hand and
 * compared with this table by test/hardware; the drawings and the README's tables are made from it (draw.ts).
 */

/** What pin 1..40 carries; a number is a GPIO. */
export type HeaderPin = number | '3V3' | '5V' | 'GND';

/** Pin n of the header is HEADER[n - 1]. Odd pins are the row away from the board's edge. */
export const HEADER: readonly HeaderPin[] = [
  ...(['3V3', '5V', 2, '5V', 3, 'GND', 4, 14, 'GND', 15] as const),
  ...([17, 18, 27, 'GND', 22, 23, '3V3', 24, 10, 'GND'] as const),
  ...([9, 25, 11, 8, 'GND', 7, 0, 1, 5, 'GND'] as const),
  ...([6, 12, 13, 'GND', 19, 16, 26, 20, 'GND', 21] as const),
];

/** Header pin (1..40) of a GPIO that is on the header. */
export function headerPin(gpio: number): number {
  return HEADER.indexOf(gpio) + 1;
}

export interface PanelPin {
  readonly gpio: number;
  readonly what: string;
  /** Keys and encoder contacts connect the pin to ground; lamps are fed by it. */
  readonly kind: 'key' | 'encoder' | 'lamp';
  /** Node name in jambox-panel-nodes.dtsi; for the encoder the contact. */
  readonly node: string;
}

/**
 * Four cables, each with its pins in one row of the header: OLED 1 3 5 9, buttons with their lamps 29 31 33 37 39, encoder
 * (or three buttons) 20 22 24 26, recording lamp 32 34. The lamps' GPIOs are pulled down from the first microsecond: none
 * glows before the box runs.
 */
const COMMON: readonly PanelPin[] = [
  { gpio: 5, what: 'CONNECT button', kind: 'key', node: 'connect' },
  { gpio: 6, what: 'MUTE button', kind: 'key', node: 'mute' },
  { gpio: 13, what: 'CONNECT lamp, green', kind: 'lamp', node: 'connect' },
  { gpio: 26, what: 'MUTE lamp, yellow', kind: 'lamp', node: 'mute' },
  { gpio: 12, what: 'RECORDING lamp, red', kind: 'lamp', node: 'recording' },
];

export const PANELS: { readonly encoder: readonly PanelPin[]; readonly buttons: readonly PanelPin[] } = {
  encoder: [
    ...COMMON,
    { gpio: 25, what: "encoder's push switch", kind: 'key', node: 'knob' },
    { gpio: 7, what: 'encoder contact A', kind: 'encoder', node: 'A' },
    { gpio: 8, what: 'encoder contact B', kind: 'encoder', node: 'B' },
  ],
  buttons: [
    ...COMMON,
    { gpio: 25, what: 'OK button', kind: 'key', node: 'knob' },
    { gpio: 7, what: 'UP button', kind: 'key', node: 'up' },
    { gpio: 8, what: 'DOWN button', kind: 'key', node: 'down' },
  ],
};

/** The OLED shares the header's I2C bus with the codec, which is no collision: other addresses. */
export const OLED = { gpios: [2, 3], addresses: [0x3c, 0x3d] } as const;

export interface Taken {
  readonly gpio: number;
  readonly why: string;
}

const I2C: readonly Taken[] = [
  { gpio: 2, why: 'I2C data' },
  { gpio: 3, why: 'I2C clock' },
];
const I2S: readonly Taken[] = [
  { gpio: 18, why: 'I2S bit clock' },
  { gpio: 19, why: 'I2S frame clock' },
  { gpio: 20, why: 'I2S data in' },
  { gpio: 21, why: 'I2S data out' },
];
const EEPROM: readonly Taken[] = [
  { gpio: 0, why: 'ID EEPROM data' },
  { gpio: 1, why: 'ID EEPROM clock' },
];

/** What no panel may use, whatever the HAT: the firmware probes 0 and 1, 14 and 15 are the serial console of bring-up. */
export const RESERVED: readonly Taken[] = [
  ...EEPROM,
  { gpio: 14, why: 'serial console (bring-up)' },
  { gpio: 15, why: 'serial console (bring-up)' },
];

export interface Hat {
  readonly title: string;
  /** Names of overlays/NAME.dts, the first one is what `[hardware] hat` in box.toml says. */
  readonly overlays: readonly [string, ...string[]];
  readonly codec: string;
  /** 7-bit addresses on the header's I2C bus. */
  readonly addresses: readonly number[];
  readonly taken: readonly Taken[];
  /** Where the pins are from; nobody has checked them on a board for this project. */
  readonly source: string;
}

export const HATS: readonly Hat[] = [
  {
    title: 'AudioInjector Stereo, Zero',
    overlays: ['audioinjector-wm8731-audio'],
    codec: 'WM8731',
    addresses: [0x1a],
    taken: [...I2C, ...I2S],
    source: 'vendor driver and overlay in the Raspberry Pi kernel: no GPIO of their own',
  },
  {
    title: 'Waveshare WM8960 Audio HAT, Seeed ReSpeaker 2-Mics',
    overlays: ['wm8960-soundcard'],
    codec: 'WM8960',
    addresses: [0x1a],
    taken: [
      ...I2C,
      ...I2S,
      { gpio: 17, why: 'button on the HAT' },
      { gpio: 10, why: 'Seeed: three RGB lamps, SPI data' },
      { gpio: 11, why: 'Seeed: three RGB lamps, SPI clock' },
    ],
    source:
      'common knowledge of these boards, no document seen. Seeed also leads GPIO 12 and 13 to a socket: leave it empty',
  },
  {
    title: 'Fe-Pi Audio, Audio Z V1 and V2',
    overlays: ['fe-pi-audio'],
    codec: 'SGTL5000',
    addresses: [0x0a],
    taken: [...I2C, ...I2S],
    source: 'pinout.xyz (Audio Z V2), overlay in the Raspberry Pi kernel',
  },
  {
    title: 'HiFiBerry DAC+ ADC Pro',
    overlays: ['hifiberry-dacplusadcpro'],
    codec: 'PCM5122 + PCM1863',
    addresses: [0x4d, 0x4a],
    taken: [...I2C, ...I2S, ...EEPROM],
    source: 'vendor driver: lamps and oscillators hang on the pins of the two converters',
  },
  {
    title: 'IQaudio / Raspberry Pi Codec Zero',
    overlays: ['iqaudio-codec', 'rpi-codeczero'],
    codec: 'DA7212/DA7213',
    addresses: [0x1a],
    taken: [
      ...I2C,
      ...I2S,
      ...EEPROM,
      { gpio: 23, why: 'green lamp on the HAT' },
      { gpio: 24, why: 'red lamp on the HAT' },
      { gpio: 27, why: 'button on the HAT' },
    ],
    source: 'Raspberry Pi documentation, "Raspberry Pi Codec Zero"',
  },
  {
    title: 'HiFiBerry DAC and other PCM5102A boards (output only)',
    overlays: ['hifiberry-dac'],
    codec: 'PCM5102A',
    addresses: [],
    taken: [...I2S],
    source: 'no control bus; GPIO 20 is not used but belongs to the I2S block',
  },
];

export interface Collision {
  readonly gpio: number;
  readonly panel: string;
  readonly other: string;
}

/** Panel pins that a HAT, the OLED or the Pi needs, or that two parts of the panel share. Empty = they go together. */
export function collisions(panel: readonly PanelPin[], taken: readonly Taken[]): readonly Collision[] {
  return panel.flatMap(({ gpio, what }, index) => [
    ...taken.filter((other) => other.gpio === gpio).map((other) => ({ gpio, panel: what, other: other.why })),
    ...panel
      .slice(index + 1)
      .filter((other) => other.gpio === gpio)
      .map((other) => ({ gpio, panel: what, other: other.what })),
  ]);
}
