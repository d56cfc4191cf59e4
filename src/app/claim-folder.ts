/** Two boxes on one desk must not write the same files: the folder belongs to whoever has claimed it first. */
import { createServer } from 'node:net';
import { resolve } from 'node:path';

/**
 * Claims the folder until `release` or the end of the process, however that comes. Null: another process has it.
 * The claim is a socket without a file, so nothing is left to be cleaned up.
 */
export function claimFolder(folder: string): Promise<{ readonly release: () => void } | null> {
  const socket = createServer().unref();
  return new Promise((settle) => {
    socket.once('error', () => settle(null));
    socket.listen(`\0jamulus-box ${resolve(folder)}`, () => settle({ release: () => socket.close() }));
  });
}
