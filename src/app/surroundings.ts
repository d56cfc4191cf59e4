/** What stands around the box at its start: files, machine and parts, as slices of its state. Pure. */
import type { Surroundings } from '../box/initial-state.ts';
import { initialServers } from '../box/servers/state.ts';
import type { Access, CardReport, Hosting, Setup, SystemReading, Update } from '../box/state.ts';
import { NO_UPDATES } from '../box/update.ts';
import { PUBLIC_DIRECTORIES } from '../jamulus/public-directories.ts';
import type { InstallerFile } from '../settings/installer-file.ts';
import type { MachineState } from '../settings/machine-state.ts';
import type { Settings } from '../settings/precedence.ts';
import type { StateStore } from '../settings/state-store.ts';
import type { ListStore } from './list-store.ts';

export interface SurroundingsOf {
  readonly settings: Settings;
  readonly file: InstallerFile;
  readonly machine: MachineState;
  readonly found: StateStore['found']['found'];
  readonly lists: ListStore['lists'];
  readonly hostName: string;
  readonly reading: SystemReading;
  readonly hosting: Hosting | null;
  readonly access: Access | null;
  readonly cards: CardReport | null;
}

export function surroundings(around: SurroundingsOf): Surroundings {
  const { settings, file, machine, found, lists, reading, hosting, access, cards } = around;
  const { favourites, recent, flags, profile, lastServer, choices } = machine;
  const directories = settings.serverNamed ? [] : directoriesOf(file);
  return {
    setup: setupOf(around),
    choices,
    system: { ...reading, settingsRestored: found === 'previous' || found === 'lost', wifi: 'off' },
    firstStart: flags.firstStartDone ? 'done' : 'network',
    servers: initialServers({ favourites, recent, lists }, [...directories]),
    lastServer,
    shownProfile: flags.privacyShown ? profile : null,
    update: updateOf(around),
    ...{ access, hosting, cards },
  };
}

function setupOf({ settings, file: { settings: installer, errors }, hostName, hosting }: SurroundingsOf): Setup {
  const { ownsMachine, fixedServer, habits } = settings;
  return {
    ...{ hostName, fixedServer, habits, mistakes: errors, ownsMachine },
    menuLocked: installer.menu.locked,
    controls: installer.panel.controls === 'encoder' ? 'knob' : 'buttons',
    ownAddress: installer.network.routeHost === null ? 'off' : 'route',
    needsNetwork: ownsMachine || hosting?.room.kind !== 'practice',
  };
}

/** The installer's choice of checking counts at every start. */
function updateOf({ settings, file }: SurroundingsOf): Update {
  if (!settings.ownsMachine) return NO_UPDATES;
  const { url, check } = file.settings.update;
  return { ...NO_UPDATES, canCheck: url !== undefined, wantedCheck: check ?? null };
}

function directoriesOf({ settings: { directories } }: InstallerFile): readonly string[] {
  const known = directories.public ? PUBLIC_DIRECTORIES.map(({ address }) => address) : [];
  return [...known, ...directories.custom];
}
