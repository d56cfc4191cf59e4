/** The pin tables of README.md, between two marks there, made from pins.ts. */
import { HATS, headerPin, PANELS, type PanelPin, type Taken } from './pins.ts';

const BEGIN = '<!-- pins: made by draw.ts -->';
const END = '<!-- end of pins -->';

/** A table whose columns are as wide as their widest cell: how the formatter of this repository wants it. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const written = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [written(head), written(widths.map((width) => '-'.repeat(width))), ...body.map(written)].join('\n');
}

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
  const [before = '', rest = ''] = document.split(BEGIN);
  const [, after = ''] = rest.split(END);
  const tables = [
    '### Panel with rotary encoder',
    panelTable(PANELS.encoder),
    '### Panel with five buttons',
    panelTable(PANELS.buttons),
    '### What the HATs take',
    hatTable(),
  ];
  return `${before}${BEGIN}\n\n${tables.join('\n\n')}\n\n${END}${after}`;
}
