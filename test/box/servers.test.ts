import { describe, expect, it } from 'vitest';
import { asking, listBlocked } from '../../src/box/servers/asking.ts';
import {
  addFavourite,
  favouriteFor,
  rememberServer,
  removeFavourite,
  targetOf,
} from '../../src/box/servers/favourites.ts';
import { serverRows } from '../../src/box/servers/rows.ts';
import {
  forgetServers,
  initialServers,
  NO_SERVERS,
  type ServersState,
  storedServers,
} from '../../src/box/servers/state.ts';
import { PUBLIC_DIRECTORIES } from '../../src/jamulus/public-directories.ts';
import {
  ANY,
  ATTIC,
  ATTIC_KEY,
  BOTH,
  CELLAR,
  CELLAR_FAVOURITE,
  CELLAR_KEY,
  choice,
  found,
  having,
  JAZZ,
  list,
  OWN,
  player,
  report,
} from './servers-world.ts';

describe('directories', () => {
  it('are all the public ones unless others are chosen, or none', () => {
    expect(initialServers(NO_SERVERS).directories.map(({ address }) => address)).toEqual(
      PUBLIC_DIRECTORIES.map(({ address }) => address),
    );
    expect(initialServers(NO_SERVERS, []).directories).toEqual([]);
    expect(choice().directories.map(({ name, genre }) => [name, genre])).toEqual([
      ['Any Genre 1', 'any'],
      ['Genre Jazz', 'jazz'],
      [OWN, 'custom'],
    ]);
  });

  it('keep the last good list while a new one is asked for, also over a restart', () => {
    const asked = having(BOTH, { type: 'closed' }, { type: 'asking', directories: [ANY] });
    const silent = having(asked, { type: 'directorySilent', directoryId: ANY });
    expect(serverRows(silent).map(({ name }) => name)).toEqual(['Attic', 'Cellar']);
    const stored = JSON.parse(JSON.stringify(storedServers(silent)));
    expect(serverRows(choice(stored)).map(({ name }) => name)).toEqual(['Attic', 'Cellar']);
  });

  it('a full list replaces the kept one', () => {
    expect(serverRows(having(BOTH, list(ANY, ATTIC))).map(({ name }) => name)).toEqual(['Attic']);
  });

  it('a reduced list says who is there, and the kept one what it leaves out', () => {
    const bare = { city: '', countryCode: 0, maxClients: 0 };
    const reduced = having(BOTH, {
      type: 'list',
      directoryId: ANY,
      completeness: 'reduced',
      servers: [{ ...CELLAR, ...bare }, found('New', '198.51.100.9', bare)],
    });
    const rows = serverRows(reduced);
    expect(rows.map(({ name }) => name)).toEqual(['Cellar', 'New']);
    expect(rows[0]).toMatchObject({ city: 'Leeds', country: 'GB', maxPlayers: 8 });
    expect(rows[1]).toMatchObject({ city: '', maxPlayers: null });
  });

  it('the list is blocked when every directory that was asked stays silent, not when one of them does', () => {
    const silent = (state: ServersState, directoryId: string) =>
      having(state, { type: 'directorySilent', directoryId });
    const asked = having(choice(), { type: 'asking', directories: [ANY, JAZZ, OWN] });
    const unresolved = having(asked, { type: 'directoryUnresolved', directoryId: OWN });
    expect(listBlocked(choice())).toBe(false);
    expect(listBlocked(silent(unresolved, ANY))).toBe(false);
    expect(listBlocked(silent(silent(unresolved, ANY), JAZZ))).toBe(true);
    expect(listBlocked(silent(having(unresolved, list(JAZZ, CELLAR)), ANY))).toBe(false);
    expect(listBlocked(having(choice(), { type: 'directoryUnresolved', directoryId: OWN }))).toBe(false);
  });

  it('of several directories a single one that was asked and stays silent blocks nothing, a second one does', () => {
    const silent = (state: ServersState, directoryId: string) =>
      having(state, { type: 'asking', directories: [directoryId] }, { type: 'directorySilent', directoryId });
    expect(listBlocked(silent(choice(), JAZZ))).toBe(false);
    expect(listBlocked(silent(silent(choice(), JAZZ), ANY))).toBe(true);
    expect(listBlocked(silent(initialServers(NO_SERVERS, [OWN]), OWN))).toBe(true);
  });
});

describe('who is asked', () => {
  const state = rememberServer(addFavourite(BOTH, CELLAR_FAVOURITE), { address: 'stage.example', label: 'Stage' });

  it('privacy C2: favourites, recent servers and this room send nothing to directories', () => {
    expect(asking(state, { group: 'favourites' })).toEqual({
      directories: [],
      addresses: [CELLAR_KEY],
      localNetwork: false,
    });
    expect(asking(state, { group: 'recent' })).toEqual({
      directories: [],
      addresses: ['stage.example'],
      localNetwork: false,
    });
    const room = { name: 'Loft', host: { address: '192.168.1.9', port: 22130 } };
    expect(asking(having(state, { type: 'rooms', rooms: [room] }), { group: 'room' })).toEqual({
      directories: [],
      addresses: ['192.168.1.9:22130'],
      localNetwork: true,
    });
  });

  it('the public list asks the directories, of one genre or by its address where that is chosen', () => {
    expect(asking(state, { group: 'public' }).directories).toEqual([ANY, JAZZ, OWN]);
    expect(asking(state, { group: 'public', genre: 'jazz' }).directories).toEqual([JAZZ]);
    expect(asking(state, { group: 'public', directory: OWN }).directories).toEqual([OWN]);
    expect(asking(state, { group: 'public' }).localNetwork).toBe(false);
  });
});

