/** Who watches: how often they are told, and that nobody can fill the memory. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PageState } from '../../../src/faces/web/api/page-state.ts';
import {
  createWatchers,
  MAX_BUFFERED_BYTES,
  MAX_STRANGERS,
  MAX_WATCHERS,
  type Outlet,
  type Part,
} from '../../../src/faces/web/http/watchers.ts';
import { metersOf } from '../../../src/faces/web/meters-of.ts';
import { pageState } from '../../../src/faces/web/page-state-of.ts';
import { musician, playingBox } from '../panel/scenes.ts';

interface Reader extends Outlet {
  readonly texts: string[];
  /** Takes nothing any more. */
  stuck: boolean;
  writableLength: number;
  destroyed: boolean;
}

function reader(): Reader {
  return {
    texts: [],
    stuck: false,
    writableLength: 0,
    destroyed: false,
    write(text) {
      if (this.stuck) this.writableLength += text.length;
      else this.texts.push(text);
    },
    destroy() {
      this.destroyed = true;
    },
  };
}

const eventsOf = ({ texts }: Reader, event: string) => texts.filter((text) => text.startsWith(`event: ${event}\n`));
const parts = (...some: Part[]): ReadonlySet<Part> => new Set(some);

function rig() {
  let made = 0;
  let box = playingBox();
  const watchers = createWatchers({
    state(): PageState {
      made += 1;
      return pageState({ box, version: '1', recordings: false });
    },
    meters: () => {
      made += 1;
      return metersOf(box);
    },
    servers: () => ({ fixed: false, lists: [], rows: [] }),
    history: () => [],
    newestSample: () => [performance.now(), 1, 2, 3],
  });
  const set = (change: Partial<typeof box>) => {
    box = { ...box, ...change };
    watchers.changed();
  };
  return { watchers, set, made: () => made, box: () => box };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('telling', () => {
  it('nothing is made while nobody watches', () => {
    const { watchers, made } = rig();
    for (let n = 0; n < 100; n++) watchers.changed();
    vi.advanceTimersByTime(10_000);
    expect(made()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('everything at first, then what has changed', () => {
    const { watchers, set, box } = rig();
    const one = reader();
    watchers.add(one, true, parts());
    set({ profile: { ...box().profile, city: 'Wellington' } });
    vi.advanceTimersByTime(100);
    const [first, second] = eventsOf(one, 'state').map((text) => JSON.parse(text.split('data: ')[1]!).set);
    expect(Object.keys(first)).toContain('people');
    expect(Object.keys(second)).toEqual(['profile', 'privacy'].filter((key) => key in second));
    expect(second.profile.city).toBe('Wellington');
    watchers.close();
  });

  it('at most 15 times a second, however often it changes, the last state last', () => {
    const { watchers, set, box } = rig();
    const one = reader();
    watchers.add(one, true, parts('meters'));
    for (let ms = 0; ms < 1000; ms += 5) {
      set({ visit: { ...box().visit, pingMs: ms, people: [musician(1, 'Ann', { level: ms % 10 })] } });
      vi.advanceTimersByTime(5);
    }
    vi.advanceTimersByTime(100);
    const states = eventsOf(one, 'state');
    expect(states.length).toBeGreaterThan(12);
    expect(states.length).toBeLessThanOrEqual(18);
    expect(eventsOf(one, 'meters').length).toBeLessThanOrEqual(18);
    expect(states.at(-1)).toContain('"pingMs":995');
    watchers.close();
  });

  it('parts go to those who have asked for them, and to nobody who has not been let in', () => {
    const { watchers, set, box } = rig();
    const readers = { meters: reader(), history: reader(), stranger: reader() };
    watchers.add(readers.meters, true, parts('meters'));
    watchers.add(readers.history, true, parts('history'));
    watchers.add(readers.stranger, false, parts('meters', 'servers', 'history'));
    set({ visit: { ...box().visit, people: [musician(1, 'Ann', { level: 9 })] } });
    vi.advanceTimersByTime(2500);
    expect(eventsOf(readers.meters, 'meters').length).toBeGreaterThan(0);
    expect(eventsOf(readers.meters, 'history')).toHaveLength(0);
    expect(eventsOf(readers.history, 'history')).toHaveLength(3);
    expect(readers.stranger.texts.every((text) => text.startsWith('event: state\n'))).toBe(true);
    expect(readers.stranger.texts.join('')).not.toContain('Ann');
    watchers.close();
  });

  it('a second stranger gets everything, and the first nothing twice', () => {
    const { watchers } = rig();
    const [first, second] = [reader(), reader()];
    watchers.add(first, false, parts());
    watchers.add(second, false, parts());
    expect(eventsOf(first, 'state')).toHaveLength(1);
    expect(eventsOf(second, 'state')[0]).toBe(eventsOf(first, 'state')[0]);
    watchers.close();
  });
});

describe('limits', () => {
  it('a reader who does not keep up gets no meters, and is dropped before they fill the memory', () => {
    const { watchers, set, box } = rig();
    const slow = reader();
    const good = reader();
    watchers.add(slow, true, parts('meters'));
    watchers.add(good, true, parts());
    slow.stuck = true;
    const welcome = 'x'.repeat(1500);
    for (let n = 0; n < 10_000 && !slow.destroyed; n++) {
      set({ visit: { ...box().visit, welcome: `${n}${welcome}` } });
      vi.advanceTimersByTime(70);
      expect(slow.writableLength).toBeLessThan(MAX_BUFFERED_BYTES + 10_000);
    }
    expect(slow.destroyed).toBe(true);
    expect(good.destroyed).toBe(false);
    expect(watchers.count()).toBe(1);
    watchers.close();
  });

  it('so many and no more; strangers leave room', () => {
    const { watchers } = rig();
    for (let n = 0; n < MAX_STRANGERS; n++) watchers.add(reader(), false, parts());
    expect(watchers.isFull(false)).toBe(true);
    expect(watchers.isFull(true)).toBe(false);
    while (!watchers.isFull(true)) watchers.add(reader(), true, parts());
    expect(watchers.count()).toBe(MAX_WATCHERS);
    watchers.close();
  });

  it('with the last one everything stops', () => {
    const { watchers, set } = rig();
    const one = reader();
    watchers.add(one, true, parts('meters', 'history'));
    set({});
    watchers.remove(one);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a newcomer is served although the last one before them is dropped in that moment', () => {
    const { watchers, set, box } = rig();
    const [slow, next] = [reader(), reader()];
    watchers.add(slow, true, parts());
    slow.stuck = true;
    slow.writableLength = MAX_BUFFERED_BYTES;
    set({ profile: { ...box().profile, city: 'x' } });
    watchers.add(next, true, parts());
    expect(slow.destroyed).toBe(true);
    set({ profile: { ...box().profile, city: 'yy' } });
    vi.advanceTimersByTime(100);
    expect(eventsOf(next, 'state')).toHaveLength(2);
    watchers.close();
  });
});
