/** From what the parts of the appliance know to what the panel shows beside the state of the box. Pure. */
import { listBlocked } from '../box/servers/asking.ts';
import { type ServerRow as BoxRow, serverRows } from '../box/servers/rows.ts';
import { GENRE_TEXTS } from '../box/servers/server-texts.ts';
import type { ServersState } from '../box/servers/state.ts';
import type { BoxState, ServerTarget } from '../box/state.ts';
import type { SystemReading } from '../linux/system.ts';
import { NO_EXTRAS, type PanelExtras, type ServerRow, type SystemProblem } from '../panel/extras.ts';

const TOO_HOT_C = 80;
const ABSENT = ['phone', 'wifi', 'update'] as const;

export interface FixedExtras {
  readonly hostName: string;
  readonly menuLocked: boolean;
  readonly controls: PanelExtras['controls'];
  /** No other server can be chosen. */
  readonly fixedServer: ServerTarget | null;
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
}

/** Updates, Wi-Fi and the phone page are not there yet: their fields stay as in NO_EXTRAS, and the menu leaves them out. */
export function panelExtras(parts: ExtrasParts): PanelExtras {
  const { fixed, system, firstStart, idleQuestionUntilMs, power } = parts;
  return {
    ...NO_EXTRAS,
    systemProblems: systemProblems(parts),
    network: { ...NO_EXTRAS.network, carrier: system.carrier, address: system.address },
    temperatureC: system.temperatureC,
    cpuPercent: system.cpuPercent,
    firstStart,
    servers: panelRows(parts.servers, fixed.fixedServer),
    idleQuestionUntilMs,
    power,
    menuLocked: fixed.menuLocked,
    absent: ABSENT,
    controls: fixed.controls,
    hostName: fixed.hostName,
  };
}

function systemProblems({ system, servers, boxProblem, settingsRestored }: ExtrasParts): readonly SystemProblem[] {
  const found: SystemProblem[] = [];
  if (!system.carrier) found.push('no-cable');
  else if (system.address === null) found.push('no-address');
  else if (noInternet(servers) || (system.defaultRoute === false && boxProblem === 'no-network')) {
    found.push('no-internet');
  }
  if (system.underVoltage === true) found.push('weak-power');
  if ((system.temperatureC ?? 0) >= TOO_HOT_C) found.push('too-hot');
  if (settingsRestored) found.push('settings-restored');
  if (listBlocked(servers)) found.push('list-blocked');
  return found;
}

/** Of all directories that were asked, not one has a name that gives an address. */
function noInternet({ directories }: ServersState): boolean {
  const asked = directories.filter(({ status }) => status !== 'unasked');
  return asked.length > 0 && asked.every(({ status }) => status === 'unresolved');
}

function panelRows(servers: ServersState, fixedServer: ServerTarget | null): readonly ServerRow[] {
  const rows = serverRows(servers).map(panelRow);
  if (fixedServer === null) return rows;
  const { address, label } = fixedServer;
  const known = rows.find((row) => row.address === address);
  return [{ ...(known ?? UNKNOWN_ROW), address, name: label, group: 'favourites' }];
}

const UNKNOWN_ROW: ServerRow = {
  address: '',
  name: '',
  pingMs: null,
  players: 0,
  maxPlayers: 0,
  favourite: false,
  reachable: true,
  genre: '',
  group: 'favourites',
  records: false,
  keepsLog: false,
};

function panelRow(row: BoxRow): ServerRow {
  const genre = row.genres.find((one) => one !== 'any' && one !== 'custom');
  return {
    address: row.target.address,
    name: row.name,
    pingMs: row.pingMs,
    players: row.players ?? 0,
    maxPlayers: row.maxPlayers ?? 0,
    favourite: row.groups.includes('favourites'),
    reachable: row.reachable !== false,
    genre: genre === undefined ? '' : GENRE_TEXTS[genre],
    group: row.groups[0] ?? 'public',
    records: row.records === 'now',
    keepsLog: row.keepsLog === true,
  };
}

/** One step on when there is a network: everything after that is pressed. */
export function firstStep(step: PanelExtras['firstStart'], { carrier }: SystemReading): PanelExtras['firstStart'] {
  return step === 'network' && carrier ? 'play' : step;
}