describe('favourites', () => {
  it('are stored as directory and name, or as an address where no list has the server', () => {
    expect(CELLAR_FAVOURITE).toEqual({ kind: 'listed', directory: ANY, name: 'Cellar', lastAddress: CELLAR_KEY });
    const typed = { address: 'stage.example', label: 'Our stage' };
    expect(favouriteFor(BOTH, typed)).toEqual({ kind: 'address', ...typed });
  });

  it('follow their server to a new address', () => {
    const moved = { ...CELLAR, address: '198.51.100.77' };
    const state = having(addFavourite(BOTH, CELLAR_FAVOURITE), list(ANY, ATTIC, moved));
    expect(state.favourites.map(targetOf)).toEqual([{ address: '198.51.100.77:22124', label: 'Cellar' }]);
    expect(serverRows(state).map(({ key, groups }) => [key, groups])).toEqual([
      ['198.51.100.77:22124', ['favourites', 'public']],
      [ATTIC_KEY, ['public']],
    ]);
  });

  it("stay at their last address when they are not listed, when the list is another directory's, and without any", () => {
    const state = addFavourite(BOTH, CELLAR_FAVOURITE);
    for (const now of [
      having(state, list(ANY, ATTIC)),
      having(state, list(JAZZ, { ...CELLAR, address: '198.51.100.77' })),
      choice(storedServers({ ...state, directories: [] })),
    ]) {
      expect(now.favourites.map(targetOf)).toEqual([{ address: CELLAR_KEY, label: 'Cellar' }]);
    }
  });

  it('a namesake does not get their place', () => {
    const impostor = { ...CELLAR, address: '203.0.113.66' };
    const another = { ...CELLAR, address: '203.0.113.67' };
    const state = addFavourite(BOTH, CELLAR_FAVOURITE);
    for (const servers of [
      [impostor, CELLAR],
      [CELLAR, impostor],
      [impostor, another],
    ]) {
      expect(having(state, list(ANY, ...servers)).favourites.map(targetOf)[0]?.address).toBe(CELLAR_KEY);
    }
    const ambiguous = having(choice(), list(ANY, CELLAR, impostor));
    expect(favouriteFor(ambiguous, { address: CELLAR_KEY, label: 'Cellar' }).kind).toBe('address');
  });

  it('hold a name that files and screens can hold, and still find their server by it', () => {
    const odd = { ...ATTIC, name: 'At\ntic\u0007' };
    const favourite = favouriteFor(having(choice(), list(ANY, odd)), { address: ATTIC_KEY, label: '' });
    expect(favourite).toMatchObject({ kind: 'listed', name: 'At tic' });
    const state = having(addFavourite(choice(), favourite), list(ANY, { ...odd, address: '198.51.100.88' }));
    expect(state.favourites.map(targetOf)).toEqual([{ address: '198.51.100.88:22124', label: 'At tic' }]);
  });

  it('are added once and removed by the address they lead to', () => {
    const twice = addFavourite(addFavourite(BOTH, CELLAR_FAVOURITE), CELLAR_FAVOURITE);
    expect(twice.favourites).toHaveLength(1);
    expect(removeFavourite(twice, '198.51.100.1').favourites).toEqual([]);
    expect(removeFavourite(twice, ATTIC_KEY).favourites).toHaveLength(1);
  });

  it('at most 100 are kept, and the 20 last recent ones, the last first', () => {
    let state = choice();
    for (let i = 0; i < 150; i++) {
      const target = { address: `s${i}.example`, label: `Server ${i}` };
      state = rememberServer(addFavourite(state, { kind: 'address', ...target }), target);
    }
    state = rememberServer(state, { address: 's140.example', label: 'Again' });
    expect(state.favourites).toHaveLength(100);
    expect(state.recent).toHaveLength(20);
    expect(state.recent[0]).toEqual({ address: 's140.example', label: 'Again' });
    expect(state.recent.filter(({ address }) => address === 's140.example')).toHaveLength(1);
  });

  it('privacy C10: what is stored holds no player, and forgetting leaves nothing', () => {
    const state = having(
      addFavourite(BOTH, CELLAR_FAVOURITE),
      report(CELLAR_KEY, { players: 1, people: [player('Anna')] }),
    );
    expect(JSON.stringify(storedServers(state))).not.toContain('Anna');
    expect(storedServers(forgetServers(state))).toEqual(NO_SERVERS);
    expect(forgetServers(state).directories.map(({ address }) => address)).toEqual([ANY, JAZZ, OWN]);
  });
});
