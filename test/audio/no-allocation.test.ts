import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the audio stages allocate nothing while they run', () => {
  // A young generation that holds the whole run, so that no collection hides anything.
  const probe = join(import.meta.dirname, 'allocation-probe.ts');
  const output = execFileSync(process.execPath, ['--min-semi-space-size=64', probe], { encoding: 'utf8' });
  // The measurement itself takes some 2 kB for 20000 blocks; one boxed number a block would be 12 bytes.
  expect(Number(output)).toBeGreaterThanOrEqual(0);
  expect(Number(output)).toBeLessThan(1);
});
