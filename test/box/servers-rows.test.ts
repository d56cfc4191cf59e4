import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addFavourite } from '../../src/box/servers/favourites.ts';
import { serverRows } from '../../src/box/servers/rows.ts';
import {
  ANY,
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

describe('rows', () => {
  it('merge what favourites, lists, rooms and the server itself say', () => {
    const state = having(
      addFavourite(BOTH, { kind: 'address', address: 'cellar.example', label: 'Thursdays' }),
      list(JAZZ, CELLAR),
      { type: 'addressResolved', address: 'cellar.example', host: { address: CELLAR.address, port: 22124 } },
      report(CELLAR_KEY, { pingMs: 12, players: 8, version: { text: '3.9.1', os: 'linux' } }),
    );
    expect(serverRows(state)[0]).toEqual({
      key: CELLAR_KEY,
      target: { address: 'cellar.example', label: 'Thursdays' },
      name: 'Thursdays',
      city: 'Leeds',
      country: 'GB',
      genres: ['any', 'jazz'],
      directories: ['anygenre1.jamulus.app:22124', 'jazz.jamulus.app:22324'],
      groups: ['favourites', 'public'],
      reachable: true,
      pingMs: 12,
      players: 8,
      maxPlayers: 8,
      full: true,
      people: [],
      records: null,
      keepsLog: null,
      licence: null,
      welcome: null,
      version: '3.9.1',
    });
    expect(serverRows(state)).toHaveLength(2);
  });

  it('are sorted: favourites, then by ping, then those without one, the unreachable last', () => {
    const servers = ['a', 'b', 'c', 'd', 'e'].map((name, i) => found(name, `198.51.100.${i + 10}`));
    const key = (i: number) => `198.51.100.${i + 10}:22124`;
    const state = having(
      addFavourite(choice(), { kind: 'address', address: key(4), label: 'e' }),
      list(ANY, ...servers),
      report(key(0), { reachable: false, pingMs: 5 }),
      report(key(1), { pingMs: 60 }),
      report(key(2), { pingMs: 20 }),
      report(key(4), { pingMs: 90 }),
    );
    expect(serverRows(state).map(({ name }) => name)).toEqual(['e', 'c', 'b', 'd', 'a']);
  });

  it('say before joining what a newer server says of itself', () => {
    const at = (features: number | null) =>
      serverRows(having(BOTH, report(ATTIC_KEY, { features, welcome: '<b>Hi</b><br>there' }))).find(
        ({ key }) => key === ATTIC_KEY,
      );
    expect(at(null)).toMatchObject({ records: null, keepsLog: null, licence: null, welcome: 'Hi\nthere' });
    expect(at(0)).toMatchObject({ records: 'no', keepsLog: false, licence: false });
    expect(at(4)).toMatchObject({ records: 'possible', keepsLog: false });
    expect(at(4 + 8 + 512 + 1024)).toMatchObject({ records: 'now', keepsLog: true, licence: true });
  });

  it('rooms found by mDNS and by probing are one row, under the announced name', () => {
    const host = { address: '192.168.1.9', port: 22124 };
    const state = having(choice(), { type: 'found', host }, { type: 'rooms', rooms: [{ name: 'Loft', host }] });
    expect(serverRows(state)).toMatchObject([
      { name: 'Loft', groups: ['room'], target: { address: '192.168.1.9:22124' } },
    ]);
    expect(serverRows(having(state, { type: 'probing' }, { type: 'rooms', rooms: [] }))).toEqual([]);
  });

  it('hold only text that is fit for a screen', () => {
    const state = having(
      choice(),
      list(ANY, found('\u001b[2JEvil\nname\u202e', '198.51.100.4', { city: '\u0007Ulm' })),
      report('198.51.100.4:22124', { players: 1, people: [player('An\u001bna')] }),
    );
    expect(serverRows(state)[0]).toMatchObject({ name: '[2JEvil name', city: 'Ulm', people: [{ name: 'Anna' }] });
  });
});

describe('whatever the search says', () => {
  const text = fc.oneof(fc.constantFrom('', 'Cellar', '__proto__', 'constructor'), fc.string({ unit: 'binary' }));
  const host = fc.record({
    address: fc.oneof(fc.ipV4(), fc.constant('198.51.100.1')),
    port: fc.integer({ min: 1, max: 65535 }),
  });
  const server = fc
    .tuple(host, text, fc.nat(300), fc.nat(255))
    .map(([{ address, port }, name, countryCode, maxClients]) =>
      found(name, address, { port, countryCode, maxClients }),
    );
  const directoryId = fc.oneof(fc.constantFrom(ANY, JAZZ, OWN), text);
  const event = fc.oneof(
    fc
      .tuple(directoryId, fc.array(server), fc.constantFrom('full' as const, 'reduced' as const))
      .map(([id, servers, completeness]) => ({ type: 'list' as const, directoryId: id, servers, completeness })),
    fc
      .tuple(text, fc.nat(255), fc.option(fc.nat()))
      .map(([key, players, features]) => report(key, { players, features })),
    fc.tuple(text, host).map(([address, to]) => ({ type: 'addressResolved' as const, address, host: to })),
    host.map((at) => ({ type: 'found' as const, host: at })),
    fc.array(fc.record({ name: text, host })).map((rooms) => ({ type: 'rooms' as const, rooms })),
    directoryId.map((id) => ({ type: 'directorySilent' as const, directoryId: id })),
    fc.constant({ type: 'closed' as const }),
  );

  it('the state stays plain data, and rows have one key each in a fixed order', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const state = having(addFavourite(BOTH, CELLAR_FAVOURITE), ...events);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        const rows = serverRows(state);
        const keys = rows.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(serverRows(JSON.parse(JSON.stringify(state)))).toEqual(rows);
        for (const { name, full, players, maxPlayers } of rows) {
          expect(name).not.toBe('');
          if (full) expect(players).toBeGreaterThanOrEqual(maxPlayers!);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('it is bounded', () => {
    let state = choice();
    for (let i = 0; i < 2500; i++) {
      const host = { address: `10.${i >> 8}.${i & 255}.1`, port: 22124 };
      state = having(state, report(`${host.address}:22124`), { type: 'found', host });
    }
    expect(state.reports).toHaveLength(2000);
    expect(state.probedRooms).toHaveLength(200);
  });
});
