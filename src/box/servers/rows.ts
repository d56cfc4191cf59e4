/** The servers as a screen lists them: merged from all sources and sorted; text is cleaned for display. */
import { countryIso } from '../../jamulus/countries.ts';
import { type FoundServer, hostKey, type ServerReport } from '../../jamulus/directory-types.ts';
import type { ClientInfo } from '../../jamulus/messages/client-info.ts';
import { FEATURE } from '../../jamulus/messages/clm-server-features.ts';
import { MAX_CITY_UNITS, MAX_NAME_UNITS } from '../../jamulus/text.ts';
import { cleanText, plainText } from '../plain-text.ts';
import type { ServerTarget } from '../server-target.ts';
import { targetOf } from './favourites.ts';
import { type Directory, keyOfAddress, listedName, type ServerGroup, type ServersState } from './state.ts';

/** Names of servers that people wrote themselves or that mDNS announces. */
export const MAX_SERVER_LABEL_UNITS = 40;

export interface ServerRow {
  /** hostKey where the address is known, else the address text. */
  readonly key: string;
  /** What to connect to. */
  readonly target: ServerTarget;
  readonly name: string;
  readonly city: string;
  /** ISO code, '' = not known. */
  readonly country: string;
  readonly genres: readonly Directory['genre'][];
  /** Address texts of the directories that list it. */
  readonly directories: readonly string[];
  /** Every list it stands in; the first is the one for screens that show each server once. */
  readonly groups: readonly ServerGroup[];
  /** Null = not known (yet), here and below. */
  readonly reachable: boolean | null;
  readonly pingMs: number | null;
  readonly players: number | null;
  readonly maxPlayers: number | null;
  readonly full: boolean;
  readonly people: readonly ClientInfo[];
  /** Shown before joining (privacy C5): recording now, able to record, neither. Only servers from 4.0.0 on say. */
  readonly records: 'now' | 'possible' | 'no' | null;
  readonly keepsLog: boolean | null;
  readonly licence: boolean | null;
  /** Plain text, '' = none. */
  readonly welcome: string | null;
  readonly version: string | null;
}

/** Favourites first, then by ping; those without one after, the unreachable last. */
export function serverRows(state: ServersState): readonly ServerRow[] {
  const reports = new Map(state.reports.map((report) => [report.key, report]));
  return [...collect(state).values()].map((source) => row(source, reports.get(source.key))).sort(compare);
}

interface Source {
  readonly key: string;
  readonly address: string;
  /** A name that a person or mDNS gave goes before a directory's. */
  label: string;
  listed: FoundServer | undefined;
  readonly genres: Set<Directory['genre']>;
  readonly directories: string[];
  readonly groups: Set<ServerGroup>;
}

function collect(state: ServersState): ReadonlyMap<string, Source> {
  const sources = new Map<string, Source>();
  const add = (group: ServerGroup, key: string, address: string, label: string): Source => {
    const source: Source = sources.get(key) ?? {
      key,
      address,
      label: '',
      listed: undefined,
      genres: new Set(),
      directories: [],
      groups: new Set(),
    };
    source.groups.add(group);
    if (source.label === '' && label !== '') source.label = cleanText(label, MAX_SERVER_LABEL_UNITS);
    sources.set(key, source);
    return source;
  };
  const addTarget = (group: ServerGroup, { address, label }: ServerTarget): void => {
    add(group, keyOfAddress(state, address) ?? address, address, label);
  };
  for (const favourite of state.favourites) addTarget('favourites', targetOf(favourite));
  for (const { name, host } of [...state.announcedRooms, ...state.probedRooms]) {
    add('room', hostKey(host), hostKey(host), name);
  }
  for (const recent of state.recent) addTarget('recent', recent);
  for (const { servers, genre, address } of state.directories) {
    for (const server of servers) {
      const key = hostKey(server);
      const source = add('public', key, key, '');
      source.genres.add(genre);
      source.directories.push(address);
      source.listed ??= server;
    }
  }
  return sources;
}

function row(source: Source, report: ServerReport | undefined): ServerRow {
  const { key, address, label, listed, genres, directories, groups } = source;
  const name = label || (listed === undefined ? '' : listedName(listed)) || address;
  const players = report?.players ?? null;
  const maxPlayers = listed === undefined || listed.maxClients === 0 ? null : listed.maxClients;
  return {
    key,
    target: { address, label: name },
    name,
    city: cleanText(listed?.city ?? '', MAX_CITY_UNITS),
    country: countryIso(listed?.countryCode ?? 0) ?? '',
    genres: [...genres],
    directories,
    groups: [...groups],
    reachable: report?.reachable ?? null,
    pingMs: report?.pingMs ?? null,
    players,
    maxPlayers,
    full: players !== null && maxPlayers !== null && players >= maxPlayers,
    people: (report?.people ?? []).map((person) => ({
      ...person,
      name: cleanText(person.name, MAX_NAME_UNITS),
      city: cleanText(person.city, MAX_CITY_UNITS),
    })),
    ...promises(report?.features ?? null),
    welcome: report === undefined || report.welcome === null ? null : plainText(report.welcome),
    version: report === undefined || report.version === null ? null : cleanText(report.version.text, 30),
  };
}

/** The feature bits that people want to know of before they join (messages.md §5.3). */
function promises(features: number | null): Pick<ServerRow, 'records' | 'keepsLog' | 'licence'> {
  if (features === null) return { records: null, keepsLog: null, licence: null };
  const has = (bit: number): boolean => (features & bit) !== 0;
  return {
    records: has(FEATURE.recordingEnabled) ? 'now' : has(FEATURE.recorderInitialised) ? 'possible' : 'no',
    keepsLog: has(FEATURE.logging),
    licence: has(FEATURE.licenceRequired),
  };
}

function compare(a: ServerRow, b: ServerRow): number {
  return (
    rank(a) - rank(b) ||
    (a.pingMs ?? Number.MAX_SAFE_INTEGER) - (b.pingMs ?? Number.MAX_SAFE_INTEGER) ||
    order(a.name.toLowerCase(), b.name.toLowerCase()) ||
    order(a.key, b.key)
  );
}

function rank({ groups, reachable }: ServerRow): number {
  return (groups.includes('favourites') ? 0 : 2) + (reachable === false ? 1 : 0);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
