/** What of the running box goes into the machine state. Pure. */
import { profileSeen } from '../box/policy.ts';
import type { BoxSettings, BoxState } from '../box/state.ts';
import type { MachineState } from '../settings/machine-state.ts';

/** A change of one of these is worth writing. */
const KEPT = ['profile', 'shownProfile', 'sound', 'jitter', 'transport', 'mixes', 'lastServer', 'choices'] as const;

export function isWorthWriting(before: BoxState, now: BoxState): boolean {
  return (
    KEPT.some((key) => before[key] !== now[key]) ||
    before.servers.favourites !== now.servers.favourites ||
    before.servers.recent !== now.servers.recent ||
    before.firstStart !== now.firstStart ||
    before.access?.phones !== now.access?.phones
  );
}

/**
 * What people have changed since the start counts. What the installer's file or the command line say at the start does
 * not: `kept` holds what was chosen before.
 * @param kept the machine state at the start
 * @param start what the box was started with
 */
export function stateToKeep(kept: MachineState, start: BoxSettings, box: BoxState): MachineState {
  const profile = chosen(kept.profile, start.profile, box.profile);
  return {
    version: 1,
    profile,
    sound: chosen(kept.sound, start.sound, box.sound),
    jitter: isAlike(box.jitter, start.jitter) ? kept.jitter : box.jitter,
    quality: box.transport.quality === start.transport.quality ? kept.quality : box.transport.quality,
    favourites: box.servers.favourites,
    recent: box.servers.recent,
    lastServer: box.lastServer,
    mixes: box.mixes,
    flags: {
      privacyShown: profileSeen({ shownProfile: box.shownProfile, profile }),
      firstStartDone: box.firstStart === 'done',
    },
    choices: box.choices,
    phones: box.access?.phones ?? kept.phones,
  };
}

/** Key by key. */
function chosen<T extends object>(kept: T, start: T, now: T): T {
  const keys = Object.keys(kept) as (keyof T)[];
  return Object.fromEntries(keys.map((key) => [key, isAlike(now[key], start[key]) ? kept[key] : now[key]])) as T;
}

function isAlike(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
