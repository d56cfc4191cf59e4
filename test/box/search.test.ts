/** Who is asked when somebody looks at servers (privacy C1, C2), and what a visit leaves in the lists. */
import { describe, expect, it } from 'vitest';
import type { BoxEffect } from '../../src/box/effects.ts';
import { PLAIN_SETUP } from '../../src/box/initial-state.ts';
import { initialServers, NO_SERVERS } from '../../src/box/servers/state.ts';
import { ATTIC, CELLAR, makeBox, playing, SETTINGS, type TestBox } from './box.ts';

const DIRECTORY = '203.0.113.1:22124';
const servers = initialServers(NO_SERVERS, [DIRECTORY]);
const PUBLIC = { type: 'listServers', open: { group: 'public' } } as const;
const ofSearch = (box: TestBox) =>
  box.last().filter(({ type }: BoxEffect) => ['search', 'refreshSearch', 'closeSearch'].includes(type));

describe('Looking at servers', () => {
  it('asks for the list that is open, again after a while, and nobody when nobody looks', () => {
    const box = makeBox({}, { servers });
    box.send(PUBLIC);
    const asking = { directories: [DIRECTORY], addresses: [], localNetwork: false };
    expect(ofSearch(box)).toEqual([{ type: 'search', asking }]);
    expect(box.last()).toContainEqual({ type: 'timer', id: 'search', atMs: 60_000 });
    box.at(1000);
    box.send(PUBLIC);
    expect(ofSearch(box)).toEqual([{ type: 'search', asking }]);
    box.at(4000);
    box.send(PUBLIC);
    expect(ofSearch(box)).toEqual([{ type: 'refreshSearch' }, { type: 'search', asking }]);
    box.send({ type: 'timer', id: 'search' });
    expect(ofSearch(box)).toEqual([{ type: 'closeSearch' }]);
    box.send({ type: 'listServers', open: null });
    expect(ofSearch(box)).toEqual([]);
  });

  it('C2: a touch asks the last server alone, and C1: nobody before the profile has been shown', () => {
    const box = makeBox({}, { servers });
    box.send({ type: 'touched' });
    expect(box.last()).toEqual([]);
    const known = makeBox({}, { servers, shownProfile: SETTINGS.profile });
    known.send({ type: 'touched' });
    const asking = { directories: [], addresses: [CELLAR.address], localNetwork: false };
    expect(ofSearch(known)).toEqual([{ type: 'search', asking }]);
  });

  it('C1: connecting by itself at power-on has shown the profile to nobody', () => {
    const box = makeBox();
    box.send({ type: 'started', server: CELLAR });
    expect(box.state()).toMatchObject({ link: { kind: 'resolving' }, shownProfile: null });
    box.send({ type: 'leavePressed' });
    box.send({ type: 'connectPressed' });
    expect(box.state().shownProfile).toEqual(SETTINGS.profile);
  });

  it('with a fixed server asks nobody, and CONNECT goes nowhere else', () => {
    const box = makeBox({}, { servers, setup: { ...PLAIN_SETUP, fixedServer: CELLAR } });
    box.send(PUBLIC);
    expect(box.last()).toEqual([]);
    box.send({ type: 'connectPressed', server: ATTIC });
    expect(box.state().server).toEqual(CELLAR);
  });

  it('a visit ends it and puts the server first among the recent ones; one to the own room does not', () => {
    const box = makeBox({}, { servers });
    box.send(PUBLIC);
    playing(box, ATTIC);
    expect(box.state()).toMatchObject({ search: { open: 'nothing' }, lastServer: ATTIC, servers: { recent: [ATTIC] } });
    const room = { kind: 'practice', name: 'Practice room', players: 0, maxPlayers: 10 } as const;
    const rest = { recorder: 'not-enabled', recorderNote: '', registration: null, listedServers: null } as const;
    const hosting = { target: ATTIC, room: { ...room, ...rest } };
    const own = makeBox({}, { servers, hosting });
    playing(own, ATTIC);
    expect(own.state()).toMatchObject({ lastServer: null, servers: { recent: [] } });
  });

  it('a favourite is set or not, whoever asks how often', () => {
    const box = makeBox({}, { servers });
    for (const on of [true, true]) box.send({ type: 'setFavourite', address: ATTIC.address, on });
    expect(box.state().servers.favourites).toHaveLength(1);
    for (const on of [false, false]) box.send({ type: 'setFavourite', address: ATTIC.address, on });
    expect(box.state().servers.favourites).toEqual([]);
  });
});
