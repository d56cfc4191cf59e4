/** `npm test`: types, lint, unused code, then the tests. With arguments only the tests, and those go to vitest. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = ['vitest', 'node_modules/vitest/vitest.mjs', 'run'];
const steps =
  process.argv.length > 2
    ? [[...vitest, ...process.argv.slice(2)]]
    : [
        ['types', 'node_modules/typescript/bin/tsc', '-p', '.'],
        ['types of the page', 'node_modules/typescript/bin/tsc', '-p', 'src/faces/page'],
        ['lint', 'node_modules/@biomejs/biome/bin/biome', 'ci', '.'],
        ['unused code', 'node_modules/knip/bin/knip.js', '--no-config-hints'],
        vitest,
      ];

for (const [name, ...args] of steps) {
  const begun = Date.now();
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  console.log(`${name}: ${status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  if (status !== 0) process.exit(1);
}
