import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DRAWINGS } from '../../hardware/draw.ts';
import { BACK, CASE_MM, FRONT } from '../../hardware/drawing/enclosure.ts';
import { withPinTables } from '../../hardware/pin-tables.ts';
import { HATS, headerPin, PANELS } from '../../hardware/pins.ts';
import { BOARDS_SEEN, HATS_SEEN } from '../../hardware/seen.ts';
import { withSeenTables } from '../../hardware/seen-tables.ts';
import { BOARDS } from '../../image/closure/boards.ts';

const HARDWARE = join(import.meta.dirname, '../../hardware');
const readme = readFileSync(join(HARDWARE, 'README.md'), 'utf8');

it.each([...DRAWINGS])('%s is what draw.ts draws, and the README shows it', (name, draw) => {
  expect(readFileSync(join(HARDWARE, name), 'utf8')).toBe(draw());
  expect(readme).toContain(`](${name})`);
});

it("the README's pin tables are those of pins.ts", () => {
  expect(withPinTables(readme)).toBe(readme);
  const cells = readme.split('\n').map((row) => row.replaceAll(/ +\|/g, ' |'));
  for (const { gpio, what } of PANELS.encoder) expect(cells).toContain(`| ${headerPin(gpio)} | ${gpio} | ${what} |`);
  for (const { overlays } of HATS) for (const name of overlays) expect(readme).toContain(`\`${name}\``);
});

it("the README's tables of what is known are those of seen.ts", () => {
  expect(withSeenTables(readme)).toBe(readme);
});

it('every board whose drivers the build walks is in the table, and every HAT', () => {
  expect(BOARDS_SEEN.flatMap(({ trees }) => trees).sort()).toEqual(BOARDS.map(({ tree }) => tree).sort());
  expect(HATS_SEEN.map(({ overlay }) => overlay)).toEqual(HATS.map(({ overlays }) => overlays[0]));
});

it('a HAT is compared with its driver where it has start values, and says nothing of it where it has none', () => {
  for (const { overlay, comparedWith } of HATS_SEEN) {
    const [, ...values] =
      readFileSync(join(HARDWARE, `mixers/${overlay}.conf`), 'utf8').match(/^(codec |\w.*=).*$/gm) ?? [];
    expect(comparedWith !== null, overlay).toBe(values.length > 0);
  }
});

it('both READMEs lead to the form, and the form asks for what box-selftest writes', () => {
  const form = '.github/ISSUE_TEMPLATE/board-report.yml';
  const root = join(HARDWARE, '..');
  expect(existsSync(join(root, form))).toBe(true);
  expect(readme).toContain(`](../${form})`);
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`](${form})`);
  expect(readFileSync(join(root, form), 'utf8')).toContain('holds the one word `--report`');
});

it('holes and what covers them fit on the panel and beside each other', () => {
  const reach = (hole: (typeof FRONT)[number]) =>
    'width' in hole.size
      ? hole.size.width / 2
      : hole.size.diameter === 24
        ? 13
        : Math.max(hole.cover ?? 0, hole.size.diameter) / 2;
  for (const panel of [FRONT, BACK]) {
    let edge = 2;
    for (const hole of panel) {
      expect(hole.x - reach(hole), hole.name.join(' ')).toBeGreaterThanOrEqual(edge);
      edge = hole.x + reach(hole) + 2;
    }
    expect(edge).toBeLessThanOrEqual(CASE_MM.width);
  }
});
