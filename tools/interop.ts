/**
 * `npm run interop`: the box together with real Jamulus programs, JACK and ALSA sound cards, in a network of its own.
 * Installs what is missing, then runs every *.peers.ts (but those of the page: tools/pages.ts), one after the other, and
 * goes on after a failure. With arguments only the files whose path has one of them in it. Exit code 1 if anything has
 * failed.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2);
const begun = Date.now();

function step(name: string, ...args: string[]): boolean {
  const since = Date.now();
  console.log(`\n--- ${name}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  console.log(`--- ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds(since)})`);
  return status === 0;
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(0)} s`;
}

if (!step('packages', 'test/peers/install.ts')) process.exit(1);
// The tools that the others rest on come first.
const first = ['test/testcard/', 'test/peers/'];
const rank = (file: string) => [...first, ''].findIndex((folder) => file.startsWith(folder));
const files = globSync('test/**/*.peers.ts', { cwd: root, exclude: ['test/faces/browser/**'] })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
if (files.length === 0) {
  console.error(`No test file has ${wanted.join(' or ')} in its path.`);
  process.exit(1);
}
const failed = files.filter((file) => !step(file, 'test/peers/run.ts', file));
console.log(`\n${files.length - failed.length} of ${files.length} files passed (${seconds(begun)}).`);
for (const file of failed) console.log(`FAILED: ${file}`);
process.exitCode = failed.length === 0 ? 0 : 1;
