/**
 * The state of the box while it runs: an event goes in, the next state is kept, listeners are called, and the effects are
 * run. Decides nothing: box/reduce.ts and box/policy.ts do.
 */
import type { Command } from '../box/commands.ts';
import type { BoxEffect } from '../box/effects.ts';
import type { BoxEvent, UntimedEvent } from '../box/events.ts';
import { may, type Refusal, type Role } from '../box/policy.ts';
import { reduce } from '../box/reduce.ts';
import type { BoxState } from '../box/state.ts';

/** What runs the effects, one function a type. */
export type Runners = { readonly [T in BoxEffect['type']]: (effect: Extract<BoxEffect, { type: T }>) => void };

/** The box as its faces see it: one state, one place for everything that people ask for. */
export interface Box {
  state(): BoxState;
  /** Null: it is done, or was so already. */
  command(command: Command, role: Role): Refusal | null;
  /** Somebody has used the controls: nobody asks "Still playing?" for a while. */
  touched(): void;
  /** Called after changes of the state; several changes of one turn come as one. Returns an unsubscribe function. */
  onChange(listener: () => void): () => void;
}

export interface Store extends Box {
  dispatch(event: UntimedEvent): void;
  /** Called after every single change, before its effects are run. Returns an unsubscribe function. */
  onStep(listener: (before: BoxState, now: BoxState) => void): () => void;
  /** Call it before the first event. */
  run(runners: Partial<Runners>): void;
}

export function createStore(first: BoxState): Store {
  const steps = new Set<(before: BoxState, now: BoxState) => void>();
  const turns = new Set<() => void>();
  let state = first;
  let runners: Partial<Runners> = {};
  let isNotifyQueued = false;

  function dispatch(event: UntimedEvent): void {
    const before = state;
    const step = reduce(state, { ...event, atMs: performance.now() } as BoxEvent);
    state = step.state;
    if (state !== before) {
      for (const listener of steps) listener(before, state);
      queueNotify();
    }
    for (const effect of step.effects) (runners[effect.type] as ((one: BoxEffect) => void) | undefined)?.(effect);
  }

  function queueNotify(): void {
    if (isNotifyQueued || turns.size === 0) return;
    isNotifyQueued = true;
    queueMicrotask(() => {
      isNotifyQueued = false;
      for (const listener of turns) listener();
    });
  }

  return {
    state: () => state,
    dispatch,
    command(command, role) {
      // Whoever asks from afar is there, too.
      if (role !== 'panel') dispatch({ type: 'touched' });
      const decision = may(state, command, role);
      if ('error' in decision) return decision.error;
      for (const event of decision.events) dispatch(event);
      return null;
    },
    touched: () => dispatch({ type: 'touched' }),
    onChange: (listener) => listen(turns, listener),
    onStep: (listener) => listen(steps, listener),
    run(given) {
      runners = given;
    },
  };
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
