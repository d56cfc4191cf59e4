/** From what the parts of the appliance know to what the panel shows beside the state of the box. Pure. */
import type { ServerTarget } from '../box/server-target.ts';
import { listBlocked } from '../box/servers/asking.ts';
import type { ServersState } from '../box/servers/state.ts';
import type { BoxState } from '../box/state.ts';
import type { SystemReading } from '../linux/system.ts';
import { type CardReport, NO_EXTRAS, type PanelExtras, type SystemProblem } from '../panel/extras.ts';
import type { HostedRoom } from '../panel/hosted-room.ts';
import type { UpdateReport } from '../update/report.ts';
import type { DoorReport } from '../web/access/door.ts';
import { panelServers } from './panel-servers.ts';

const TOO_HOT_C = 80;

export interface FixedExtras {
  readonly hostName: string;
  readonly menuLocked: boolean;
  readonly controls: PanelExtras['controls'];
  /** No other server can be chosen. */
  readonly fixedServer: ServerTarget | null;
  /** What is wrong in the installer's file, a sentence each. */
  readonly mistakes: readonly string[];
  readonly ownAddress: PanelExtras['network']['ownAddress'];
  /** False on a desk with a practice room: what needs no network is not kept waiting for one. */
  readonly needsNetwork: boolean;
}

export interface ExtrasParts {
  readonly fixed: FixedExtras;
  readonly system: SystemReading;
  readonly servers: ServersState;
  readonly boxProblem: BoxState['problem'];
  /** The store had to fall back to an older generation, or to nothing. */
  readonly settingsRestored: boolean;
  readonly firstStart: PanelExtras['firstStart'];
  readonly idleQuestionUntilMs: number | null;
  readonly power: PanelExtras['power'];
  /** Null: this machine is not updated from here. */
  readonly updates: UpdateReport | null;
  /** There is somebody to be asked for updates. */
  readonly canCheck: boolean;
  /** Null: this box has no phone page. */
  readonly page: DoorReport | null;
  /** Null: the command line names what plays. */
  readonly soundCards: CardReport | null;
  /** Null: this box hosts no room. */
  readonly room: HostedRoom | null;
}

/** Wi-Fi is not there yet: its fields stay as in NO_EXTRAS, and the menu leaves it out. */
export function panelExtras(parts: ExtrasParts): PanelExtras {
  const { fixed, system, firstStart, idleQuestionUntilMs, power, updates, page } = parts;
  return {
    ...NO_EXTRAS,
    systemProblems: systemProblems(parts),
    network: { ...NO_EXTRAS.network, carrier: system.carrier, address: system.address, ownAddress: fixed.ownAddress },
    temperatureC: system.temperatureC,
    cpuPercent: system.cpuPercent,
    firstStart,
    ...panelServers(parts.servers, fixed.fixedServer),
    mistakes: fixed.mistakes,
    idleQuestionUntilMs,
    power,
    menuLocked: fixed.menuLocked,
    update: updates?.update ?? NO_EXTRAS.update,
    updateCheck: updates === null || !parts.canCheck ? null : updates.check,
    absent: absent(parts),
    soundCards: parts.soundCards,
    controls: fixed.controls,
    hostName: fixed.hostName,
    room: parts.room,
    ...page,
  };
}

function absent({ fixed, updates, page }: ExtrasParts): PanelExtras['absent'] {
  return [
    'wifi',
    ...(page === null || page.pageAddress === '' ? (['phone'] as const) : []),
    ...(updates === null ? (['update'] as const) : []),
    ...(fixed.fixedServer === null ? [] : (['favourite'] as const)),
  ];
}

function systemProblems({
  fixed,
  system,
  servers,
  boxProblem,
  settingsRestored,
}: ExtrasParts): readonly SystemProblem[] {
  const found: SystemProblem[] = [];
  const { needsNetwork } = fixed;
  if (!system.carrier && needsNetwork) found.push('no-cable');
  else if (system.carrier && system.address === null && needsNetwork) found.push('no-address');
  else if (noInternet(servers) || (system.defaultRoute === false && boxProblem === 'no-network')) {
    found.push('no-internet');
  }
  if (system.underVoltage === true) found.push('weak-power');
  if ((system.temperatureC ?? 0) >= TOO_HOT_C) found.push('too-hot');
  if (settingsRestored) found.push('settings-restored');
  if (fixed.mistakes.length > 0) found.push('settings-mistakes');
  if (listBlocked(servers)) found.push('list-blocked');
  return found;
}

/** Of all directories that were asked, not one has a name that gives an address. */
function noInternet({ directories }: ServersState): boolean {
  const asked = directories.filter(({ status }) => status !== 'unasked');
  return asked.length > 0 && asked.every(({ status }) => status === 'unresolved');
}

/** One step on when there is a network, or none is needed: everything after that is pressed. */
export function firstStep(
  step: PanelExtras['firstStart'],
  { carrier }: Pick<SystemReading, 'carrier'>,
  needsNetwork: boolean,
): PanelExtras['firstStart'] {
  return step === 'network' && (carrier || !needsNetwork) ? 'play' : step;
}
