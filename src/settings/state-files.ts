/** The file operations that the state store is made of, each by itself, so that a test can cut the power in between. */
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Failed {
  readonly error: string;
}

/** All names are plain file names in one directory. Nothing here throws. */
export interface StateFiles {
  /** Null: there is no such file. */
  read(name: string): Promise<Uint8Array | null | Failed>;
  /** Makes or replaces the file; until `sync` a power cut may leave any part of it, or none. */
  write(name: string, bytes: Uint8Array): Promise<true | Failed>;
  /** The content of the file is on the disk. */
  sync(name: string): Promise<true | Failed>;
  /** Replaces `to` in one step; until `syncDirectory` a power cut may undo it. */
  rename(from: string, to: string): Promise<true | Failed>;
  syncDirectory(): Promise<true | Failed>;
}

/** Longest file that is read; no state is longer. */
const MAX_BYTES = 256 * 1024;
/** Names of people: nobody else's business. */
const OWNER_ONLY = 0o600;

export function stateFiles(directory: string): StateFiles {
  const path = (name: string) => join(directory, name);

  const syncPath = async (toSync: string, flags: string) => {
    const file = await open(toSync, flags);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  };

  return {
    read: async (name) => {
      try {
        if ((await stat(path(name))).size > MAX_BYTES) return { error: `${path(name)}: too long` };
        return await readFile(path(name));
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : failed(error);
      }
    },
    write: (name, bytes) =>
      attempt(async () => {
        await mkdir(directory, { recursive: true });
        const file = await open(path(name), 'w', OWNER_ONLY);
        try {
          await file.writeFile(bytes);
        } finally {
          await file.close();
        }
      }),
    sync: (name) => attempt(() => syncPath(path(name), 'r+')),
    rename: (from, to) => attempt(() => rename(path(from), path(to))),
    syncDirectory: () => attempt(() => syncPath(directory, 'r')),
  };
}

async function attempt(action: () => Promise<void>): Promise<true | Failed> {
  try {
    await action();
    return true;
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Failed {
  return { error: error instanceof Error ? error.message : String(error) };
}
