/** A folder of a test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder, which is gone when the running test has ended, after its afterEach. For tests and their beforeEach. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'jambox-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}
