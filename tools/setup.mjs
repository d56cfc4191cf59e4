/**
 * Everything that must be there before the program or its tests run: the packages, the codec as WebAssembly, the
 * panel's fonts and the phone page. Plain JavaScript, because it runs on whatever Node (20 or later) called npm. Says what it does, and does nothing twice.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.installed`;
const runtime = `${root}node_modules/.bin/node`;

function fail(line) {
  console.error(`Set-up failed: ${line}`);
  process.exit(1);
}

function installPackages() {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', '.npmrc']) hash.update(readFileSync(root + file));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Setting up: installing packages with npm ci ...');
  const begun = Date.now();
  // Where a package's wish for a newer Node is not met by the Node that runs npm, ours from the registry meets it.
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (npm.error) fail(`npm does not start (${npm.error.message}).`);
  if (npm.status !== 0) fail('npm ci did not succeed; its own words are above.');
  if (!existsSync(runtime)) fail(`there is no Node 24 package for ${process.platform} on ${process.arch}.`);
  writeFileSync(stamp, wanted);
  console.log(`Setting up: packages installed in ${((Date.now() - begun) / 1000).toFixed(0)} s.`);
}

if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node ${process.version} is too old: 20 or later is needed.`);
installPackages();
for (const [what, build] of [
  ['the codec', async () => (await import('./build-opus.mjs')).buildOpus()],
  ["the room's mixer", async () => (await import('./build-mix.mjs')).buildMix()],
  ["the panel's fonts", async () => (await import('./build-fonts.mjs')).buildFonts()],
  ['the phone page', async () => (await import('./build-page.mjs')).buildPage()],
]) {
  try {
    await build();
  } catch (error) {
    fail(`${what} could not be built: ${error instanceof Error ? error.message : error}`);
  }
}
