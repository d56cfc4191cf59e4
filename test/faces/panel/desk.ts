/** A box with its panel on the desk: keys go in, frames and commands come out; the box's own policy and reducer answer. */
import type { Command } from '../../../src/box/commands.ts';
import type { BoxEvent } from '../../../src/box/events.ts';
import { may } from '../../../src/box/policy.ts';
import { reduce } from '../../../src/box/reduce.ts';
import type { BoxState } from '../../../src/box/state.ts';
import type { Frame } from '../../../src/faces/panel/frame.ts';
import { type MenuEntry, menuOf } from '../../../src/faces/panel/navigation.ts';
import { drawPanel, pressContext, reducePanel } from '../../../src/faces/panel/panel.ts';
import {
  holdOf,
  type Key,
  NO_PRESSES,
  type PanelInput,
  press,
  type RawInput,
} from '../../../src/faces/panel/press-grammar.ts';
import { placeShown, type Scene } from '../../../src/faces/panel/route.ts';
import type { ShownScreen } from '../../../src/faces/panel/state.ts';
import type { Around } from '../../box/around.ts';
import { scene } from './scenes.ts';

export interface Desk {
  readonly shown: () => ShownScreen;
  readonly box: () => BoxState;
  readonly frame: () => Frame;
  /** Commands since the last call. */
  readonly commands: () => readonly Command[];
  readonly input: (input: PanelInput) => void;
  readonly press: (key: Key, forMs?: number) => void;
  readonly turn: (steps: number) => void;
  /** By the menu, wherever it stands there. */
  readonly openFromMenu: (entry: MenuEntry) => void;
  readonly wait: (ms: number) => void;
  readonly change: (box: BoxState, around?: Around) => void;
}

export function makeDesk(first: BoxState, change: Around = {}): Desk {
  let standing = change;
  let now: Scene = { ...scene(first, change) };
  let presses = NO_PRESSES;
  const commands: Command[] = [];
  const input = (one: PanelInput) => {
    const outcome = reducePanel(now, one);
    commands.push(...outcome.commands);
    let { box } = now;
    for (const command of outcome.commands) {
      const decision = may(box, command, 'panel');
      if ('error' in decision) continue;
      for (const event of decision.events) box = reduce(box, { ...event, atMs: now.nowMs } as BoxEvent).state;
    }
    now = { ...now, panel: outcome.panel, box };
  };
  const raw = (one: RawInput) => {
    const context = pressContext(now);
    const step = press(presses, one, context, now.nowMs);
    presses = step.presses;
    for (const each of step.inputs) input(each);
    now = { ...now, hold: holdOf(presses, pressContext(now), now.nowMs) };
  };
  const wait = (ms: number) => {
    for (const end = now.nowMs + ms; now.nowMs < end; ) {
      now = { ...now, nowMs: Math.min(end, now.nowMs + 50) };
      raw({ type: 'tick' });
      input({ type: 'tick' });
    }
  };
  const pressKey = (key: Key, forMs = 100) => {
    raw({ type: 'down', key });
    wait(forMs);
    raw({ type: 'up', key });
    wait(50);
  };
  const turn = (steps: number) => {
    for (let step = 0; step < Math.abs(steps); step++) {
      wait(200);
      raw({ type: 'turn', steps: Math.sign(steps) });
    }
  };
  input({ type: 'tick' });
  wait(1000);
  return {
    shown: () => placeShown(now).screen,
    box: () => now.box,
    frame: () => drawPanel(now),
    commands: () => commands.splice(0),
    input,
    press: pressKey,
    turn,
    openFromMenu: (entry) => {
      pressKey('knob');
      turn(menuOf(now).indexOf(entry));
      pressKey('knob');
    },
    wait,
    change: (box, more = {}) => {
      standing = { ...standing, ...more };
      now = { ...now, box: scene(box, standing).box };
      input({ type: 'tick' });
    },
  };
}
