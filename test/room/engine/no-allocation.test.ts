import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildMix } from '../../../tools/build-mix.mjs';
import { buildOpus } from '../../../tools/build-opus.mjs';

test('a tick of the room allocates nothing, system calls included', async () => {
  await Promise.all([buildMix(), buildOpus()]);
  // A young generation that holds the whole run, so that no collection hides anything.
  const probe = join(import.meta.dirname, 'room-allocation-probe.ts');
  const output = execFileSync(process.execPath, ['--min-semi-space-size=64', probe], { encoding: 'utf8' });
  const { bytesPerTick, received, sent } = JSON.parse(output);
  expect(received).toBeGreaterThan(100_000);
  expect(sent).toBeGreaterThan(100_000);
  // One boxed number a tick would be 12 bytes; what V8 compiles late is spread over all of them.
  expect(bytesPerTick).toBeLessThan(4);
});
