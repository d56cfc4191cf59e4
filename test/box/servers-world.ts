/** Servers for the tests of the server choice. */
import { favouriteFor } from '../../src/box/servers/favourites.ts';
import {
  initialServers,
  NO_SERVERS,
  reduceServers,
  type ServerSearchEvent,
  type ServersState,
  type StoredServers,
} from '../../src/box/servers/state.ts';
import type { FoundServer, ServerReport } from '../../src/jamulus/directory-types.ts';

export const ANY = 'anygenre1.jamulus.app:22124';
export const JAZZ = 'jazz.jamulus.app:22324';
export const OWN = 'band.example';

export function choice(stored: StoredServers = NO_SERVERS): ServersState {
  return initialServers(stored, [ANY, JAZZ, OWN]);
}

export function having(state: ServersState, ...events: ServerSearchEvent[]): ServersState {
  return events.reduce(reduceServers, state);
}

export function found(name: string, address: string, changes: Partial<FoundServer> = {}): FoundServer {
  return { name, address, port: 22124, city: '', countryCode: 0, maxClients: 8, permanent: false, ...changes };
}

export function list(directoryId: string, ...servers: FoundServer[]): ServerSearchEvent {
  return { type: 'list', directoryId, completeness: 'full', servers };
}

export function report(key: string, changes: Partial<ServerReport> = {}): ServerSearchEvent {
  return {
    type: 'report',
    report: {
      key,
      reachable: true,
      pingMs: 30,
      players: 0,
      people: [],
      version: null,
      features: null,
      welcome: null,
      ...changes,
    },
  };
}

export function player(name: string) {
  return { channelId: 0, countryCode: 0, instrument: 0, skill: 'not-set' as const, name, city: '' };
}

export const CELLAR = found('Cellar', '198.51.100.1', { city: 'Leeds', countryCode: 224 });
export const ATTIC = found('Attic', '198.51.100.2');
export const CELLAR_KEY = '198.51.100.1:22124';
export const ATTIC_KEY = '198.51.100.2:22124';
/** Both stand in one list. */
export const BOTH = having(choice(), list(ANY, CELLAR, ATTIC));
export const CELLAR_FAVOURITE = favouriteFor(BOTH, { address: CELLAR_KEY, label: 'Cellar' });
