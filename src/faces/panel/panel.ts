/** The panel as a whole: takes an input, keeps its own state, draws the frame. Pure. */

import type { Command } from '../../box/commands.ts';
import { isUpdating } from '../../box/policy.ts';
import { saidOf } from '../../box/servers/choice.ts';
import type { Frame } from './frame.ts';
import { connectTo, join, NAMED_MS } from './joining.ts';
import { openScreen, withHint } from './navigation.ts';
import type { PanelInput, PressContext } from './press-grammar.ts';
import { SCREENS } from './registry.ts';
import { placeShown, type Scene, standingProblems } from './route.ts';
import type { Outcome, PanelView } from './screen.ts';
import type { JoinRequest, PanelState } from './state.ts';
import { HINTS } from './texts.ts';
import { drawHint, drawHold } from './widgets.ts';

/** How long a new line of chat is shown over the screen. */
const CHAT_MS = 5000;

/** The picture for now. */
export function drawPanel(scene: Scene): Frame {
  const view = viewOf(scene);
  const frame = SCREENS[view.place.screen].view(view);
  if (scene.nowMs < scene.panel.hint.untilMs) drawHint(frame, view, scene.panel.hint.text);
  if (scene.hold !== null) drawHold(frame, view, scene.hold);
  return frame;
}

/** What the press grammar must know of the screen that is shown. */
export function pressContext(scene: Scene): PressContext {
  const view = viewOf(scene);
  const screen = SCREENS[view.place.screen];
  const { kind } = scene.box.link;
  return {
    accelerates: screen.accelerates?.(view) ?? false,
    dangerous: screen.dangerous?.(view) ?? false,
    canLeave: kind !== 'idle' && kind !== 'leaving',
  };
}

/**
 * Takes an input: the panel's next state, and what it asks of the box. Call it with a tick after every change of the
 * box, and about 20 times a second while the screen is on.
 */
export function reducePanel(scene: Scene, input: PanelInput): Outcome {
  const begun = follow(scene);
  const view = viewOf({ ...scene, panel: begun.panel });
  const { panel, commands } = answer(view, input);
  const after = { ...scene, panel };
  const shown = placeShown(after);
  const opened = panel.stack.at(-1);
  return { panel: shown === opened ? panel : { ...panel, arrived: shown }, commands: [...begun.commands, ...commands] };
}

function viewOf(scene: Scene): PanelView {
  return { ...scene, place: placeShown(scene) };
}

/** Buttons with a name on them do the same on every screen. */
function answer(view: PanelView, input: PanelInput): Outcome {
  const { panel, box, nowMs } = view;
  switch (input.type) {
    case 'mute':
      return { panel, commands: [{ type: 'mute', on: box.sound.mute === 'off' }] };
    case 'shutDown':
      return { panel, commands: [{ type: 'shutDown' }] };
    case 'connect':
      return connectPressed(view);
    case 'leave':
      return box.link.kind === 'idle'
        ? { panel: withHint(panel, HINTS.nothingToLeave, nowMs), commands: [] }
        : { panel: { ...panel, joining: null, stack: [] }, commands: [{ type: 'leave' }] };
    default:
      return SCREENS[view.place.screen].on(input, view);
  }
}

/** CONNECT goes to the server at the cursor or the last one, stops an attempt, and says what to do where it does neither. */
function connectPressed(view: PanelView): Outcome {
  const { panel, box, nowMs } = view;
  if (isUpdating(box)) return { panel: withHint(panel, HINTS.updating, nowMs), commands: [] };
  if (panel.joining?.step === 'named') {
    return { panel: withHint({ ...panel, joining: null }, HINTS.stopped, nowMs), commands: [] };
  }
  if (panel.joining !== null) return { panel: withHint(panel, HINTS.chooseFirst, nowMs), commands: [] };
  switch (box.link.kind) {
    case 'connected':
      return { panel: withHint(panel, HINTS.connectedAlready, nowMs), commands: [] };
    case 'resolving':
    case 'connecting':
    case 'waiting':
      return { panel: withHint(panel, HINTS.stopped, nowMs), commands: [{ type: 'leave' }] };
    case 'leaving':
      return { panel: withHint(panel, HINTS.leaving, nowMs), commands: [] };
    case 'idle': {
      const aim = SCREENS[view.place.screen].aim?.(view) ?? lastServer(view);
      const { panel: next, commands } =
        aim === null ? openScreen(view, 'servers') : join(view, { ...aim, nameFirst: true });
      const firstStep: readonly Command[] =
        box.firstStart === 'connect' ? [{ type: 'firstStart', done: 'connect' }] : [];
      return { panel: next, commands: [...firstStep, ...commands] };
    }
  }
}

/** What time and the box have changed: new chat, problems that are gone, a server that has been named long enough. */
function follow(scene: Scene): Outcome {
  const { box, nowMs } = scene;
  let { panel } = scene;
  const newest = box.visit.chat.at(-1)?.number ?? 0;
  if (newest !== panel.chat.seen) {
    const untilMs = newest > panel.chat.seen ? nowMs + CHAT_MS : 0;
    panel = { ...panel, chat: { seen: newest, untilMs } };
  }
  if (box.visit.welcome === null && panel.welcomeSeen !== null) panel = { ...panel, welcomeSeen: null };
  panel = withoutGoneProblems({ ...scene, panel });
  const { joining } = panel;
  if (joining !== null && box.link.kind === 'connected' && joining.server.address === box.server?.address) {
    return { panel: { ...panel, joining: null }, commands: [] };
  }
  if (joining?.step !== 'named') return { panel, commands: [] };
  // It was asked when somebody came to the controls, and answers while it is named (privacy C5).
  const said = saidOf(box, joining.server.address);
  if (said.records || said.keepsLog) {
    return {
      panel: { ...panel, joining: { ...joining, ...said, step: 'who-sees-what', sinceMs: nowMs } },
      commands: [],
    };
  }
  if (nowMs - joining.sinceMs >= NAMED_MS) {
    return { panel: { ...panel, joining: null, stack: [] }, commands: [connectTo(box, joining.server)] };
  }
  return { panel, commands: [] };
}

/** A problem that comes back is shown again. */
function withoutGoneProblems(scene: Scene): PanelState {
  const { panel } = scene;
  const standing = standingProblems(scene);
  const dismissed = panel.dismissed.filter((problem) => standing.includes(problem));
  return dismissed.length === panel.dismissed.length ? panel : { ...panel, dismissed };
}

function lastServer(view: PanelView): Omit<JoinRequest, 'nameFirst'> | null {
  const { server } = view.box;
  return server === null ? null : { server, ...saidOf(view.box, server.address) };
}
