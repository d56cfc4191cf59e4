/** Who imports whom in `src`: circles of files, arrows between rooms that the plan does not have, clocks in pure rooms. Pure. */
import { dirname, join, normalize } from 'node:path';

/** Text of each file of `src`, by its path from the root. */
export type Sources = ReadonlyMap<string, string>;

/** What a room may import, types included: rooms, or one file of another room. '.' = main.ts. */
export const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  jamulus: [],
  opus: [],
  box: ['jamulus'],
  settings: ['box', 'jamulus'],
  linux: ['box', 'jamulus'],
  audio: ['box', 'jamulus', 'linux', 'opus'],
  discovery: ['box', 'jamulus', 'linux'],
  room: ['audio', 'discovery', 'jamulus', 'linux', 'opus'],
  update: ['box', 'linux', 'settings'],
  selftest: ['audio', 'box', 'jamulus', 'linux', 'settings', 'src/faces/panel/frame.ts'],
  app: ['audio', 'box', 'discovery', 'jamulus', 'linux', 'opus', 'room', 'settings', 'update'],
  'faces/panel': ['box', 'jamulus'],
  'faces/panel-shell': ['app', 'box', 'faces/panel', 'linux', 'settings'],
  'faces/web/api': ['box', 'jamulus', 'settings'],
  'faces/web': ['app', 'box', 'discovery', 'faces/web/api', 'jamulus', 'room'],
  'faces/page': ['box', 'faces/web/api', 'jamulus'],
  'faces/rpc': ['app', 'box', 'jamulus'],
  'faces/terminal': ['app', 'box'],
  '.': ['app', 'audio', 'faces/panel-shell', 'faces/rpc', 'faces/terminal', 'faces/web', 'linux'],
};

/** Rooms that know neither a clock nor chance nor the machine: time and numbers come in as arguments. */
export const PURE = ['box', 'jamulus', 'faces/panel'] as const;
const IMPURE =
  /(?<![\w.])(?:performance|process|Buffer|fetch|crypto|setTimeout|setInterval|setImmediate|queueMicrotask)\s*[.(]|(?<![\w.])Math\.random\b|(?<![\w.])Date\b(?!\s*[:;,)>|])/;

export function roomOf(path: string): string {
  const [, folder = '', ...below] = path.split('/');
  if (below.length === 0) return '.';
  if (folder !== 'faces') return folder;
  return path.startsWith('src/faces/web/api/') ? 'faces/web/api' : `faces/${below[0]}`;
}

function importsOf(path: string, sources: Sources): readonly string[] {
  const found = (sources.get(path) ?? '').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  const paths = [...found].map(([, spec = '']) => normalize(join(dirname(path), spec)));
  return [...new Set(paths)].filter((other) => sources.has(other));
}

function mayImport(room: string, path: string): boolean {
  const allowed = ALLOWED[room] ?? [];
  return allowed.includes(roomOf(path)) || allowed.includes(path);
}

/** One sentence an arrow that ALLOWED does not have. */
export function forbiddenImports(sources: Sources): readonly string[] {
  return [...sources.keys()].flatMap((path) =>
    importsOf(path, sources)
      .filter((other) => roomOf(path) !== roomOf(other) && !mayImport(roomOf(path), other))
      .map((other) => `${path} imports ${other}`),
  );
}

/** One sentence a line of a pure room that asks the machine for something. */
export function impureLines(sources: Sources): readonly string[] {
  const pure = [...sources].filter(([path]) => (PURE as readonly string[]).includes(roomOf(path)));
  return pure.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const code = line.replace(/\/\/.*$|^\s*(?:\/\*|\*).*$/, '').replace(/'[^']*'|"[^"]*"/g, '');
      return IMPURE.test(code) ? [`${path}:${index + 1}: ${line.trim()}`] : [];
    }),
  );
}

/** Files that can be reached from themselves: each a list (Tarjan's strongly connected components of two and more). */
export function circles(sources: Sources): readonly (readonly string[])[] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const visit = (path: string): void => {
    const number = order.size;
    order.set(path, number);
    lowest.set(path, number);
    stack.push(path);
    for (const other of importsOf(path, sources)) {
      if (!order.has(other)) visit(other);
      if (stack.includes(other)) lowest.set(path, Math.min(lowest.get(path) ?? 0, lowest.get(other) ?? 0));
    }
    if (lowest.get(path) !== number) return;
    const circle = stack.splice(stack.indexOf(path));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const path of sources.keys()) if (!order.has(path)) visit(path);
  return found;
}
