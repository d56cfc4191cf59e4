/** Which rows of a list are shown. Pure. */
import type { PageServerRow } from '../../web/api/page-state.ts';

export interface ServerFilter {
  /** In names, cities and people, whatever the case and accents. */
  readonly search: string;
  /** At most; null = any. */
  readonly pingMs: number | null;
  readonly occupied: boolean;
}

export function filterRows(rows: readonly PageServerRow[], listId: string, filter: ServerFilter): PageServerRow[] {
  const words = plain(filter.search).split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (!row.lists.includes(listId)) return false;
    if (filter.pingMs !== null && (row.pingMs === null || row.pingMs > filter.pingMs)) return false;
    if (filter.occupied && (row.players ?? 0) === 0) return false;
    const text = plain([row.name, row.city, row.address, ...row.people.map(({ name }) => name)].join(' '));
    return words.every((word) => text.includes(word));
  });
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
