/** How the builds of tools/ write what they have made. */
import { renameSync, writeFileSync } from 'node:fs';

/** Writes so that a reader, or a power cut, never sees half a file. */
export function publish(path, content) {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}
