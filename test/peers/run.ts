/**
 * Runs the tests with real Jamulus programs and sound cards (*.peers.ts), in a network namespace. Arguments go to
 * vitest: `node test/peers/run.ts test/testcard`. Exits 1 with a clear line if packages are missing (install.ts).
 */
import { join } from 'node:path';
import { parseCLI, startVitest } from 'vitest/node';
import { missingPackages } from './install.ts';
import { enterNamespace } from './namespace.ts';

const missing = missingPackages();
if (missing.length > 0) {
  console.error(`Interoperability tests: missing packages: ${missing.join(' ')}. Run test/peers/install.ts.`);
  process.exit(1);
}
await enterNamespace();
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest('test', filter, {
  ...options,
  config: false,
  root: join(import.meta.dirname, '../..'),
  include: ['test/**/*.peers.ts'],
  watch: false,
  // One file after another: they share the cores with real-time threads.
  fileParallelism: false,
  // A virtual machine stands still for some milliseconds now and then, which is an xrun whatever the priority.
  retry: 2,
  testTimeout: 30_000,
  hookTimeout: 20_000,
});
await vitest.close();
