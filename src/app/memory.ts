/**
 * What the box remembers, on disk: the machine state a moment after every change, the lists of servers now and then, and both
 * generations at once to forget (privacy C10).
 */
import { storedServers } from '../box/servers/state.ts';
import type { BoxSettings, BoxState } from '../box/state.ts';
import { forgetPeopleAndServers, type MachineState } from '../settings/machine-state.ts';
import type { StateStore } from '../settings/state-store.ts';
import { createDebouncedSave } from './debounced-save.ts';
import type { ListStore } from './list-store.ts';
import { isWorthWriting, stateToKeep } from './remember.ts';
import type { Runners, Store } from './store.ts';

/** Debounce of the state: how long after the last change it is saved. The lists of servers also have a shortest interval. */
const SAVE_AFTER_MS = 2000;
const LISTS_AFTER_MS = 2000;
const LISTS_REST_MS = 60_000;

export interface MemoryOptions {
  readonly store: Store;
  readonly disk: StateStore;
  readonly lists: ListStore;
  /** What the box was started with: the found state, or a fresh one. */
  readonly machine: MachineState;
  /** For "Everything". */
  readonly freshMachine: () => MachineState;
  /** The installer's file and the command line over a machine state. */
  readonly settingsFor: (machine: MachineState) => BoxSettings;
  /** Everything of the box's own has been wiped; the machine may keep more. */
  readonly onWiped?: () => void;
  readonly onLog: (line: string) => void;
}

export interface Memory {
  readonly effects: Pick<Runners, 'forget'>;
  /** Writes what is left over every older generation: nothing forgotten stays in a file. */
  wipe(): Promise<void>;
  /** Resolves when all is written. */
  flush(): Promise<void>;
}

export function runMemory(options: MemoryOptions): Memory {
  const { store, disk, settingsFor } = options;
  let kept = options.machine;
  let started = settingsFor(kept);

  const machineNow = (): MachineState => stateToKeep(kept, started, store.state());
  const save = createDebouncedSave(async () => said(await disk.save(machineNow())), SAVE_AFTER_MS);
  const saveLists = createDebouncedSave(
    async () => {
      const result = await options.lists.save(storedServers(store.state().servers).lists);
      if (result !== true) options.onLog('server lists: could not be saved');
    },
    LISTS_AFTER_MS,
    LISTS_REST_MS,
  );

  function said(result: Awaited<ReturnType<StateStore['save']>>): void {
    if (typeof result === 'object') options.onLog('settings: could not be saved');
  }

  async function wipe(): Promise<void> {
    said(await disk.overwrite(machineNow()));
    await save.flush();
  }

  store.onStep((before, now) => {
    if (isWorthWriting(before, now)) save.changed();
    if (haveListsChanged(before, now)) saveLists.changed();
  });
  // A name that was made up is the box's own from now on.
  save.changed();

  return {
    effects: {
      forget({ what }) {
        kept = what === 'everything' ? options.freshMachine() : forgetPeopleAndServers(kept);
        started = settingsFor(kept);
        store.dispatch({ type: 'forgotten', what, settings: started });
        void wipe().then(() => {
          if (what === 'everything') options.onWiped?.();
        });
        void saveLists.flush();
      },
    },
    wipe,
    async flush() {
      await Promise.all([save.flush(), saveLists.flush()]);
    },
  };
}

function haveListsChanged({ servers: before }: BoxState, { servers: now }: BoxState): boolean {
  return (
    before.directories !== now.directories &&
    now.directories.some((directory, index) => directory.servers !== before.directories[index]?.servers)
  );
}
