/** Folders and files of a test's own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder, which is gone when the running test has ended, after its afterEach. For tests and their beforeEach. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'jambox-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** Writes a file below `root`, with the folders that it needs. Gives its whole path. */
export function put(root: string, path: string, content: string | Uint8Array = ''): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}
