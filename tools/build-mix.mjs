/**
 * Builds build/mix.wasm, the inner loop of the room's mixer, by the clang that comes as a WebAssembly package from the
 * registry. Plain JavaScript that also runs on Node 20. Does nothing when the output is already that of the same inputs.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { publish } from './publish.mjs';

const COMPILER_PACKAGE = '@yowasp/clang';
const COMPILE_FLAGS = ['--target=wasm32-wasip1', '-O3', '-msimd128', '-Wall', '-Wextra', '-Werror'];
// What mixer.ts lays out begins at 64 KiB; the stack, hardly used, is below.
const LINK_FLAGS = [
  ...['--no-entry', '--gc-sections', '--strip-debug', '--stack-first', '-z', 'stack-size=16384', '--import-memory'],
  ...['--initial-memory=65536', '--max-memory=16777216'],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'build/mix.wasm');
const keyFile = `${output}.key`;
const sourceFile = join(root, 'src/room/engine/mix.c');

/**
 * Makes build/mix.wasm unless it is there already.
 * @returns {Promise<string>} its path
 * @throws if it doesn't compile
 */
export async function buildMix() {
  const key = inputsHash();
  if (existsSync(output) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return output;
  const { runLLVM } = await import(COMPILER_PACKAGE);
  const run = async (args, files, result) =>
    (await runLLVM([...args, '-o', result], files, { fetchProgress() {} }))[result];
  const files = { 'mix.c': readFileSync(sourceFile) };
  const object = await run(['clang', '-c', ...COMPILE_FLAGS, 'mix.c'], files, 'mix.o');
  const wasm = await run(['wasm-ld', 'mix.o', ...LINK_FLAGS], { 'mix.o': object }, 'mix.wasm');
  mkdirSync(join(root, 'build'), { recursive: true });
  publish(output, wasm);
  publish(keyFile, key);
  return output;
}

/** Hash of everything that the output depends on. */
function inputsHash() {
  const compiler = JSON.parse(readFileSync(join(root, 'node_modules', COMPILER_PACKAGE, 'package.json'), 'utf8'));
  const hash = createHash('sha256');
  for (const part of [readFileSync(fileURLToPath(import.meta.url)), readFileSync(sourceFile), compiler.version]) {
    hash.update(part).update('\0');
  }
  return hash.digest('hex');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildMix();
