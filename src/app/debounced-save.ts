/** A debounced save: what has changed is written a moment later, so that a turning knob is one write; and at once at the end. */

export interface DebouncedSave {
  /** Something has changed: `write` is called after `delayMs`, and not before `restMs` have passed since the last time. */
  changed(): void;
  /** Calls it now if it waits; resolves when all is written. */
  flush(): Promise<void>;
}

export function createDebouncedSave(write: () => Promise<void>, delayMs: number, restMs = 0): DebouncedSave {
  let timer: NodeJS.Timeout | undefined;
  let writtenMs = Number.NEGATIVE_INFINITY;
  let written: Promise<void> = Promise.resolve();

  function writeNow(): void {
    clearTimeout(timer);
    timer = undefined;
    writtenMs = performance.now();
    written = write();
  }

  return {
    changed() {
      if (timer !== undefined) return;
      timer = setTimeout(writeNow, Math.max(delayMs, writtenMs + restMs - performance.now()));
    },
    flush() {
      if (timer !== undefined) writeNow();
      return written;
    },
  };
}
