/** The panel's own memory: which screens are open and where their cursors are. Immutable. */
import type { AnyProblem } from '../../box/problems.ts';
import type { ServerTarget } from '../../box/server-target.ts';

/** Screens that are opened by hand, one above the other. */
export type OpenedScreen =
  | 'menu'
  | 'servers'
  | 'server-list'
  | 'people'
  | 'person'
  | 'meters'
  | 'status'
  | 'hear'
  | 'send'
  | 'profile'
  | 'name'
  | 'city'
  | 'instrument'
  | 'country'
  | 'skill'
  | 'sound-card'
  | 'delay'
  | 'chat'
  | 'phone'
  | 'network'
  | 'room'
  | 'wifi'
  | 'privacy'
  | 'update'
  | 'reset';

/** Screens that come by themselves, with what happens. */
export type ShownScreen =
  | OpenedScreen
  | 'power'
  | 'recording'
  | 'licence'
  | 'update-running'
  | 'update-undone'
  | 'first-start'
  | 'idle-question'
  | 'error'
  | 'who-sees-what'
  | 'named'
  | 'chat-pop-up'
  | 'welcome'
  | 'reconnect'
  | 'connecting'
  | 'playing'
  | 'start';

/** A screen with its cursor. */
export interface Place {
  readonly screen: ShownScreen;
  readonly cursor: number;
  readonly sinceMs: number;
  /** The value at the cursor is being changed. */
  readonly editing: boolean;
  /** Text being written, or what else the screen is about. */
  readonly draft: string;
  /** What the cursor is on, in a list whose order changes by itself; '' = whatever is there. */
  readonly on: string;
  /** Whom it is about. */
  readonly channelId: number;
}

/** A server about to be joined: first who sees what, then its name for 3 s. */
export type Joining = {
  readonly step: 'who-sees-what' | 'named';
  readonly server: ServerTarget;
  /** What the server says of itself. */
  readonly records: boolean;
  readonly keepsLog: boolean;
  readonly sinceMs: number;
} | null;

export interface PanelState {
  /** Opened by hand, the uppermost last. */
  readonly stack: readonly Place[];
  /** The one that came by itself last; kept for its cursor. */
  readonly arrived: Place;
  readonly joining: Joining;
  readonly chat: { readonly seen: number; readonly untilMs: number };
  /** Which visit's welcome has been seen: its text; null = none. */
  readonly welcomeSeen: string | null;
  /** Problems that somebody has seen and put away. */
  readonly dismissed: readonly AnyProblem[];
  /** A word at the foot of the screen, for a moment. */
  readonly hint: { readonly text: string; readonly untilMs: number };
}

export function newPlace(screen: ShownScreen, sinceMs: number, change: Partial<Place> = {}): Place {
  return { screen, cursor: 0, sinceMs, editing: false, draft: '', on: '', channelId: -1, ...change };
}

export const PANEL_AT_START: PanelState = {
  stack: [],
  arrived: newPlace('start', 0),
  joining: null,
  chat: { seen: 0, untilMs: 0 },
  welcomeSeen: null,
  dismissed: [],
  hint: { text: '', untilMs: 0 },
};

export function open(panel: PanelState, place: Place): PanelState {
  return { ...panel, stack: [...panel.stack, place] };
}

export function close(panel: PanelState): PanelState {
  return { ...panel, stack: panel.stack.slice(0, -1) };
}

/** Changes the place that is shown, opened or arrived. */
export function atPlace(panel: PanelState, place: Place, change: Partial<Place>): PanelState {
  const next = { ...place, ...change };
  const top = panel.stack.at(-1);
  if (top !== undefined && top.screen === place.screen) return { ...panel, stack: [...panel.stack.slice(0, -1), next] };
  return { ...panel, arrived: next };
}

/** The server that somebody asks to join, and what they have to be told before. */
export interface JoinRequest {
  readonly server: ServerTarget;
  readonly records: boolean;
  readonly keepsLog: boolean;
  /** By CONNECT: name the server first. From a list it was chosen by its name. */
  readonly nameFirst: boolean;
}
