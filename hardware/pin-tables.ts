/** The pin tables of README.md, between two marks there, made from pins.ts. */
import { replacePart, table } from './markdown.ts';
import { HATS, headerPin, PANELS, type PanelPin, type Taken } from './pins.ts';

function panelTable(panel: readonly PanelPin[]): string {
  const rows = [...panel].sort((a, b) => headerPin(a.gpio) - headerPin(b.gpio));
  return table([
    ['header pin', 'GPIO', 'what'],
    ['1, 3, 5, 9', '3.3 V, 2, 3, GND', 'OLED: VCC, SDA, SCL, GND'],
    ...rows.map(({ gpio, what }) => [String(headerPin(gpio)), String(gpio), what]),
    ['20, 34, 39', 'GND', 'encoder or buttons, recording lamp, buttons and their lamps'],
  ]);
}

function list(taken: readonly Taken[]): string {
  const own = taken.filter(({ why }) => !/^(I2C|I2S|ID) /.test(why));
  const shared = [
    ...(taken.some(({ gpio }) => gpio === 2) ? ['I2C (2, 3)'] : []),
    'I2S (18 to 21)',
    ...(taken.some(({ gpio }) => gpio === 0) ? ['EEPROM (0, 1)'] : []),
  ];
  return [...shared, ...own.map(({ gpio, why }) => `${gpio} (${why})`)].join(', ');
}

const hex = (address: number) => `0x${address.toString(16).padStart(2, '0')}`;

function hatTable(): string {
  return table([
    ['HAT', '`hat =` in box.toml', 'codec', 'I2C', 'GPIOs it takes', 'known from'],
    ...HATS.map(({ title, overlays, codec, addresses, taken, source }) => {
      const names = overlays.map((name) => `\`${name}\``).join(' or ');
      return [title, names, codec, addresses.map(hex).join(', ') || 'none', list(taken), source];
    }),
  ]);
}

/** The document with its tables brought up to date. */
export function withPinTables(document: string): string {
  return replacePart(document, 'pins', [
    '### Panel with rotary encoder',
    panelTable(PANELS.encoder),
    '### Panel with five buttons',
    panelTable(PANELS.buttons),
    '### What the HATs take',
    hatTable(),
  ]);
}
