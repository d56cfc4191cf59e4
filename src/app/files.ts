/** The folder of the box's own files: claimed, and what stands in it. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type StateFiles, stateFiles } from '../settings/state-files.ts';
import { openStateStore, type StateStore } from '../settings/state-store.ts';
import { claimFolder } from './claim-folder.ts';
import { type ListStore, openListStore } from './list-store.ts';

export interface BoxFiles {
  readonly folder: string;
  readonly disk: StateStore;
  readonly lists: ListStore;
  /** Another program may have the folder now. */
  release(): void;
}

/** A second box on a desk starts as the first one did, and remembers nothing. */
export async function openFiles(folder = defaultFolder()): Promise<BoxFiles> {
  makeFolder(folder);
  const claim = await claimFolder(folder);
  const files = claim === null ? readOnly(stateFiles(folder)) : stateFiles(folder);
  const [disk, lists] = await Promise.all([openStateStore(files), openListStore(files)]);
  return { folder, disk, lists, release: () => claim?.release() };
}

function defaultFolder(): string {
  return join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local/state'), 'jamulus-box');
}

/** Names of people stand in it. Where it can't be made, saving fails and says so; the box plays all the same. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

function readOnly(files: StateFiles): StateFiles {
  const nothing = () => Promise.resolve(true as const);
  return { read: files.read, write: nothing, sync: nothing, rename: nothing, syncDirectory: nothing };
}
