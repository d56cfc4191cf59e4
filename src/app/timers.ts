/** Runs the box's timers: each name once, and a late one at once. */
import type { TimerId } from '../box/events.ts';
import type { Runners, Store } from './store.ts';

export interface Timers {
  readonly effects: Pick<Runners, 'timer' | 'cancelTimer'>;
  close(): void;
}

export function runTimers({ dispatch }: Pick<Store, 'dispatch'>): Timers {
  const timers = new Map<TimerId, NodeJS.Timeout>();
  const cancel = (id: TimerId): void => {
    clearTimeout(timers.get(id));
    timers.delete(id);
  };
  return {
    effects: {
      timer({ id, atMs }) {
        cancel(id);
        timers.set(
          id,
          setTimeout(() => dispatch({ type: 'timer', id }), Math.max(0, atMs - performance.now())),
        );
      },
      cancelTimer: ({ id }) => cancel(id),
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
