/** What of the running box goes into the machine state. Pure. */
import type { Choices } from '../box/choices.ts';
import type { ServerTarget } from '../box/server-target.ts';
import type { ServersState } from '../box/servers/state.ts';
import type { BoxState, BoxSettings } from '../box/state.ts';
import type { MachineState } from '../settings/machine-state.ts';
import type { PhoneKey } from '../web/access/door.ts';

export interface Present {
  readonly box: BoxState;
  readonly servers: ServersState;
  readonly lastServer: ServerTarget | null;
  readonly firstStartDone: boolean;
  readonly choices: Choices;
  readonly phones: readonly PhoneKey[];
}

/**
 * What people have changed since the start counts. What the installer's file or the command line say at the start does
 * not: `kept` holds what was chosen before.
 * @param kept the machine state at the start
 * @param start what the box was started with
 */
export function stateToKeep(kept: MachineState, start: BoxSettings, present: Present): MachineState {
  const { box, servers, lastServer, firstStartDone, choices, phones } = present;
  return {
    version: 1,
    profile: chosen(kept.profile, start.profile, box.profile),
    sound: chosen(kept.sound, start.sound, box.sound),
    jitter: isAlike(box.jitter, start.jitter) ? kept.jitter : box.jitter,
    quality: box.transport.quality === start.transport.quality ? kept.quality : box.transport.quality,
    favourites: servers.favourites,
    recent: servers.recent,
    lastServer,
    mixes: box.mixes,
    flags: { ...kept.flags, firstStartDone },
    choices,
    phones,
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
