/** The search for servers with a real directory (23200) and two real servers (23210, 23220) that register there. */
import { describe, expect, it } from 'vitest';
import { listBlocked } from '../../src/box/servers/asking.ts';
import { addFavourite, favouriteFor, targetOf } from '../../src/box/servers/favourites.ts';
import { serverRows } from '../../src/box/servers/rows.ts';
import type { Server } from '../peers/server.ts';
import { until } from '../peers/wait.ts';
import { NOBODY, useServerList } from './server-list.ts';
import { useTestBench } from './test-bench.ts';

const TOWN = '127.0.0.1:23200';

const bench = useTestBench('directory');
const list = useServerList(TOWN);

function town(): Promise<Server> {
  return bench.server({ directory: 'localhost', info: { name: 'Town Directory', city: 'Bremen', country: 82 } });
}

function registered(port: number, name: string, city: string, country: number): Promise<Server> {
  return bench.server({ port, directory: TOWN, info: { name, city, country }, maxClients: 5 });
}

describe('The public list, with the real directory and servers', () => {
  it('both servers are listed with their places, pings and players; one that stops is gone from the next list', async () => {
    const directory = await town();
    const rehearsal = await registered(23_210, 'Rehearsal Room', 'Köln', 82);
    const cellar = await registered(23_220, 'Cellar 音楽', 'Leeds', 224);
    list.search().open({ ...NOBODY, directories: [TOWN] });
    await list.listWith('both servers', (names) => names.length === 3);
    expect(list.state().directories[0]?.status).toBe('full');
    expect(list.row('Rehearsal Room')).toMatchObject({
      city: 'Köln',
      country: 'DE',
      maxPlayers: 5,
      groups: ['public'],
    });
    expect(list.row('Cellar 音楽')).toMatchObject({
      city: 'Leeds',
      country: 'GB',
      target: { address: cellar.address },
    });
    expect(list.row('Town Directory')).toMatchObject({ city: 'Bremen', target: { address: directory.address } });

    await until('all pings', () =>
      serverRows(list.state()).every(({ reachable, version }) => reachable && version !== null),
    );
    for (const { pingMs, players, full, records, version } of serverRows(list.state())) {
      expect({ players, full, records, version }).toEqual({ players: 0, full: false, records: null, version: '3.9.1' });
      expect(pingMs).toBeLessThan(50);
    }

    const anna = await bench.anna(cellar.address, { city: 'Łódź', instrument: 21 });
    await cellar.waitForClient('anna');
    await until('anna in the list', () => list.row('Cellar 音楽')?.people.some(({ name }) => name === 'anna'));
    expect(list.row('Cellar 音楽')).toMatchObject({ players: 1, people: [{ city: 'Łódź', instrument: 21 }] });
    expect(list.row('Rehearsal Room')).toMatchObject({ players: 0, people: [] });
    await anna.process.stop();

    await rehearsal.process.stop();
    await list.listWith('the list without it', (names) => !names.includes('Rehearsal Room'));
    expect(list.names().sort()).toEqual(['Cellar 音楽', 'Town Directory']);
    const counters = list.search().counters();
    expect([counters.notMessages, counters.rejected]).toEqual([0, 0]);
  });

  it('a favourite moves with its server to another port, and is found again without asking the directory', async () => {
    await town();
    const before = await registered(23_210, 'Cellar', 'Leeds', 224);
    list.search().open({ ...NOBODY, directories: [TOWN] });
    await list.listWith('the Cellar', (names) => names.includes('Cellar'));
    list.setState(addFavourite(list.state(), favouriteFor(list.state(), { address: before.address, label: 'Cellar' })));
    await before.process.stop();
    const after = await registered(23_220, 'Cellar', 'Leeds', 224);
    await until(
      'the move',
      () => list.state().favourites.map(targetOf)[0]?.address === after.address || void list.search().refresh(),
      {
        everyMs: 500,
      },
    );
    list.search().close();
    list.sent.length = 0;
    list
      .search()
      .open({ ...NOBODY, addresses: list.state().favourites.map((favourite) => targetOf(favourite).address) });
    await until('its answer', () => list.row('Cellar')?.version !== null);
    expect(new Set(list.sent.map(({ port }) => port))).toEqual(new Set([23_220]));
  });

  it('a server that is no directory stays silent: the list counts as blocked after 10 s', async () => {
    await bench.server();
    list.search().open({ ...NOBODY, directories: [TOWN] });
    await until('the end of patience', () => list.state().directories[0]?.status === 'silent', { timeoutMs: 15_000 });
    expect(listBlocked(list.state())).toBe(true);
    expect(list.sent.filter(({ type }) => type === 'CLM_REQ_SERVER_LIST').length).toBeGreaterThanOrEqual(5);
  });
});
