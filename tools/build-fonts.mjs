/**
 * Builds build/fonts.bin, the bitmap fonts of the panel, from our own small letters, Galmuri and GNU Unifont (in its
 * edition UnifontEX, which has the emoji). Plain JavaScript that also runs on Node 20, because it runs before anything
 * else; needs npm and tar. The fonts (SIL Open Font License 1.1) are fetched from the registry and checked against
 * pinned hashes. Does nothing when the output is already that of the same inputs.
 *
 * The file: "JBF1"; then a face of 8 and one of 16 pixels: number of glyphs n (uint32 little-endian, as all numbers),
 * n code points ascending, n + 1 offsets into the columns, n advances (a byte each, 0 = combining mark), padding to 4,
 * the columns (1 or 2 bytes, lowest bit on top), padding to 4.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dropRow, smallLetters } from './font-small.mjs';
import { readBdf, readPixelWoff } from './font-sources.mjs';
import { publish } from './publish.mjs';

const GALMURI = {
  name: 'galmuri@2.40.3',
  sha512: 'eXflXih1AWy2J+jWeT5sGVj4PUCb1bMK7lnwKDKMzEd3lx+F6myuxqp6c0eZlD7EMXOicUYaM+FH7DAoQ7mWbw==',
};
const UNIFONT = {
  name: '@fontsource/unifontex@5.2.6',
  sha512: 'y6PXONOAfsIx0v/7QevQrx+SFW6B2OBR7VZYel7ek/y8M89zfQBKOLyV8X9KmtAkS1q9JS9MFDkq78vcv1CwtQ==',
};
const UNIFONT_FILE = 'package/files/unifontex-latin-400-normal.woff';
const BDF_FILES = ['GalmuriMono7', 'GalmuriMono11', 'Galmuri11', 'Galmuri11-Bold'];

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'build/fonts.bin');
const keyFile = `${output}.key`;
const inputs = ['build-fonts.mjs', 'font-small.mjs', 'font-sources.mjs'].map((name) => join(root, 'tools', name));

/**
 * Makes build/fonts.bin unless it is there already.
 * @returns {Promise<string>} its path
 * @throws if a font can't be fetched or isn't the pinned one
 */
