/** Tells that something in a directory has changed, also when the directory itself comes later, goes or returns. */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

/** One change of a device brings several; they are gathered for this long. */
const GATHER_MS = 20;
/** When the kernel has no watch to give. */
const RETRY_MS = 2000;

/** `onChange` is called soon after a change, never at once. */
export function watchDirectory(path: string, onChange: () => void): { readonly close: () => void } {
  let watcher: FSWatcher | undefined;
  let watched = '';
  let timer: NodeJS.Timeout | undefined;

  const changed = (waitMs = GATHER_MS) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      follow();
      onChange();
    }, waitMs);
  };

  /** Watches the directory, or as long as it is not there, its nearest ancestor. */
  const follow = () => {
    let nearest = path;
    while (identity(nearest) === undefined && nearest !== dirname(nearest)) nearest = dirname(nearest);
    const found = `${identity(nearest)} ${nearest}`;
    if (found === watched) return;
    watcher?.close();
    watched = found;
    try {
      watcher = watch(nearest, () => changed());
      watcher.on('error', lost);
    } catch {
      lost();
    }
    // It may have appeared between the look and the watch.
    if (nearest !== path && identity(path) !== undefined) changed();
  };

  const lost = () => {
    watched = '';
    changed(RETRY_MS);
  };

  follow();
  return {
    close: () => {
      watcher?.close();
      clearTimeout(timer);
    },
  };
}

/** Tells a directory from another one that has taken its place. */
function identity(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}
