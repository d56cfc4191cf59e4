/** The machine state while the box runs: written a moment after every change, and over both generations to forget. */
import type { BoxSettings } from '../box/initial-state.ts';
import type { Profile } from '../jamulus/session-types.ts';
import { forgetPeopleAndServers, type MachineState } from '../settings/machine-state.ts';
import type { StateStore } from '../settings/state-store.ts';
import { createKeeper } from './keeper.ts';
import { type Present, stateToKeep } from './remember.ts';

const SAVE_AFTER_MS = 2000;

export interface MemoryOptions {
  readonly store: StateStore;
  /** What the box was started with: the found state, or a fresh one. */
  readonly machine: MachineState;
  /** For "Everything". */
  readonly freshMachine: () => MachineState;
  /** The installer's file and the command line over a machine state. */
  readonly settingsFor: (machine: MachineState) => BoxSettings;
  readonly onLog: (line: string) => void;
}

export interface Memory {
  /** What the box was started with, or would be after forgetting. */
  start(): BoxSettings;
  /** The profile, as it is now, has been shown to a person together with who sees it (privacy C1). */
  profileShown(profile: Profile | null): void;
  /** Something may have changed. */
  changed(): void;
  /** Call it before what the box knows is changed. Afterwards `wipe` writes it. */
  forget(what: 'people-and-servers' | 'everything'): void;
  /** Writes what is left over every older generation: nothing forgotten stays in a file (privacy C10). */
  wipe(): Promise<void>;
  flush(): Promise<void>;
}

/** @param present what is worth remembering now */
export function createMemory(options: MemoryOptions, present: () => Present): Memory {
  const { store } = options;
  let kept = options.machine;
  let started = options.settingsFor(kept);
  let shownProfile: Profile | null = kept.flags.privacyShown ? kept.profile : null;

  function stateNow(): MachineState {
    const state = stateToKeep(kept, started, present());
    return { ...state, flags: { ...state.flags, privacyShown: isSame(shownProfile, state.profile) } };
  }

  async function logFailure(saving: ReturnType<StateStore['save']>): Promise<void> {
    if (typeof (await saving) === 'object') options.onLog('settings: could not be saved');
  }

  const keeper = createKeeper(() => logFailure(store.save(stateNow())), SAVE_AFTER_MS);

  return {
    start: () => started,
    profileShown(profile) {
      shownProfile = profile;
      keeper.changed();
    },
    changed: keeper.changed,
    forget(what) {
      kept = what === 'everything' ? options.freshMachine() : forgetPeopleAndServers(kept);
      started = options.settingsFor(kept);
    },
    async wipe() {
      await Promise.all([logFailure(store.overwrite(stateNow())), keeper.flush()]);
    },
    flush: keeper.flush,
  };
}

/** The profile of a new start has been shown at an earlier one. */
export function profileSeen(machine: MachineState, start: BoxSettings): boolean {
  return machine.flags.privacyShown && isSame<Profile>(machine.profile, start.profile);
}

/** The same values under the same keys. */
export function isSame<T extends object>(a: T | null, b: T): boolean {
  return a !== null && (Object.keys(b) as (keyof T)[]).every((key) => a[key] === b[key]);
}
