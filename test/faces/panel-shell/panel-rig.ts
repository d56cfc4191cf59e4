/**
 * A whole box without hardware: the panel's shell on a box whose state, policy and reducer are the real ones, a clock that tests wind,
 * and a server that says what tests tell it to. Raw keys go in, frames and lamps come out.
 */
import type { Box } from '../../../src/app/store.ts';
import type { Command } from '../../../src/box/commands.ts';
import type { BoxEffect } from '../../../src/box/effects.ts';
import type { BoxEvent, TimerId, UntimedEvent } from '../../../src/box/events.ts';
import { rememberedMix } from '../../../src/box/people.ts';
import { may } from '../../../src/box/policy.ts';
import { reduce } from '../../../src/box/reduce.ts';
import type { BoxState } from '../../../src/box/state.ts';
import { type Frame, newFrame } from '../../../src/faces/panel/frame.ts';
import { type MenuEntry, menuOf } from '../../../src/faces/panel/navigation.ts';
import type { Key } from '../../../src/faces/panel/press-grammar.ts';
import type { Brightness } from '../../../src/faces/panel/screen-care.ts';
import { runPanel } from '../../../src/faces/panel-shell/panel-shell.ts';
import type { Clock, Lamps } from '../../../src/faces/panel-shell/ports.ts';
import type { ListedClient, SessionEvent } from '../../../src/jamulus/session-types.ts';
import { type Around, around } from '../../box/around.ts';
import { FONTS, NOW_MS, scene } from '../panel/scenes.ts';
import { readFrame } from './read-frame.ts';

export function fakeClock(startMs = NOW_MS) {
  let nowMs = startMs;
  let callbacks: { readonly atMs: number; readonly call: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    after: (delayMs, call) => {
      const entry = { atMs: nowMs + delayMs, call };
      callbacks.push(entry);
      return () => {
        callbacks = callbacks.filter((one) => one !== entry);
      };
    },
  };
  return {
    ...clock,
    /** How many callbacks were called. */
    wind: (ms: number): number => {
      const end = nowMs + ms;
      let calls = 0;
      for (;;) {
        const [next] = callbacks.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        callbacks = callbacks.filter((one) => one !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.call();
        calls += 1;
      }
      nowMs = end;
      return calls;
    },
    /** The program stands still: time passes, and nothing is called. */
    stall: (ms: number) => {
      nowMs += ms;
    },
  };
}

const OF_PLAYING: readonly Command['type'][] = [
  ...(['connect', 'leave', 'mute', 'notice', 'licence', 'chat', 'resetClip', 'mix', 'sound', 'jitter'] as const),
];

const PEER = { city: '', countryCode: 0, instrument: 0, skill: 'not-set', hasMutedMe: false } as const;
const PLAIN_MIX = { gain: 1, pan: 0.5, muted: false, solo: false };

export function panelRig(first: BoxState, more: Around = {}) {
  const clock = fakeClock();
  let { box } = scene(first, more);
  const listeners = new Set<() => void>();
  const commands: Command[] = [];
  const effects: BoxEffect[] = [];
  const timers = new Map<TimerId, () => void>();
  let touches = 0;

  const changed = () => {
    for (const listener of listeners) listener();
  };
  const setAround = (change: Around) => {
    box = around(box, change);
    changed();
  };
  const happen = (event: UntimedEvent) => {
    const step = reduce(box, { ...event, atMs: clock.nowMs() } as BoxEvent);
    box = step.state;
    changed();
    for (const effect of step.effects) execute(effect);
  };
  /** A name server and a session that answer at once, and say goodbye in 300 ms. */
  const execute = (effect: BoxEffect) => {
    effects.push(effect);
    if (effect.type === 'resolve') {
      const endpoint = { family: 4, address: '192.0.2.1', port: 22124 } as const;
      clock.after(10, () => happen({ type: 'resolved', attemptId: effect.attemptId, endpoint }));
    } else if (effect.type === 'session' && effect.call.method === 'leave') {
      clock.after(300, () => server({ type: 'ended', reason: 'left' }));
    } else if (effect.type === 'timer') {
      timers.get(effect.id)?.();
      timers.set(
        effect.id,
        clock.after(effect.atMs - clock.nowMs(), () => happen({ type: 'timer', id: effect.id })),
      );
    } else if (effect.type === 'cancelTimer') {
      timers.get(effect.id)?.();
    }
  };
  const server = (event: SessionEvent) => happen({ type: 'session', event });
  const theBox: Box = {
    state: () => box,
    command: (command, role) => {
      commands.push(command);
      const decision = may(box, command, role);
      if ('error' in decision) return decision.error;
      for (const event of decision.events) happen(event);
      return null;
    },
    touched: () => {
      touches += 1;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };

  let frame: Frame = newFrame();
  let light: Brightness = 'bright';
  let lamps: Lamps | undefined;
  const shown: { readonly atMs: number; readonly urgent: boolean }[] = [];
  const shell = runPanel({ box: theBox, fonts: FONTS, clock });
  shell.attachScreen({
    show: (next, urgent) => {
      frame = next;
      shown.push({ atMs: clock.nowMs(), urgent });
    },
    setLight: (next) => {
      light = next;
    },
  });
  shell.attachLamps({
    show: (next) => {
      lamps = next;
    },
  });
  const wait = (ms: number) => clock.wind(ms);
  /** Down, some time, up, and the time that people take to look. */
  const press = (key: Key, forMs = 100) => {
    shell.control({ type: 'down', key });
    wait(forMs);
    shell.control({ type: 'up', key });
    wait(500);
  };
  const turn = (steps: number) => {
    for (let step = 0; step < Math.abs(steps); step++) {
      wait(200);
      shell.control({ type: 'turn', steps: Math.sign(steps) });
    }
    wait(50);
  };
  wait(1000);

  return {
    clock,
    shell,
    wait,
    down: (key: Key) => shell.control({ type: 'down', key }),
    up: (key: Key) => shell.control({ type: 'up', key }),
    press,
    turn,
    /** Wherever it stands in the menu. */
    openFromMenu: (entry: MenuEntry) => {
      press('knob');
      turn(menuOf({ box }).indexOf(entry));
      press('knob');
    },
    server,
    happen,
    setAround,
    /** The server gives a channel, and says that it does not record. */
    welcomeIn: (recorder: 'not-enabled' | 'recording' = 'not-enabled') => {
      wait(200);
      server({ type: 'connected', channelId: 0 });
      server({ type: 'recorderState', state: recorder });
      wait(500);
    },
    /** As the session does: whoever comes gets the mix that is remembered for the name. */
    people: (...names: readonly string[]) => {
      const clients = names.map((name, channelId): ListedClient => {
        const isOwn = channelId === 0;
        return { ...PEER, channelId, name, isOwn, mix: rememberedMix(box, name, isOwn) ?? PLAIN_MIX };
      });
      server({ type: 'clientList', clients });
      wait(100);
    },
    box: () => box,
    frame: () => frame,
    text: () => readFrame(frame),
    light: () => light,
    lamps: () => lamps,
    touches: () => touches,
    /** Commands since the last call, but for those of playing. */
    requests: () => commands.splice(0).filter(({ type }) => !OF_PLAYING.includes(type)),
    effects: () => effects.splice(0),
    shown,
  };
}
