/** The JSON-RPC secret that the real programs of a test share. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const RPC_SECRET = 'a-secret-of-16-or-more-characters';

/** Writes the file that a program is given with --jsonrpcsecretfile. */
export function writeSecret(folder: string): string {
  const path = join(folder, 'rpc-secret');
  writeFileSync(path, `${RPC_SECRET}\n`);
  return path;
}
