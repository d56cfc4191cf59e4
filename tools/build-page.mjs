/**
 * Builds build/page/, the phone page: everything that a browser loads, and nothing that it would load from elsewhere.
 * Plain JavaScript that also runs on Node 20, because it runs before anything else. Does nothing when the output is
 * already that of the same inputs.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { iconPng, iconSvg } from './page-icon.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src/faces/page');
const output = join(root, 'build/page');
const keyFile = join(root, 'build/page.key');
const COPIED = ['index.html', 'manifest.webmanifest'];
/** Packages that are in the bundle, and so are their licences. */
const BUNDLED = ['preact', 'uplot'];
/** What esbuild does not name among its inputs. */
const OWN_INPUTS = [
  ...[...COPIED, 'sw.js', 'tsconfig.json'].map((name) => join(source, name)),
  ...['tools/build-page.mjs', 'tools/page-icon.mjs', 'package-lock.json', 'tsconfig.json'].map((name) =>
    join(root, name),
  ),
];

/**
 * Makes build/page/ unless it is there already.
 * @returns {Promise<string>} its path
 * @throws if a source can't be bundled
 */
export async function buildPage() {
  if (isFresh()) return output;
  const startMs = performance.now();
  const result = await build({
    absWorkingDir: root,
    entryPoints: { app: join(source, 'main.tsx') },
    outdir: output,
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['chrome109', 'safari16', 'firefox115'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    logLevel: 'error',
    legalComments: 'inline',
  });
  const styles = [join(root, 'node_modules/uplot/dist/uPlot.min.css'), join(source, 'app.css')];
  const css = await build({
    stdin: {
      contents: styles.map((path) => `@import ${JSON.stringify(path)};`).join('\n'),
      loader: 'css',
      resolveDir: root,
    },
    write: false,
    bundle: true,
    minify: true,
    metafile: true,
    logLevel: 'error',
  });
  const files = new Map([
    ['app.js', Buffer.from(result.outputFiles[0].contents)],
    ['app.css', Buffer.from(css.outputFiles[0].contents)],
    ...COPIED.map((name) => [name, readFileSync(join(source, name))]),
    ['licences.txt', Buffer.from(BUNDLED.map(licence).join('\n\n'))],
    ['icon.svg', Buffer.from(iconSvg())],
    ['icon-192.png', iconPng(192)],
    ['icon-512.png', iconPng(512)],
    ['apple-touch-icon.png', iconPng(180)],
  ]);
  const shell = createHash('sha256');
  for (const [name, bytes] of files) shell.update(name).update(bytes);
  const worker = readFileSync(join(source, 'sw.js'), 'utf8').replaceAll('SHELL_HASH', shell.digest('hex').slice(0, 16));
  files.set('sw.js', Buffer.from(worker));

  publish(files);
  const bundled = [...Object.keys(result.metafile.inputs), ...styles.map((path) => relative(root, path))];
  const inputs = [...new Set([...bundled, ...OWN_INPUTS.map((path) => relative(root, path))])].sort();
  writeFileSync(keyFile, JSON.stringify({ inputs, hash: hashOf(inputs) }));
  const kilobytes = [...files.values()].reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0) / 1000;
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`page: ${seconds.padStart(5)} s  build/page is ready, ${kilobytes.toFixed(0)} kB compressed`);
  return output;
}

function licence(name) {
  return `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8')}`;
}

/** The list of inputs is that of the last build: whatever is new is named by one of them, which has changed then. */
function isFresh() {
  if (!existsSync(keyFile) || !existsSync(join(output, 'index.html'))) return false;
  const { inputs, hash } = JSON.parse(readFileSync(keyFile, 'utf8'));
  return inputs.every((path) => existsSync(join(root, path))) && hashOf(inputs) === hash;
}

function hashOf(inputs) {
  const hash = createHash('sha256');
  for (const path of inputs)
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

/** The whole folder at once, so that nobody sees half a page. */
function publish(files) {
  const next = `${output}.${process.pid}.tmp`;
  mkdirSync(next, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(next, name), bytes);
  rmSync(keyFile, { force: true });
  rmSync(output, { recursive: true, force: true });
  renameSync(next, output);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildPage();