export async function buildFonts() {
  const hash = createHash('sha256');
  for (const file of inputs) hash.update(readFileSync(file)).update('\0');
  const key = hash.digest('hex');
  if (existsSync(output) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return output;

  const startMs = performance.now();
  const work = mkdtempSync(join(tmpdir(), 'font-build-'));
  try {
    fetchPackage(
      GALMURI,
      work,
      BDF_FILES.map((name) => `package/dist/${name}.bdf`),
    );
    fetchPackage(UNIFONT, work, [UNIFONT_FILE]);
    const bdf = BDF_FILES.map((name) => readBdf(readFileSync(join(work, `package/dist/${name}.bdf`), 'utf8')));
    const bytes = fontFile(bdf, readPixelWoff(readFileSync(join(work, UNIFONT_FILE)), 16));
    mkdirSync(join(root, 'build'), { recursive: true });
    publish(output, bytes);
    publish(keyFile, key);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`fonts: ${seconds.padStart(4)} s  build/fonts.bin is ready, ${Math.round(bytes.length / 1024)} KiB`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return output;
}

function fetchPackage({ name, sha512 }, folder, files) {
  const target = mkdtempSync(join(folder, 'pack-'));
  const args = ['pack', name, '--ignore-scripts', '--silent', '--pack-destination', target];
  execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const archiveName = readdirSync(target).find((entry) => entry.endsWith('.tgz'));
  if (archiveName === undefined) throw new Error(`npm pack ${name} wrote no archive`);
  const archive = join(target, archiveName);
  const found = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (found !== sha512) throw new Error(`${name} is not the pinned one: sha512-${found}`);
  execFileSync('tar', ['-xzf', archive, '-C', folder, ...files]);
}

function fontFile([mono7, mono11, regular, bold], unifont) {
  const small = new Map();
  const large = new Map();
  for (const [codePoint, glyph] of unifont) {
    if (!wanted(codePoint)) continue;
    // Whoever draws a mark puts it on the letter before it: it needs no place of its own in the cell.
    const mark = combining(codePoint);
    const placed = mark ? { ...glyph, advance: 0, left: 0 } : glyph;
    large.set(codePoint, { advance: placed.advance, columns: columnsOf(placed, 16, 14) });
    small.set(codePoint, { advance: Math.ceil(placed.advance * 0.75), columns: halved(placed) });
  }
  for (const [codePoint, glyph] of mono11) {
    if (glyph.advance === 6 && wanted(codePoint)) small.set(codePoint, { advance: 6, columns: squeezed(glyph) });
  }
  for (const [codePoint, glyph] of mono7) {
    if (glyph.advance === 8) small.set(codePoint, { advance: 8, columns: columnsOf(glyph, 8, 7) });
  }
  for (const [codePoint, glyph] of smallLetters()) small.set(codePoint, glyph);
  for (const [codePoint, glyph] of regular) if (wanted(codePoint)) large.set(codePoint, largeGlyph(codePoint, glyph));
  for (const [codePoint, glyph] of bold) {
    if (wanted(codePoint)) large.set(codePoint, { advance: glyph.advance, columns: columnsOf(glyph, 16, 14) });
  }
  return Buffer.concat([Buffer.from('JBF1'), face(small, 1), face(large, 2)]);
}

/** Not the private area, and of the control characters none. */
function wanted(codePoint) {
  if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return false;
  if (codePoint >= 0xd800 && codePoint < 0xf900) return false;
  return codePoint < 0x20000 && !/\p{Cf}|\p{Zl}|\p{Zp}/u.test(String.fromCodePoint(codePoint));
}

function combining(codePoint) {
  return /\p{Mn}|\p{Me}/u.test(String.fromCodePoint(codePoint));
}

/** Letters are struck twice, to stand beside the bold ones; the denser scripts stay as they are. */
function largeGlyph(codePoint, glyph) {
  const columns = columnsOf(glyph, 16, 14);
  if (codePoint >= 0x2000) return { advance: glyph.advance, columns };
  const struck = Array.from({ length: columns.length + 1 }, (_, x) => (columns[x] ?? 0) | (columns[x - 1] ?? 0));
  return { advance: glyph.advance + 1, columns: struck };
}

/** Columns in a cell of `height` rows whose baseline lies under row `baseline` - 1; what sticks out is cut. */
function columnsOf(glyph, height, baseline) {
  const columns = new Array(Math.max(0, glyph.left + glyph.width)).fill(0);
  glyph.rows.forEach((row, index) => {
    const y = baseline - glyph.top + index;
    if (y < 0 || y >= height) return;
    for (let x = 0; x < glyph.width; x++) {
      const column = glyph.left + x;
      if (column >= 0 && (row >> (glyph.width - 1 - x)) & 1) columns[column] |= 1 << y;
    }
  });
  return columns;
}

/** A glyph of 10 rows and more in 8: the rows that are missed least are left out. */
function squeezed(glyph) {
  const above = glyph.rows.slice(0, Math.max(0, glyph.top));
  const below = glyph.rows.slice(Math.max(0, glyph.top), Math.max(0, glyph.top) + 1);
  let rows = above;
  while (rows.length > 7) rows = dropRow(rows, rows.length);
  return columnsOf({ ...glyph, rows: [...rows, ...below], top: rows.length }, 8, 7);
}

/** A 16-pixel glyph in 8 rows and three quarters of its width: letters nobody could draw at this size stay letters. */
function halved(glyph) {
  let rows = glyph.rows;
  const top = Math.min(glyph.top, 14);
  while (rows.length > 8) rows = dropRow(rows, rows.length);
  const shortened = rows.length < glyph.rows.length;
  const columns = columnsOf(
    { ...glyph, rows, top: shortened ? 7 : top <= 0 ? 0 : Math.min(7, Math.round(top / 2) + 2) },
    8,
    7,
  );
  const out = [];
  for (let x = 0; x < columns.length; x++) {
    if (x % 4 === 3) out[out.length - 1] |= columns[x];
    else out.push(columns[x]);
  }
  return out;
}

/** A face as described at the top of this file. */
function face(glyphs, bytesPerColumn) {
  const sorted = [...glyphs].sort(([a], [b]) => a - b);
  const codePoints = Buffer.alloc(4 * sorted.length);
  const offsets = Buffer.alloc(4 * sorted.length + 4);
  const advances = Buffer.alloc(Math.ceil(sorted.length / 4) * 4);
  const columns = [];
  sorted.forEach(([codePoint, glyph], index) => {
    codePoints.writeUInt32LE(codePoint, 4 * index);
    advances[index] = glyph.advance;
    for (const column of glyph.columns) {
      columns.push(column & 0xff);
      if (bytesPerColumn === 2) columns.push(column >> 8);
    }
    offsets.writeUInt32LE(columns.length, 4 * index + 4);
  });
  while (columns.length % 4 !== 0) columns.push(0);
  const count = Buffer.alloc(4);
  count.writeUInt32LE(sorted.length);
  return Buffer.concat([count, codePoints, offsets, advances, Buffer.from(columns)]);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildFonts();
