import { describe, expect, it } from 'vitest';
import { filterRows } from '../../../src/faces/page/tabs/server-filter.ts';
import type { PageServerRow } from '../../../src/faces/web/api/page-state.ts';

const ROW: PageServerRow = {
  address: 'host.example:22124',
  name: 'Cellar',
  city: 'Köln',
  country: 'DE',
  genres: ['rock'],
  lists: ['public', 'rock'],
  favourite: false,
  reachable: true,
  pingMs: 30,
  players: 2,
  maxPlayers: 8,
  full: false,
  people: [{ name: 'Zoë', instrument: 13 }],
  records: null,
  keepsLog: null,
  licence: null,
  version: null,
};
const ANY = { search: '', pingMs: null, occupied: false } as const;
const isShown = (filter: Partial<Parameters<typeof filterRows>[2]>, row: Partial<PageServerRow> = {}, list = 'rock') =>
  filterRows([{ ...ROW, ...row }], list, { ...ANY, ...filter }).length === 1;

describe('the filter of servers', () => {
  it('shows the rows of the list that is open', () => {
    expect(isShown({})).toBe(true);
    expect(isShown({}, {}, 'jazz')).toBe(false);
  });

  it('finds every word in name, city, address and people, whatever the case and accents', () => {
    for (const search of ['cellar', 'KOLN', 'zoe cell', 'host.example']) expect(isShown({ search })).toBe(true);
    expect(isShown({ search: 'cellar hamburg' })).toBe(false);
  });

  it('hides what is farther than wished, and what has not answered yet', () => {
    expect(isShown({ pingMs: 40 })).toBe(true);
    expect(isShown({ pingMs: 20 })).toBe(false);
    expect(isShown({ pingMs: 40 }, { pingMs: null })).toBe(false);
  });

  it('hides empty servers on request', () => {
    expect(isShown({ occupied: true })).toBe(true);
    expect(isShown({ occupied: true }, { players: 0 })).toBe(false);
    expect(isShown({ occupied: true }, { players: null })).toBe(false);
  });
});
