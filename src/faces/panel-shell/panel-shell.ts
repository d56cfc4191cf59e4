/**
 * Runs the panel on a box: controls go in, frames and lamps come out. What is shown and what keys mean is
 * decided in panel/; here is when: at once after a control, soon after a change of the box, and by the clock.
 */
import type { Box } from '../../app/store.ts';
import type { Fonts } from '../panel/font.ts';
import { type Frame, sameFrame } from '../panel/frame.ts';
import { drawPanel, pressContext, reducePanel } from '../panel/panel.ts';
import { holdOf, letGo, NO_PRESSES, type PanelInput, press, type RawInput } from '../panel/press-grammar.ts';
import type { Scene } from '../panel/route.ts';
import {
  type Brightness,
  brightness,
  hasNews,
  mustBeSeen,
  newCare,
  touched,
  wake,
  withShift,
} from '../panel/screen-care.ts';
import { PANEL_AT_START } from '../panel/state.ts';
import { LAMPS_OFF, lampsOf, sameLamps } from './lamps.ts';
import type { Clock, Control, PanelLamps, PanelScreen } from './ports.ts';

export interface PanelShellOptions {
  readonly box: Box;
  readonly fonts: Fonts;
  readonly clock: Clock;
}

export interface PanelShell {
  /** @param atMs when it happened, on the shell's clock: a little in the past, if it took its time to get here */
  control(control: Control, atMs?: number): void;
  /** Shows everything there, too, from now on. Returns an unsubscribe function. */
  attachScreen(screen: PanelScreen): () => void;
  attachLamps(lamps: PanelLamps): () => void;
  /** Switches the lamps off. The screens keep the last frame: it may say that the plug can be pulled. */
  close(): void;
}

/** Shortest interval between two frames: 20 frames a second, while something moves or the box changes. */
const FRAME_MS = 50;
/** Interval between frames while nothing moves: how late a text may begin to scroll, or a question vanish. */
const STILL_MS = 200;
/** Interval between frames while the screen is dark. */
const DARK_MS = 1000;
/** Nothing counts as moving after this time without a change; longer than the pauses of scrolling texts. */
const STILL_AFTER_MS = 2500;
/** A key that went down longer ago is treated as if it had gone down this long ago. Shorter than any hold. */
const MAX_AGE_MS = 500;
/** A tick that is late by this much: the program has stalled, and releases of keys may be waiting to be read. */
const LATE_MS = 100;

