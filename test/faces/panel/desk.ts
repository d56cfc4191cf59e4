/** A box with its panel on the desk: keys go in, frames and events come out; the box's own reducer answers. */
import type { BoxEvent } from '../../../src/box/events.ts';
import { reduce } from '../../../src/box/reduce.ts';
import type { BoxState } from '../../../src/box/state.ts';
import type { PanelExtras } from '../../../src/panel/extras.ts';
import type { Frame } from '../../../src/faces/panel/frame.ts';
import { drawPanel, pressContext, reducePanel } from '../../../src/faces/panel/panel.ts';
import { holdOf, type Key, NO_PRESSES, type PanelInput, press, type RawInput } from '../../../src/faces/panel/press-grammar.ts';
import { placeShown, type Scene } from '../../../src/faces/panel/route.ts';
import type { PanelEvent } from '../../../src/faces/panel/screen.ts';
import type { ShownScreen } from '../../../src/faces/panel/state.ts';
import { scene, serverLists } from './scenes.ts';

const BOX_EVENTS = [
  'connectPressed',
  'leavePressed',
  'mutePressed',
  'noticeAnswered',
  'licenceAnswered',
  'clipPressed',
  'setProfile',
  'setSound',
  'setJitter',
  'setMix',
];

export interface Desk {
  readonly shown: () => ShownScreen;
  readonly box: () => BoxState;
  readonly frame: () => Frame;
  /** Events since the last call. */
  readonly events: () => readonly PanelEvent[];
  readonly input: (input: PanelInput) => void;
  readonly press: (key: Key, forMs?: number) => void;
  readonly turn: (steps: number) => void;
  readonly wait: (ms: number) => void;
  readonly change: (box: BoxState, extras?: Partial<PanelExtras>) => void;
}

function listed({ servers }: Partial<PanelExtras>): Partial<PanelExtras> {
  return servers === undefined ? {} : { serverLists: serverLists(servers) };
}

export function makeDesk(first: BoxState, extras: Partial<PanelExtras> = {}): Desk {
  let now: Scene = { ...scene(first, extras) };
  let presses = NO_PRESSES;
  const events: PanelEvent[] = [];
  const input = (one: PanelInput) => {
    const outcome = reducePanel(now, one);
    events.push(...outcome.events);
    let { box } = now;
    for (const event of outcome.events) {
      if (BOX_EVENTS.includes(event.type)) box = reduce(box, { ...event, atMs: now.nowMs } as BoxEvent).state;
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
  input({ type: 'tick' });
  wait(1000);
  return {
    shown: () => placeShown(now).screen,
    box: () => now.box,
    frame: () => drawPanel(now),
    events: () => events.splice(0),
    input,
    press: (key, forMs = 100) => {
      raw({ type: 'down', key });
      wait(forMs);
      raw({ type: 'up', key });
      wait(50);
    },
    turn: (steps) => {
      for (let step = 0; step < Math.abs(steps); step++) {
        wait(200);
        raw({ type: 'turn', steps: Math.sign(steps) });
      }
    },
    wait,
    change: (box, more = {}) => {
      now = { ...now, box, extras: { ...now.extras, ...listed(more), ...more } };
      input({ type: 'tick' });
    },
  };
}
