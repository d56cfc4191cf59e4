/** The panel as a whole: takes an input, keeps its own state, draws the frame. Pure. */
import type { Frame } from './frame.ts';
import { join, NAMED_MS } from './joining.ts';
import { openScreen, withHint } from './navigation.ts';
import type { PanelInput, PressContext } from './press-grammar.ts';
import { SCREENS } from './registry.ts';
import { placeShown, type Scene, standingProblems } from './route.ts';
import type { Outcome, PanelEvent, PanelView } from './screen.ts';
import { isUpdating } from './screens/update-running.ts';
import type { PanelState, Wish } from './state.ts';
import { HINTS } from './texts.ts';
import { drawHint, drawHold } from './widgets.ts';

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
  const { panel, events } = answer(view, input);
  const after = { ...scene, panel };
  const shown = placeShown(after);
  const opened = panel.stack.at(-1);
  return { panel: shown === opened ? panel : { ...panel, arrived: shown }, events: [...begun.events, ...events] };
}

function viewOf(scene: Scene): PanelView {
  return { ...scene, place: placeShown(scene) };
}

/** Buttons with a name on them do the same on every screen. */
function answer(view: PanelView, input: PanelInput): Outcome {
  const { panel, box, nowMs } = view;
  switch (input.type) {
    case 'mute':
      return { panel, events: [{ type: 'mutePressed' }] };
    case 'shutDown':
      return { panel, events: [{ type: 'shutDown' }] };
    case 'connect':
      return connectPressed(view);
    case 'leave':
      return box.link.kind === 'idle'
        ? { panel: withHint(panel, HINTS.nothingToLeave, nowMs), events: [] }
        : { panel: { ...panel, joining: null, stack: [] }, events: [{ type: 'leavePressed' }] };
    default:
      return SCREENS[view.place.screen].on(input, view);
  }
}

/** CONNECT goes to the server at the cursor or the last one, stops an attempt, and says what to do where it does neither. */
function connectPressed(view: PanelView): Outcome {
  const { panel, box, extras, nowMs } = view;
  if (isUpdating(extras.update)) return { panel: withHint(panel, HINTS.updating, nowMs), events: [] };
  if (panel.joining?.step === 'named') {
    return { panel: withHint({ ...panel, joining: null }, HINTS.stopped, nowMs), events: [] };
  }
  if (panel.joining !== null) return { panel: withHint(panel, HINTS.chooseFirst, nowMs), events: [] };
  switch (box.link.kind) {
    case 'connected':
      return { panel: withHint(panel, HINTS.connectedAlready, nowMs), events: [] };
    case 'resolving':
    case 'connecting':
    case 'waiting':
      return { panel: withHint(panel, HINTS.stopped, nowMs), events: [{ type: 'leavePressed' }] };
    case 'leaving':
      return { panel: withHint(panel, HINTS.leaving, nowMs), events: [] };
    case 'idle': {
      const aim = SCREENS[view.place.screen].aim?.(view) ?? lastServer(view);
      const { panel: next, events } =
        aim === null ? openScreen(view, 'servers') : join(view, { ...aim, nameFirst: true });
      const firstStep: readonly PanelEvent[] =
        extras.firstStart === 'connect' ? [{ type: 'firstStartStep', done: 'connect' }] : [];
      return { panel: next, events: [...firstStep, ...events] };
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
    return { panel: { ...panel, joining: null }, events: [] };
  }
  if (joining?.step !== 'named') return { panel, events: [] };
  // It was asked when somebody came to the controls, and answers while it is named (privacy C5).
  const said = saidOf(scene, joining.server.address);
  if (said.records || said.keepsLog) {
    return { panel: { ...panel, joining: { ...joining, ...said, step: 'who-sees-what', sinceMs: nowMs } }, events: [] };
  }
  if (nowMs - joining.sinceMs >= NAMED_MS) {
    const events: readonly PanelEvent[] = [{ type: 'connectPressed', server: joining.server }];
    return { panel: { ...panel, joining: null, stack: [] }, events };
  }
  return { panel, events: [] };
}

/** A problem that comes back is shown again. */
function withoutGoneProblems(scene: Scene): PanelState {
  const { panel } = scene;
  const standing = standingProblems(scene);
  const dismissed = panel.dismissed.filter((problem) => standing.includes(problem));
  return dismissed.length === panel.dismissed.length ? panel : { ...panel, dismissed };
}

function lastServer(view: PanelView): Omit<Wish, 'nameFirst'> | null {
  const { server } = view.box;
  return server === null ? null : { server, ...saidOf(view, server.address) };
}

/** What the server at this address has said of itself, as far as it has been asked. */
function saidOf({ extras }: Scene, address: string): { readonly records: boolean; readonly keepsLog: boolean } {
  const row = extras.servers.find((server) => server.address === address);
  return { records: row?.records ?? false, keepsLog: row?.keepsLog ?? false };
}