export function runPanel({ box, fonts, clock }: PanelShellOptions): PanelShell {
  const screens = new Set<PanelScreen>();
  const lampPanels = new Set<PanelLamps>();
  let panel = PANEL_AT_START;
  let presses = NO_PRESSES;
  let care = newCare(clock.nowMs());
  let hadToBeSeen = false;
  let light: Brightness = 'bright';
  let frame: Frame | null = null;
  let lamps = LAMPS_OFF;
  let refreshedAtMs = Number.NEGATIVE_INFINITY;
  /** When the clock alone last changed the frame. */
  let movedAtMs = Number.NEGATIVE_INFINITY;
  let boxHasChanged = false;
  let hasWaited = false;
  let cancelTimer = () => {};
  let dueMs = Number.POSITIVE_INFINITY;

  const scene = (nowMs: number): Scene => {
    const bare: Scene = { box: box.state(), panel, hold: null, fonts, nowMs };
    return anyKeyHeld() ? { ...bare, hold: holdOf(presses, pressContext(bare), nowMs) } : bare;
  };

  const anyKeyHeld = () => Object.keys(presses.held).length > 0;

  const lightNow = (nowMs: number) => brightness(care, mustBeSeen(box.state()), nowMs);

  const give = (input: PanelInput, nowMs: number) => {
    const before = panel;
    const outcome = reducePanel(scene(nowMs), input);
    panel = outcome.panel;
    if (hasNews(before, panel)) care = wake(care, nowMs);
    for (const command of outcome.commands) box.command(command, 'panel');
  };

  const givePress = (raw: RawInput, atMs: number, nowMs: number) => {
    const step = press(presses, raw, pressContext(scene(nowMs)), atMs);
    presses = step.presses;
    for (const input of step.inputs) give(input, nowMs);
  };

  const control = (what: Control, atMs = clock.nowMs()) => {
    const nowMs = clock.nowMs();
    if (what.type === 'cancel') {
      presses = letGo(presses);
      care = { ...care, swallowed: [] };
    } else {
      box.touched();
      const step = touched(care, what, lightNow(nowMs), nowMs);
      // MUTE acts on a dark screen, too: nobody who reaches for it has time for a second press.
      const isMute = what.type !== 'turn' && what.key === 'mute';
      care = isMute ? wake(care, nowMs) : step.care;
      // A wrong time must not make a long hold of a key that has only just gone down.
      const earliestMs = what.type === 'down' ? nowMs - MAX_AGE_MS : Number.NEGATIVE_INFINITY;
      // Two sets of controls may press the same key: what counts as held is always let go.
      const isRelease = what.type === 'up' && presses.held[what.key] !== undefined;
      if (isMute || step.pass || isRelease) givePress(what, Math.min(nowMs, Math.max(earliestMs, atMs)), nowMs);
    }
    refresh(nowMs, 'control');
  };

  const tick = () => {
    const nowMs = clock.nowMs();
    const lateMs = nowMs - dueMs;
    dueMs = Number.POSITIVE_INFINITY;
    if (anyKeyHeld()) {
      // Read the controls first: a short press must not become a long one because the program stood still.
      if (lateMs > LATE_MS && !hasWaited) {
        hasWaited = true;
        schedule(nowMs + 1);
        return;
      }
      hasWaited = false;
      givePress({ type: 'tick' }, nowMs, nowMs);
    }
    refresh(nowMs, boxHasChanged ? 'box' : 'clock');
  };

  const refresh = (nowMs: number, cause: 'control' | 'box' | 'clock') => {
    refreshedAtMs = nowMs;
    boxHasChanged = false;
    give({ type: 'tick' }, nowMs);
    const seen = mustBeSeen(box.state());
    if (seen && !hadToBeSeen) care = wake(care, nowMs);
    hadToBeSeen = seen;
    showLamps();
    const before = light;
    light = brightness(care, seen, nowMs);
    if (light !== 'off' && screens.size > 0 && draw(nowMs, cause === 'control') && cause === 'clock') {
      movedAtMs = nowMs;
    }
    // After the frame: nobody shall see the one from before the dark.
    if (light !== before) for (const screen of screens) screen.setLight(light);
    const moves = anyKeyHeld() || nowMs - movedAtMs < STILL_AFTER_MS;
    schedule(nowMs + (moves || boxHasChanged ? FRAME_MS : light === 'off' ? DARK_MS : STILL_MS));
  };

  const showLamps = () => {
    const next = lampsOf(box.state());
    if (sameLamps(next, lamps)) return;
    lamps = next;
    for (const each of lampPanels) each.show(lamps);
  };

  /** True if there is anything new to see. */
  const draw = (nowMs: number, urgent: boolean): boolean => {
    const next = withShift(drawPanel(scene(nowMs)), nowMs);
    if (frame !== null && sameFrame(next, frame)) return false;
    frame = next;
    for (const screen of screens) screen.show(next, urgent);
    return true;
  };

  /** An earlier tick stays; a later one makes way. */
  const schedule = (atMs: number) => {
    if (dueMs <= atMs) return;
    cancelTimer();
    dueMs = atMs;
    cancelTimer = clock.after(Math.max(0, atMs - clock.nowMs()), tick);
  };

  const stopListening = box.onChange(() => {
    boxHasChanged = true;
    schedule(Math.max(clock.nowMs(), refreshedAtMs + FRAME_MS));
  });
  refresh(clock.nowMs(), 'box');

  return {
    control,
    attachScreen: (screen) => {
      screens.add(screen);
      if (frame !== null) screen.show(frame, false);
      screen.setLight(light);
      refresh(clock.nowMs(), 'box');
      return () => screens.delete(screen);
    },
    attachLamps: (panelLamps) => {
      lampPanels.add(panelLamps);
      panelLamps.show(lamps);
      return () => lampPanels.delete(panelLamps);
    },
    close: () => {
      stopListening();
      cancelTimer();
      for (const each of lampPanels) each.show(LAMPS_OFF);
    },
  };
}
