import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALLOWED, circles, forbiddenImports, impureLines, PURE, roomOf } from './layers.ts';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = new Map(
  globSync('src/**/*.{ts,tsx}', { cwd: ROOT }).map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
);

describe('The rooms of src', () => {
  it('import what the table allows, and nothing else', () => {
    expect(forbiddenImports(SOURCES)).toEqual([]);
  });

  it('are all in the table', () => {
    expect([...new Set([...SOURCES.keys()].map(roomOf))].sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  it('hold every file but main.ts', () => {
    expect([...SOURCES.keys()].filter((path) => roomOf(path) === '.')).toEqual(['src/main.ts']);
  });

  it('have no circle of files, types included', () => {
    expect(circles(SOURCES)).toEqual([]);
  });

  it('that are pure ask the machine for nothing', () => {
    expect(impureLines(SOURCES)).toEqual([]);
  });
});

describe('A violation that is planted is found', () => {
  const newFile = (room: string) => join('src', room, 'new.ts');
  const withFile = (path: string, text: string) => new Map([...SOURCES, [path, text]]);

  it.each([
    ['box', "import { app } from '../settings/defaults.ts';"],
    ['jamulus', "import type { BoxState } from '../box/state.ts';"],
    ['audio', "const { frame } = await import('../faces/panel/frame.ts');"],
    ['selftest', "import { TITLES } from '../faces/panel/texts.ts';"],
    ['faces/rpc', "import { pageState } from '../web/page-state-of.ts';"],
    ['faces/page', "import { pageServers } from '../web/page-servers.ts';"],
    ['app', "import { attachPanel } from '../faces/panel-shell/attach-panel.ts';"],
  ])('an arrow that the table does not have (%s)', (room, text) => {
    expect(forbiddenImports(withFile(newFile(room), text))).toHaveLength(1);
  });

  it('a circle, of types as well', () => {
    const text = SOURCES.get('src/box/state.ts') ?? '';
    const planted = withFile('src/box/state.ts', `import type { Step } from './effects.ts';\n${text}`);
    expect(circles(planted).flat()).toContain('src/box/effects.ts');
  });

  it.each([
    'const now = performance.now();',
    'const now = Date.now();',
    'const when = new Date();',
    'const dice = Math.random();',
    'const home = process.env;',
    'setTimeout(leave, 5);',
    "const bytes = Buffer.from('x');",
    'void fetch(url);',
    'crypto.randomUUID();',
  ])('a pure room that asks the machine: %s', (line) => {
    for (const room of PURE) expect(impureLines(withFile(newFile(room), line))).toHaveLength(1);
    expect(impureLines(withFile(newFile('faces/web'), line))).toEqual([]);
  });
});
